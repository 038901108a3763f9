import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textOf } from '../../results/file.ts';
import { resultsOf } from '../../results/fixtures.ts';
import type { Results } from '../../results/types.ts';
import { jobOf, passing } from './fixtures.ts';
import { nightOf } from './merge.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Writes results to a folder like an artifact's. */
async function brings(job: string, results: Results, place = `2026-01-02-${results.run.id}`): Promise<void> {
  await mkdir(join(folder, `job-${job}`, place), { recursive: true });
  await writeFile(join(folder, `job-${job}`, place, 'results.json'), textOf(results));
}

test('every planned job is in the night, in the order of the plan, with what it brought', async () => {
  await brings('1.30', passing('1.30'));
  await brings('1.31', passing('1.31'));
  await brings('1.29', passing('1.29'));
  const plan = { include: [jobOf('1.31'), jobOf('1.30', { required: false })] };
  expect(await nightOf(plan, folder)).toEqual({
    schema: 'automtls.dev/night/v1',
    startedAt: '2026-01-02T03:04:05.678Z',
    jobs: [
      { ...jobOf('1.31'), results: passing('1.31') },
      { ...jobOf('1.30', { required: false }), results: passing('1.30') },
    ],
  });
});

test('a night begins with the first of its jobs', async () => {
  const at = (istio: string, startedAt: string): Results => {
    const results = passing(istio);
    return { ...results, run: { ...results.run, startedAt } };
  };
  await brings('1.31', at('1.31', '2026-01-02T03:30:00.000Z'));
  await brings('1.30', at('1.30', '2026-01-02T03:10:00.000Z'));
  const { startedAt } = await nightOf({ include: [jobOf('1.31'), jobOf('1.30')] }, folder);
  expect(startedAt).toBe('2026-01-02T03:10:00.000Z');
});

test('the newest run has a second name, latest, which an artifact holds as a copy', async () => {
  await brings('1.31', passing('1.31'));
  await cp(join(folder, 'job-1.31', '2026-01-02-run-1.31'), join(folder, 'job-1.31', 'latest'), { recursive: true });
  const { jobs } = await nightOf({ include: [jobOf('1.31')] }, folder);
  expect(jobs).toEqual([{ ...jobOf('1.31'), results: passing('1.31') }]);
});

describe('a job is missing, and it is said why', () => {
  const missing = async (): Promise<string | undefined> => {
    const { jobs } = await nightOf({ include: [jobOf('1.31')] }, folder);
    expect(jobs).toEqual([{ ...jobOf('1.31'), missing: expect.any(String) }]);
    return jobs[0]?.missing;
  };

  test('no folder, though another job has one', async () => {
    await brings('1.30', passing('1.30'));
    expect(await missing()).toBe('it has no results');
  });

  test('no folder of any job', async () => {
    await rm(folder, { recursive: true });
    expect(await missing()).toBe('it has no results');
    await mkdir(folder);
  });

  test('a folder without results', async () => {
    await mkdir(join(folder, 'job-1.31', 'latest'), { recursive: true });
    await writeFile(join(folder, 'job-1.31', 'latest', 'report.html'), '');
    expect(await missing()).toBe('it has no results');
  });

  test('in the words of whoever ran it, where they are known; what results say of themselves comes first', async () => {
    const reasons = new Map([['1.31', 'it was interrupted']]);
    const plan = { include: [jobOf('1.31')] };
    expect((await nightOf(plan, folder, { reasons })).jobs[0]?.missing).toBe('it was interrupted');
    await brings('1.31', passing('1.30'));
    expect((await nightOf(plan, folder, { reasons })).jobs[0]?.missing).toMatch(/^its results are of Istio 1\.30\.1/);
  });

  test('results that break off', async () => {
    await brings('1.31', passing('1.31'));
    await writeFile(join(folder, 'job-1.31', '2026-01-02-run-1.31', 'results.json'), textOf(resultsOf()).slice(0, 500));
    expect(await missing()).toBe(
      'its results cannot be read: job-1.31/2026-01-02-run-1.31/results.json is not JSON: name a results.json, or the folder that a run wrote.',
    );
  });

  test('results of another form', async () => {
    await brings('1.31', { ...passing('1.31'), schema: 'automtls.dev/results/v1' as never });
    expect(await missing()).toMatch(
      /^its results cannot be read: .*is not a results file of automtls.dev\/results\/v3/,
    );
  });

  test('results of another release, or another patch, in its folder', async () => {
    await brings('1.31', passing('1.30'));
    expect(await missing()).toBe('its results are of Istio 1.30.1, not 1.31.1');
    const patch = passing('1.31');
    await brings('1.31', { ...patch, istio: { ...patch.istio, version: '1.31.0' } }, '2026-01-02-run-1.30');
    expect(await missing()).toBe('its results are of Istio 1.31.0, not 1.31.1');
  });

  test('results judged by the rules of another release', async () => {
    const results = passing('1.31');
    await brings('1.31', { ...results, istio: { ...results.istio, release: '1.30' } });
    expect(await missing()).toBe('its results were judged by the rules of 1.30, not of 1.31');
  });

  test('results of two runs', async () => {
    await brings('1.31', passing('1.31', 'first'));
    await brings('1.31', passing('1.31', 'second'));
    expect(await missing()).toBe('it has the results of 2 runs (first, second)');
  });
});

test('what cannot be looked into is missing, too, and no end of the night', async () => {
  await writeFile(join(folder, 'job-1.31'), 'a file where a folder should be');
  const { jobs } = await nightOf({ include: [jobOf('1.31')] }, folder);
  expect(jobs[0]?.missing).toMatch(/^its results cannot be read: ENOTDIR/);
});
