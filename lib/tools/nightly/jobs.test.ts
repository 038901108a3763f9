import { jobOf } from './fixtures.ts';
import { jobsAtOnce, runJobs } from './jobs.ts';
import type { NightlyJob } from './types.ts';

const jobs = ['1.31', '1.30', '1.29', '1.28'].map((istio) => jobOf(istio));

test.each([1, 2, 8])('with %i at once each is run, in their order, and no more than that at a time', async (atOnce) => {
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const run = async ({ istio }: NightlyJob): Promise<string> => {
    begun.push(istio);
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return `the reason of ${istio}`;
  };
  const reasons = await runJobs(jobs, { atOnce, signal: new AbortController().signal, run });
  expect(begun).toEqual(['1.31', '1.30', '1.29', '1.28']);
  expect(most).toBe(Math.min(atOnce, 4));
  expect([...reasons.entries()]).toEqual(begun.map((istio) => [istio, `the reason of ${istio}`]));
});

test('once it is interrupted none is begun, and what runs is waited for', async () => {
  const controller = new AbortController();
  const ended: string[] = [];
  const run = async ({ istio }: NightlyJob): Promise<string> => {
    if (istio === '1.30') controller.abort();
    await Promise.resolve();
    ended.push(istio);
    return 'it was interrupted';
  };
  const reasons = await runJobs(jobs, { atOnce: 1, signal: controller.signal, run });
  expect(ended).toEqual(['1.31', '1.30']);
  expect(reasons.get('1.30')).toBe('it was interrupted');
  expect(reasons.get('1.29')).toBe('it was not started because the night was interrupted');
  expect(reasons.get('1.28')).toBe('it was not started because the night was interrupted');
});

test.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [4, 2],
  [16, 8],
])('of %i processors it takes %i', (processors, atOnce) => {
  expect(jobsAtOnce(processors)).toBe(atOnce);
});
