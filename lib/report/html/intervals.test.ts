import type { Interval } from '../../verdict/judgement.ts';
import { shownOf, tagsOf } from './fixtures.ts';
import { axisEnd, intervalAxis, intervalBar, intervalWords, ticks } from './intervals.ts';
import { sourceOf } from './markup.ts';

const wrong: Interval = { state: 'wrong', fromMs: 100, toMs: 200, count: 8 };
const notObserved: Interval = { state: 'not-observed', fromMs: 250, toMs: 250, count: 1 };
const right: Interval = { state: 'right', fromMs: 300, toMs: 1_000, count: 21 };
const timeline = [wrong, notObserved, right];
const settled = { timeline, firstRightMs: 300, lastWrongMs: 200 };

test('the axis of thousands of timelines ends with the latest of them', () => {
  const timeline = Array.from({ length: 64 }, (_, at) => ({
    state: 'right' as const,
    fromMs: at,
    toMs: at + 1,
    count: 1,
  }));
  expect(axisEnd(Array.from({ length: 5_000 }, () => ({ timeline })))).toBe(100);
});

test('each interval is drawn from its first to its last answer, in a shape of its own', () => {
  const bar = sourceOf(intervalBar(settled, 1_000));
  expect(bar).toContain('<rect class="wrong" x="10.00%" width="10.00%" y="4" height="10"/>');
  expect(bar).toContain('<rect class="not-observed" x="25.00%" width="0.00%" y="4" height="10"/>');
  expect(bar).toContain('<rect class="right" x="30.00%" width="70.00%" y="7" height="4"/>');
});

test('the first right answer and the last wrong one are marked', () => {
  const bar = sourceOf(intervalBar(settled, 1_000));
  expect(bar).toContain('<line class="last-wrong" x1="20.00%" x2="20.00%"');
  expect(bar).toContain('<line class="first-right" x1="30.00%" x2="30.00%"');
});

test('what was right all along has no marks: its bar begins with the first right answer', () => {
  const bar = sourceOf(intervalBar({ timeline: [right], firstRightMs: 300 }, 1_000));
  expect(bar).toContain('<rect class="right"');
  expect(bar).not.toContain('first-right');
});

test('the bar says in words what it shows', () => {
  const words = '8 wrong from 100 ms to 200 ms, then 1 not observed at 250 ms, then 21 right from 300 ms to 1.0 s';
  expect(intervalWords(settled)).toBe(words);
  expect(sourceOf(intervalBar(settled, 1_000))).toContain(`role="img" aria-label="${words}"`);
  expect(intervalWords({ timeline: [] })).toBe('no requests');
});

test('a timeline that keeps flapping is told by its first changes and drawn as wide as can be seen', () => {
  const timeline = Array.from(
    { length: 64 },
    (_, at): Interval => ({
      state: at % 2 === 0 ? 'right' : 'wrong',
      fromMs: at,
      toMs: at + 0.5,
      count: 1,
    }),
  );
  expect(intervalWords({ timeline })).toMatch(/^1 right at 0 ms, .*, and 59 more changes$/);
  const bar = sourceOf(intervalBar({ timeline, firstRightMs: 0, lastWrongMs: 63 }, 6_400));
  expect(bar.match(/<rect class="wrong"/g)).toHaveLength(1);
  expect(bar).not.toContain('<rect class="right"');
});

test.each<[number, number[]]>([
  [100, [0, 50, 100]],
  [487, [0, 200, 400]],
  [999, [0, 500]],
  [500, [0, 200, 400]],
  [1_600, [0, 1_000]],
  [20_000, [0, 10_000, 20_000]],
])('an axis of %i ms has round ticks', (end, wanted) => {
  expect(ticks(end)).toEqual(wanted);
});

test('an axis holds all that is drawn over it, and names its ticks', () => {
  expect(axisEnd([settled, { timeline: [{ ...right, toMs: 19_999.9 }] }])).toBe(20_000);
  expect(axisEnd([{ timeline: [] }])).toBe(100);
  const axis = sourceOf(intervalAxis(2_000));
  expect(shownOf(axis)).toBe('01 s2 s');
  expect(tagsOf(axis).filter((tag) => tag.startsWith('<text'))).toHaveLength(3);
});
