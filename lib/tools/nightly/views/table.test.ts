import { sealed } from '../../../results/summary.ts';
import type { Results, SuiteResult } from '../../../results/types.ts';
import { compareNights } from '../compare.ts';
import { changeOf, diffWith, jobOf, nightWith, passing, withCell } from '../fixtures.ts';
import type { JobOfNight } from '../types.ts';
import { type NightTable, nightTable, releaseWords } from './table.ts';

const job = (istio: string, results = passing(istio)): JobOfNight => ({ ...jobOf(istio), results });
const failing = (istio: string): Results =>
  withCell(passing(istio), 'sleep.legacy', 'httpbin.full', { verdict: 'fail', why: 'so' });
const tableOf = (...jobs: JobOfNight[]): NightTable => {
  const night = nightWith(...jobs);
  return nightTable(night, compareNights(night, undefined));
};
const words = ({ rows }: NightTable) => rows.map(({ cells }) => cells.map((steps) => steps.map((one) => one.words)));

test('a row for each release, a group of columns for each suite', () => {
  const table = tableOf(job('1.31', failing('1.31')), job('1.30'));
  expect(table.suites).toEqual([
    { name: 'setup', steps: ['pods are READY', 'the mesh is PERMISSIVE'] },
    { name: 'strict', steps: ['STRICT on httpbin.full'] },
  ]);
  expect(table.rows.map(({ istio, version, verdict }) => [istio, version, verdict.words])).toEqual([
    ['1.31', '1.31.1', 'fail 1 of 8'],
    ['1.30', '1.30.1', 'pass 8'],
  ]);
  expect(words(table)).toEqual([
    [['pass', 'pass'], ['fail 1 of 6']],
    [['pass', 'pass'], ['pass 6']],
  ]);
});

test('what came to no verdict says why: missing, skipped, or not run', () => {
  const [setup] = passing('1.29').suites as [SuiteResult];
  const skipping = { name: 'strict', title: '', skipped: 'not allowed here', steps: [] };
  const table = tableOf(
    job('1.31'),
    { ...jobOf('1.30'), missing: 'it was interrupted' },
    job('1.29', sealed({ ...passing('1.29'), suites: [setup, skipping] })),
    job('1.28', sealed({ ...passing('1.28'), suites: [setup] })),
  );
  expect(words(table).map(([, strict]) => strict)).toEqual([['pass 6'], ['missing'], ['skipped'], ['not run']]);
  expect(table.rows.map(({ missing }) => missing)).toEqual([undefined, 'it was interrupted', undefined, undefined]);
  expect(table.rows[1]?.verdict).toEqual({ state: 'missing', words: 'missing' });
});

test('a run that was interrupted is no pass, whatever it had found by then', () => {
  const { run, ...rest } = passing('1.31');
  const [row] = tableOf(job('1.31', sealed({ ...rest, run: { ...run, interrupted: true } }))).rows;
  expect(row?.verdict).toEqual({ state: 'inconclusive', words: 'interrupted after 8' });
});

test('steps of one title in two suites are two columns', () => {
  const results = failing('1.31');
  const [setup, strict] = results.suites as [SuiteResult, SuiteResult];
  const again = { ...strict, name: 'again', steps: passing('1.31').suites[1]?.steps ?? [] };
  const table = tableOf(job('1.31', { ...results, suites: [setup, strict, again] }));
  expect(table.suites.map(({ name }) => name)).toEqual(['setup', 'strict', 'again']);
  expect(words(table)[0]?.slice(1)).toEqual([['fail 1 of 6'], ['pass 6']]);
});

describe('a step that differs from the next older release is marked, at the newer', () => {
  const marked = (...changes: Parameters<typeof changeOf>[2][]) => {
    const night = nightWith(job('1.31'), job('1.30'), job('1.29'));
    const diff = diffWith('1.29', '1.30', ...changes.map((change) => changeOf('pass', 'pass', change)));
    return nightTable(night, { releases: [{ from: '1.29', to: '1.30', diff }] }).rows.map(({ cells }) =>
      cells.map((steps) => steps.map(({ change }) => change)),
    );
  };
  const none = [[undefined, undefined], [undefined]];

  test.each([
    [[], undefined],
    [[{ explained: true }], 'explained'],
    [[{ explained: false }], 'unexplained'],
    [[{ explained: true }, { explained: false, client: 'sleep.full' }], 'unexplained'],
  ])('%j', (changes, change) => {
    expect(marked(...changes)).toEqual([none, [[undefined, undefined], [change]], none]);
  });

  test('and no other step of its suite, nor one of the same title in another', () => {
    expect(marked({ suite: 'setup', step: 'STRICT on httpbin.full' })).toEqual([none, none, none]);
    expect(marked({ suite: 'setup', step: 'pods are READY' })[1]).toEqual([['unexplained', undefined], [undefined]]);
  });

  test('across one that is missing', () => {
    const missing = { ...jobOf('1.30'), missing: 'so' };
    const { rows } = tableOf(job('1.31', failing('1.31')), missing, job('1.29'));
    expect(rows.map(({ cells }) => cells[1]?.[0]?.change)).toEqual(['unexplained', undefined, undefined]);
  });
});

test.each([
  [['Envoy is upstream 1.40.0, so filters are off; none in mutual TLS.'], '1.40.0'],
  [['Istio 1.24.2 is built from source.', 'Its proxy is Envoy 1.36.2.'], '1.36.2'],
  [['Istio 1.24.2 is built from source.', 'Envoy is what the release brings.'], undefined],
  [[], undefined],
])('of the notes %j Envoy is %s', (notes, envoy) => {
  const { istio, ...rest } = passing('1.31');
  const [row] = tableOf(job('1.31', { ...rest, istio: { ...istio, notes } })).rows;
  expect(row?.envoy).toBe(envoy);
});

test('how long it took is what its run took in all', () => {
  expect(tableOf(job('1.31')).rows[0]?.tookMs).toBe(65_000);
  expect(tableOf(job('1.31', { ...passing('1.31'), phases: [] })).rows[0]).not.toHaveProperty('tookMs');
});

test.each([
  [{ istio: '1.24', version: '1.24.2' }, '1.24.2'],
  [{ istio: '1.31-dev', version: '1.31-dev' }, '1.31-dev'],
  [{ istio: 'newest', version: '1.31.1' }, 'newest (1.31.1)'],
])('%j is %s', (release, text) => {
  expect(releaseWords(release)).toBe(text);
});
