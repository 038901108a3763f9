import type { Results } from '../../results/types.ts';
import { changeOf, diffWith, jobOf, nightWith, passing, withCell } from './fixtures.ts';
import { summaryOf } from './summary.ts';
import type { JobOfNight } from './types.ts';

const bad = { verdict: 'fail', why: 'expected 503; the last answer was 200 from full-ab12c3' } as const;
const open = { verdict: 'inconclusive', why: 'the shell was lost' } as const;
const job = (istio: string, results: Results, required = true): JobOfNight => ({
  ...jobOf(istio, { required }),
  results,
});
const broken = (istio: string, how: typeof bad | typeof open = bad) =>
  withCell(passing(istio), 'sleep.legacy', 'httpbin.full', how);
const nothing = { nights: [], releases: [] };
const place = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';

test('a night in which all passes is 0', () => {
  const night = nightWith(job('1.31', passing('1.31')), job('1.30', passing('1.30')));
  expect(summaryOf(night, nothing)).toEqual({ regressions: [], inconclusive: [], exitCode: 0 });
});

test('a cell that fails in a required job is 1, in the topology’s names', () => {
  const night = nightWith(job('1.31', passing('1.31')), job('1.30', broken('1.30')));
  expect(summaryOf(night, nothing)).toEqual({
    exitCode: 1,
    inconclusive: [],
    regressions: [
      {
        jobs: ['1.30'],
        kind: 'fails',
        place,
        required: true,
        why: 'expected 503; the last answer was 200 from full',
      },
    ],
  });
});

test('a check that fails has no pair', () => {
  const results = passing('1.31');
  const [setup] = results.suites;
  (setup?.steps[0] as { verdict: string }).verdict = 'fail';
  const { regressions, exitCode } = summaryOf(nightWith(job('1.31', results)), nothing);
  expect(regressions.map((regression) => regression.place)).toEqual(['setup › pods are READY']);
  expect(exitCode).toBe(1);
});

test('what fails in a job that informs is told, and the night is 0', () => {
  const night = nightWith(job('1.31', passing('1.31')), job('1.12', broken('1.12'), false));
  const { regressions, exitCode } = summaryOf(night, nothing);
  expect(regressions).toMatchObject([{ jobs: ['1.12'], required: false }]);
  expect(exitCode).toBe(0);
});

describe('what required jobs leave open is 3', () => {
  const interrupted = passing('1.31');
  const half = { ...interrupted, run: { ...interrupted.run, interrupted: true } };
  const troubled = { ...passing('1.31'), runErrors: ['full-ab12c3 could not be deleted'] };
  const nothingAsked = { ...passing('1.31'), suites: [] };
  nothingAsked.summary = { ...nothingAsked.summary, verdict: 'inconclusive', passed: 0 };

  test.each<[string, JobOfNight]>([
    ['it has no results', { ...jobOf('1.31'), missing: 'it has no results' }],
    ['1 of 8 verdicts are inconclusive', job('1.31', broken('1.31', open))],
    ['it was interrupted', job('1.31', half)],
    ['full could not be deleted', job('1.31', troubled)],
    ['nothing was tested', job('1.31', nothingAsked)],
  ])('%s', (why, one) => {
    const summary = summaryOf(nightWith(one, job('1.30', passing('1.30'))), nothing);
    expect(summary).toEqual({ regressions: [], inconclusive: [{ istio: '1.31', why }], exitCode: 3 });
    const informational = nightWith({ ...one, required: false }, job('1.30', passing('1.30')));
    expect(summaryOf(informational, nothing)).toEqual({
      regressions: [],
      inconclusive: [],
      exitCode: 0,
    });
  });

  test('a night without any results is 3, even if none of its releases is required', () => {
    const missing = { ...jobOf('1.12', { required: false }), missing: 'it has no results' };
    expect(summaryOf(nightWith(missing), nothing)).toEqual({
      regressions: [],
      inconclusive: [{ istio: '1.12', why: 'it has no results' }],
      exitCode: 3,
    });
  });

  test('unless something fails besides', () => {
    const night = nightWith({ ...jobOf('1.31'), missing: 'it has no results' }, job('1.30', broken('1.30')));
    expect(summaryOf(night, nothing)).toMatchObject({ exitCode: 1, inconclusive: [{ istio: '1.31' }] });
  });
});

describe('of the changes that no rule explains', () => {
  const night = nightWith(
    job('1.31', passing('1.31')),
    job('1.30', passing('1.30')),
    job('1.29', passing('1.29'), false),
  );
  const since = (...changes: Parameters<typeof diffWith> extends [string, string, ...infer Rest] ? Rest : never) => ({
    ...nothing,
    nights: [{ istio: '1.31', diff: diffWith('1.31', '1.31', ...changes) }],
  });
  const between = (from: string, to: string) => ({
    ...nothing,
    releases: [{ from, to, diff: diffWith(from, to, changeOf('pass', 'pass')) }],
  });

  test('one between two passes is a regression: since last night', () => {
    expect(summaryOf(night, since(changeOf('pass', 'pass')))).toMatchObject({
      exitCode: 1,
      regressions: [
        {
          jobs: ['1.31'],
          kind: 'changed',
          place,
          required: true,
          why: 'changed since last night, though both passed: no rule says so',
        },
      ],
    });
  });

  test('or from release to release, where both are required', () => {
    expect(summaryOf(night, between('1.30', '1.31'))).toMatchObject({
      exitCode: 1,
      regressions: [{ jobs: ['1.30', '1.31'], why: 'changed from 1.30, though both passed: no rule says so' }],
    });
    expect(summaryOf(night, between('1.29', '1.30'))).toMatchObject({
      exitCode: 0,
      regressions: [{ jobs: ['1.29', '1.30'], required: false }],
    });
  });

  test('a recovery is none, nor is a failure one more than what fails tonight', () => {
    expect(summaryOf(night, since(changeOf('fail', 'pass')))).toMatchObject({ regressions: [], exitCode: 0 });
    const failing = nightWith(job('1.31', broken('1.31')));
    expect(summaryOf(failing, since(changeOf('pass', 'fail'))).regressions).toMatchObject([{ kind: 'fails' }]);
  });

  test('what a rule explains is none', () => {
    expect(summaryOf(night, since(changeOf('pass', 'pass', { explained: true })))).toMatchObject({ exitCode: 0 });
  });
});
