import type { Arrival, Propagation } from '../types.ts';
import { propagationMarkdown } from './propagation.ts';

/** Returns what one client saw, a hundred steps with the times 1 to 100 ms. */
const arrivals: Arrival[] = Array.from({ length: 100 }, (_, at) => ({
  step: at + 1,
  before: 'none',
  mode: 'STRICT',
  client: 'sleep.legacy',
  firstRightMs: at + 1,
  ...(at >= 50 && { lastWrongMs: at }),
  applyMs: 10,
  batchMs: 20,
  stallMs: 3,
  load: at === 99 ? 4 : 1,
}));
const measured: Propagation = {
  startedAt: '2026-11-29T04:00:00.000Z',
  istio: '1.31-dev',
  steps: 200,
  problems: [],
  cluster: { provider: 'native', name: 'dev', kubernetes: 'v1.36.1' },
  arrivals: [...arrivals, { ...(arrivals[0] as Arrival), before: 'DISABLE', mode: 'none', client: 'sleep.full' }],
};

test('each change and client has a row of percentiles, of its first right and its last wrong answers', () => {
  const text = propagationMarkdown(measured);
  expect(text).toContain(
    '| no policy → STRICT | sleep.legacy | 100 | 50 ms | 90 ms | 99 ms | 100 ms | 74 ms | 94 ms | 99 ms | 99 ms |',
  );
  expect(text).toContain('| DISABLE → no policy | sleep.full | 1 | 1 ms | 1 ms | 1 ms | 1 ms |  |  |  |  |');
  expect(text).toContain('200 steps. The load of the machine was 1.0 in the middle, and 4.0 at most.');
});

test('the slowest come first, with what stood still', () => {
  const lines = propagationMarkdown(measured)
    .split('\n')
    .filter((line) => line.startsWith('- '));
  expect(lines).toHaveLength(5);
  expect(lines[0]).toBe(
    '- step 100, no policy → STRICT, sleep.legacy: first right after 100 ms, last wrong after 99 ms. The API calls took 10 ms, the longest batch 20 ms, this process stood still for at most 3 ms, and the load was 4.0',
  );
});

test('what was not as the model says is listed', () => {
  expect(propagationMarkdown(measured)).not.toContain('Not as');
  expect(propagationMarkdown({ ...measured, problems: [{ verdict: 'fail', why: 'step 3: 503' }] })).toMatch(
    /Not as the model says:\n- step 3: 503$/,
  );
});
