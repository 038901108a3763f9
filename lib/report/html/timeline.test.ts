import { askOf, resultsOf } from '../../results/fixtures.ts';
import type { AskResult, CellResult } from '../../results/types.ts';
import type { Interval } from '../../verdict/judgement.ts';
import { shownOf, tagsOf } from './fixtures.ts';
import { sourceOf } from './markup.ts';
import { timeline } from './timeline.ts';

const right: Interval = { state: 'right', fromMs: 51, toMs: 480, count: 21 };
const wrong: Interval = { state: 'wrong', fromMs: 76, toMs: 160, count: 8 };
const { propagation: _, ...still } = askOf(resultsOf());
const [steady] = still.cells as [CellResult];

/** Returns a step that changes nothing, with these timelines as its cells. */
const stepOf = (...timelines: Partial<CellResult>[]): AskResult => ({
  ...still,
  cells: timelines.map((timeline) => ({ ...steady, requests: 21, ...timeline })),
});
const source = (step: AskResult) => sourceOf(timeline(step));

test('a step with which nothing changes has one line', () => {
  const line = source(stepOf({ timeline: [right] }, { timeline: [right] }));
  expect(line).not.toContain('<svg');
  expect(shownOf(line)).toBe('This step changes no pair, and no answer was wrong: 42 requests.');
});

test('a step that changes something has a row for each pair, with its first right and its last wrong answer', () => {
  const step = stepOf(
    { timeline: [right], firstRightMs: 51 },
    { timeline: [wrong, right], changes: true, firstRightMs: 163, lastWrongMs: 160 },
  );
  const table = source({ ...step, propagation: { firstRightMs: 163, lastWrongMs: 160, flaps: 0 } });
  expect(shownOf(table)).toContain('settled 163 ms after the change, 42 requests');
  const rows = table
    .split('<tr ')
    .slice(1)
    .map((row) => shownOf(`<tr ${row}`).trim());
  expect(rows).toEqual(['sleep.full → httpbin.full51 msnone', 'sleep.full → httpbin.full163 ms160 ms']);
  expect(tagsOf(table).filter((tag) => tag.startsWith('<rect'))).toHaveLength(3);
});

test.each<[string, Partial<CellResult>]>([
  ['failed', { verdict: 'fail', timeline: [wrong], lastWrongMs: 160 }],
  ['was wrong for a while', { timeline: [wrong, right] }],
  ['could not be seen for a while', { timeline: [{ ...wrong, state: 'not-observed' }, right] }],
])('a step in which a pair %s is drawn, too', (_, timeline) => {
  expect(source(stepOf({ timeline: [right] }, timeline))).toContain('<table class="timeline">');
});

test('where nothing was asked there is nothing to draw', () => {
  const unasked = stepOf({ verdict: 'inconclusive', requests: 0, timeline: [] });
  expect(shownOf(source(unasked))).toBe('Nothing was tested.');
});
