import { acts, askOf, changed, failedCell, failedTimes, resultsOf, wrongCell } from '../../results/fixtures.ts';
import type { CellResult, SuiteResult } from '../../results/types.ts';
import type { VerdictReason } from '../../verdict/reasons.ts';
import { asShown } from './as-shown.ts';
import { casesOf } from './cases.ts';
import { causesSentences, type Finding, findingsOf, findingTitle, symptomsOf } from './findings.ts';

const filter = (name: string) => acts(`EnvoyFilter istio-system/${name}`);
const doubt: VerdictReason = { code: 'container-restarted', container: 'istio-proxy', podName: 'pod full/httpbin-1' };

const suite = (name: string, ...cells: Partial<CellResult>[]): SuiteResult => ({
  name,
  title: '',
  steps: [{ ...askOf(resultsOf()), title: 'on', cells: cells.map((cell) => ({ ...failedCell(), ...cell })) }],
});
const found = (...suites: SuiteResult[]): Finding[] => findingsOf(casesOf(asShown(changed({ suites }))));
const titles = (...suites: SuiteResult[]): string[] => found(...suites).map(findingTitle);
const times = (count: number, changes: Partial<CellResult>): Partial<CellResult>[] =>
  Array.from({ length: count }, (_, at) => ({ client: `sleep.${at}`, ...changes }));

test('many failures with one likely cause are one finding, which names it', () => {
  const flaky = { reasons: [filter('flaky')] };
  expect(titles(suite('strict', ...times(30, flaky)), suite('disable', ...times(6, flaky)))).toEqual([
    '36 pairs failed, 1 likely cause: EnvoyFilter istio-system/flaky',
  ]);
});

test('the cause that explains most comes first, whatever else may explain some of it', () => {
  const [a, b] = [filter('a'), filter('b')];
  expect(
    titles(
      suite('strict', ...times(2, { reasons: [b, a] }), ...times(3, { reasons: [a] }), ...times(1, { reasons: [b] })),
    ),
  ).toEqual([
    '5 pairs failed, 1 likely cause: EnvoyFilter istio-system/a',
    '1 pair failed, 1 likely cause: EnvoyFilter istio-system/b',
  ]);
});

test('causes that explain the same pairs are named together: which of them it is, is not known', () => {
  expect(titles(suite('strict', ...times(4, { reasons: [filter('a'), filter('b')] })))).toEqual([
    '4 pairs failed, 2 likely causes: EnvoyFilter istio-system/a; EnvoyFilter istio-system/b',
  ]);
});

test('without a cause, failures are together that are wrong alike in several steps, or in one step; checks are alone', () => {
  const other = { server: 'httpbin.partial' };
  expect(titles(suite('strict', {}, other, { ...other, client: 'sleep.full' }), suite('disable', {}))).toEqual([
    '2 pairs failed alike, httpbin.full: 200 plain, not 000 (curl 56); no likely cause is known',
    '2 pairs failed in strict › on; no likely cause is known',
  ]);
  expect(findingsOf(casesOf(asShown(resultsOf()))).map(findingTitle)).toEqual([
    'setup › the mesh is PERMISSIVE: full is STRICT',
    'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: 200 plain, not 000 (curl 56)',
    'strict › STRICT on httpbin.full › sleep.full → httpbin.legacy: nothing could be observed within 20 s: the shell was lost',
  ]);
});

test('one reason that makes many pairs inconclusive is said once, and never as a failure', () => {
  const doubtful = { verdict: 'inconclusive' as const, reasons: [doubt] };
  const untested = { verdict: 'inconclusive' as const, why: 'not asked: no pod', seen: [] };
  expect(titles(suite('strict', ...times(6, doubtful)), suite('disable', ...times(12, untested)))).toEqual([
    '6 pairs are inconclusive, 1 reason: The container istio-proxy of pod full/httpbin-1 was restarted',
    '12 pairs were not tested: not asked: no pod',
  ]);
});

test('the whole run in one sentence', () => {
  const flaky = { reasons: [filter('flaky')] };
  const sentence = (...suites: SuiteResult[]) => causesSentences(found(...suites));
  expect(sentence(suite('strict', ...times(36, flaky)))).toEqual([
    '36 pairs failed, 1 likely cause: EnvoyFilter istio-system/flaky',
  ]);
  expect(
    sentence(suite('strict', ...times(3, flaky), { client: 'a' }, { client: 'b', verdict: 'inconclusive' })),
  ).toEqual(['4 pairs failed, 1 likely cause: EnvoyFilter istio-system/flaky; none is known for 1 of them']);
  expect(sentence(suite('strict', { verdict: 'pass' }, {}))).toEqual([]);
});

test('the symptoms of a finding: the same ones together, most frequent first, each pair with its steps', () => {
  const flaky = { reasons: [filter('flaky')] };
  const refused = { ...flaky, seen: wrongCell(3, 90).seen, client: 'sleep.full' };
  const again = { ...flaky, seen: wrongCell(7, 90).seen, client: 'sleep.full' };
  const [finding] = found(suite('strict', refused, flaky), suite('disable', again)) as [Finding];
  expect(symptomsOf(finding).map(({ words, pairs }) => [words, pairs])).toEqual([
    ['503, not 000 (curl 56)', ['sleep.full → httpbin.full (2 steps)']],
    ['200 plain, not 000 (curl 56)', ['sleep.legacy → httpbin.full (strict › on)']],
  ]);
  const [inOneStep] = found(suite('strict', refused, flaky)) as [Finding];
  expect(symptomsOf(inOneStep).flatMap(({ pairs }) => pairs)).toEqual([
    'sleep.full → httpbin.full',
    'sleep.legacy → httpbin.full',
  ]);
});

test('a run in which all passed has none', () => {
  expect(findingsOf(casesOf(asShown(failedTimes(2, { verdict: 'pass' }))))).toEqual([]);
});
