import { defaultLimits as convergence } from '../platform/limits.ts';
import type { Verdict } from '../verdict/fields.ts';
import { answersFor, chanceOfMissing } from '../verdict/judge/answers/sensitivity.ts';
import { judgePairs } from '../verdict/judge/pairs.ts';
import { converge } from './converge.ts';
import { cell, type Mesh, scripted, simulatedClock } from './fixtures.ts';

// How often a verdict is wrong, on simulated meshes with known faults. docs/verdicts.md states these rates.

const STEPS = 200;
const clock = simulatedClock();

/** Returns a generator of numbers between 0 and 1 that are the same in every run of the tests (Park and Miller). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Returns a mesh on which DISABLE on httpbin.full arrives after 100 to 400 ms. Each of the client's two workers then
 * still has an old connection, which serves one more request. A share of all requests, from the start, gets a 503.
 */
function meshWith(share: number, next: () => number): Mesh {
  const arrival = 100 + 300 * next();
  const pooled = new Set([0, 1]);
  return (server, _, at) => {
    if (next() < share) return 503;
    if (server !== 'full') return 'p';
    return at < arrival || pooled.delete(next() < 0.5 ? 0 : 1) ? 'm' : 'p';
  };
}

/**
 * Returns the number of simulated steps with each verdict, for a pair that changes and one that does not.
 * @param changing the pair that changes
 */
async function simulate(
  share: number,
  changing = cell('full→full', 'p', 'm'),
  steps = STEPS,
): Promise<Record<'changed' | 'unchanged', Record<Verdict, number>>> {
  const next = numbers(1 + share * 1000);
  const none = () => ({ pass: 0, fail: 0, inconclusive: 0 });
  const found = { changed: none(), unchanged: none() };
  for (let step = 0; step < steps; step += 1) {
    clock.now = 0;
    const { asked, tallies } = await converge({
      cells: [changing, cell('full→legacy', 'p')],
      probeClients: new Map([['full', scripted(clock, meshWith(share, next), 2)]]),
      appliedAt: performance.timeOrigin,
      convergence,
      signal: new AbortController().signal,
    });
    const judgements = judgePairs(asked, tallies);
    found.changed[judgements.get('full→full')?.verdict as Verdict] += 1;
    found.unchanged[judgements.get('full→legacy')?.verdict as Verdict] += 1;
  }
  return found;
}

test('a good mesh raises no alarm', async () => {
  const { changed, unchanged } = await simulate(0);
  expect(changed).toEqual({ pass: STEPS, fail: 0, inconclusive: 0 });
  expect(unchanged).toEqual({ pass: STEPS, fail: 0, inconclusive: 0 });
});

test.each([0.01, 0.05, 0.1])(
  'of a mesh that is wrong in a share of %d, as many steps pass as is stated',
  async (share) => {
    const { changed } = await simulate(share);
    const stated = chanceOfMissing(share, answersFor({ share: 0.05, chance: 0.01 }));
    // Three standard deviations for this number of steps, plus one step.
    const most = STEPS * stated + 3 * Math.sqrt(STEPS * stated * (1 - stated)) + 1;
    const least = STEPS * stated - 3 * Math.sqrt(STEPS * stated * (1 - stated)) - 1;
    expect(changed.pass).toBeLessThanOrEqual(most);
    expect(changed.pass + changed.inconclusive).toBeGreaterThanOrEqual(least);
  },
);

describe('a pair with a rare outcome of the same kind', () => {
  const rare = { share: 1 / 8192, limit: convergence.missChance };
  const rarely = (share: number) => ({
    ...cell('full→full', ['p', '~503'], 'm'),
    answers: answersFor({ share, chance: 0.01 }, rare),
  });

  test('raises no alarm where it comes in its share', async () => {
    const { changed } = await simulate(rare.share, rarely(0.05));
    expect(changed).toEqual({ pass: STEPS, fail: 0, inconclusive: 0 });
  });

  test.each([
    [0.05, STEPS],
    [0.01, STEPS / 10],
  ])('of a share of %d wrong, as many steps pass as is stated', async (share, steps) => {
    const { changed } = await simulate(share, rarely(share), steps);
    const stated = chanceOfMissing(share, rarely(share).answers, rare);
    expect(stated).toBeLessThan(0.01);
    expect(changed.pass).toBeLessThanOrEqual(steps * stated + 3 * Math.sqrt(steps * stated * (1 - stated)) + 1);
  });
});

test('twice as many answers would be wasted, half as many would not do: 90 is what 5 % and 1 % make', () => {
  expect(answersFor({ share: 0.05, chance: 0.01 })).toBe(90);
  expect(chanceOfMissing(0.05, 90)).toBeLessThan(0.01);
  expect(chanceOfMissing(0.05, 89)).toBeGreaterThan(0.01);
});
