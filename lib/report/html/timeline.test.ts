import type { Stretch } from '../../probe/types.ts';
import { askOf, resultsOf } from '../../results/fixtures.ts';
import type { AskResult, CellResult } from '../../results/types.ts';
import { shownOf, tagsOf } from './fixtures.ts';
import { sourceOf } from './markup.ts';
import { timeline } from './timeline.ts';

const right: Stretch = { state: 'right', fromMs: 51, toMs: 480, count: 21 };
const wrong: Stretch = { state: 'wrong', fromMs: 76, toMs: 160, count: 8 };
const { propagation: _, ...still } = askOf(resultsOf());
const [steady] = still.cells as [CellResult];

/** A step whose cells came so, with nothing that changes. */
const stepOf = (...courses: Partial<CellResult>[]): AskResult => ({
  ...still,
  cells: courses.map((course) => ({ ...steady, asked: 21, ...course })),
});
const source = (step: AskResult) => sourceOf(timeline(step));

test('a step with which nothing changes has one line', () => {
  const line = source(stepOf({ course: [right] }, { course: [right] }));
  expect(line).not.toContain('<svg');
  expect(shownOf(line)).toBe('Nothing changes with this step, and nothing was wrong: 42 requests.');
});

test('a step that changes something has a row for each pair, with its first right and its last wrong answer', () => {
  const step = stepOf(
    { course: [right], firstRightMs: 51 },
    { course: [wrong, right], changes: true, firstRightMs: 163, lastWrongMs: 160 },
  );
  const table = source({ ...step, propagation: { firstRightMs: 163, lastWrongMs: 160, flaps: 0 } });
  expect(shownOf(table)).toContain('settled 163 ms after the change, last wrong after 160 ms, 42 requests');
  const rows = table
    .split('<tr ')
    .slice(1)
    .map((row) => shownOf(`<tr ${row}`).trim());
  expect(rows).toEqual(['sleep.full → httpbin.full51 msnone', 'sleep.full → httpbin.full163 ms160 ms']);
  expect(tagsOf(table).filter((tag) => tag.startsWith('<rect'))).toHaveLength(3);
});

test.each<[string, Partial<CellResult>]>([
  ['failed', { verdict: 'fail', course: [wrong], lastWrongMs: 160 }],
  ['was wrong for a while', { course: [wrong, right] }],
  ['could not be seen for a while', { course: [{ ...wrong, state: 'unseen' }, right] }],
])('a step in which a pair %s is drawn, too', (_, course) => {
  expect(source(stepOf({ course: [right] }, course))).toContain('<table class="timeline">');
});

test('where nothing was asked there is nothing to draw', () => {
  const unasked = stepOf({ verdict: 'inconclusive', asked: 0, course: [] });
  expect(shownOf(source(unasked))).toBe('Nothing was asked.');
});
