import { compareNights } from './compare.ts';
import { jobOf, nightWith, passing, withCell } from './fixtures.ts';
import type { JobOfNight } from './types.ts';

const job = (istio: string, results = passing(istio)): JobOfNight => ({ ...jobOf(istio), results });
const missing = (istio: string): JobOfNight => ({ ...jobOf(istio), missing: 'it has no results' });
const broken = withCell(passing('1.30'), 'sleep.legacy', 'httpbin.full', {
  verdict: 'fail',
  why: 'expected 000 with curl exit 56',
  seen: [{ observation: { kind: 'plain' }, count: 9, counted: 9, firstMs: 10, lastMs: 19_990 }],
});

test('the first night has none before it, and that is no regression', () => {
  const comparison = compareNights(nightWith(job('1.31'), job('1.30')), undefined);
  expect(comparison).toMatchObject({
    schema: 'automtls.dev/comparison/v1',
    startedAt: '2026-01-02T03:04:05.678Z',
    nights: [],
    alone: ['There is no earlier night to compare with.'],
    summary: { exitCode: 0 },
  });
});

test('each job is compared with the same of last night, the earlier first', () => {
  const comparison = compareNights(nightWith(job('1.31'), job('1.30', broken)), nightWith(job('1.30'), job('1.31')));
  expect(comparison.nights.map(({ istio, diff }) => [istio, diff.a.istio.release, diff.changes.length])).toEqual([
    ['1.31', '1.31', 0],
    ['1.30', '1.30', 1],
  ]);
  expect(comparison.nights[1]?.diff.changes[0]).toMatchObject({
    client: 'sleep.legacy',
    server: 'httpbin.full',
    explained: false,
    a: { verdict: 'pass' },
    b: { verdict: 'fail' },
  });
  expect(comparison.alone).toEqual([]);
  expect(comparison.summary).toMatchObject({ exitCode: 1, regressions: [{ jobs: ['1.30'], kind: 'fails' }] });
});

test('the night after a failure is a recovery, and no regression', () => {
  const comparison = compareNights(nightWith(job('1.30')), nightWith(job('1.30', broken)));
  expect(comparison.nights[0]?.diff.summary).toMatchObject({ unexplained: 1 });
  expect(comparison.summary).toEqual({ regressions: [], inconclusive: [], exitCode: 0 });
});

test('each release is compared with the next older one that brought results, the older first', () => {
  const { releases, alone } = compareNights(
    nightWith(job('1.31'), missing('1.30'), job('1.29'), job('1.28')),
    undefined,
  );
  expect(releases.map(({ from, to, diff }) => [from, to, diff.a.istio.release, diff.b.istio.release])).toEqual([
    ['1.29', '1.31', '1.29', '1.31'],
    ['1.28', '1.29', '1.28', '1.29'],
  ]);
  expect(alone[0]).toBe('1.30 is missing: it has no results.');
});

test('a job that last night did not have, or has no results of, is told and compared with nothing', () => {
  const night = nightWith(job('1.31'), job('1.30'), job('1.29'));
  const comparison = compareNights(night, nightWith(job('1.29'), missing('1.30')));
  expect(comparison.nights.map(({ istio }) => istio)).toEqual(['1.29']);
  expect(comparison.alone).toEqual([
    '1.31 was not run in the night of 2026-01-02.',
    '1.30 was missing in the night of 2026-01-02.',
  ]);
});
