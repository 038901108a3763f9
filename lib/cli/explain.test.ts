import { suites } from '../../suites/index.ts';
import { UsageError } from '../platform/errors.ts';
import { newestRelease } from '../platform/istio/releases.ts';
import { explainJson, explainSuites } from './explain.ts';

const strict = suites.filter(({ name }) => name === 'strict');

test('what is expected, and why, by the rules of the release that is named', () => {
  const lines = explainSuites(strict, '1.30').split('\n');
  expect(lines.slice(0, 5)).toEqual([
    'What the rules of Istio 1.30 predict for each pair, and which rule says so.',
    '',
    'strict: Lock down mutual TLS to STRICT',
    '  httpbin.full accepts only mutual TLS: sleep.legacy is refused, all other pairs work as before.',
    '  STRICT on httpbin.full',
  ]);
  expect(lines).toContain('    sleep.legacy → httpbin.full: 000 with curl exit 56');
  expect(lines).toContain(
    '    sleep.full → httpbin.full: 200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep',
  );
  expect(explainSuites(strict, '1.4')).toContain('sleep.legacy → httpbin.full: 000 with curl exit 52 or 56');
  expect(explainSuites(strict, '1.4')).toContain('Policy full/httpbin');
});

test('what is not judged, and why', () => {
  const sidecar = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { namespace: 'full', name: 'x' },
    spec: { egress: [{ port: { number: 8000 }, hosts: ['*/*'] }] },
  };
  const [{ topology } = {}] = strict;
  const suite = { name: 'x', title: 'X', about: '', topology: topology as string };
  const lines = explainSuites([{ ...suite, steps: [{ kind: 'ask', title: 'step', objects: [sidecar] }] }]).split('\n');
  const said = '      not judged: Sidecar full/x gives full/sleep outbound listeners of its own';
  expect(lines.filter((line) => line === said)).toHaveLength(3);
});

test('where each rule is written comes once, at the end', () => {
  const [, sources = ''] = explainSuites(suites, '1.31').split('Sources of these rules\n');
  const rules = sources.split('\n').map((line) => line.split(':')[0]);
  expect(rules).toContain('  peer-authentication.workload');
  expect(new Set(rules).size).toBe(rules.length);
  expect(sources).toContain('policy_applier.go, since 1.5');
});

test.each([
  [
    '1.99',
    `The newest known release is ${newestRelease().minor}: rules that Istio has changed since then may be missing.`,
  ],
  ['1.3', 'These are the rules of 1.4, the oldest release that the model knows.'],
])('%s is not among the known releases, and that is told', (release, sentence) => {
  expect(explainSuites(strict, release).split('\n')[0]).toMatch(new RegExp(`${sentence}$`));
});

test('the newest release counts where none is named', () => {
  expect(explainSuites(strict)).toContain(`the rules of Istio ${newestRelease().minor} predict`);
});

test('programs get the same as JSON', () => {
  const { release, suites: explained } = JSON.parse(explainJson(strict, '1.31'));
  expect(release).toBe('1.31');
  expect(explained).toMatchObject([{ name: 'strict', steps: [{ title: 'STRICT on httpbin.full' }, {}] }]);
  expect(explained[0].steps[0].cells[3]).toMatchObject({
    client: 'sleep.legacy',
    server: 'httpbin.full',
    outcomes: [{ outcome: { kind: 'reset', curlExits: [56] } }],
    reasons: expect.arrayContaining([expect.objectContaining({ rule: 'result.plain-text-reset' })]),
  });
});

test('every suite can be explained for every generation of Istio', () => {
  for (const release of ['1.4', '1.5', '1.12', '1.22', '1.31'])
    expect(explainSuites(suites, release)).not.toContain('undefined');
});

test('what is no release is a mistake', () => {
  expect(() => explainSuites(strict, 'newest')).toThrow(UsageError);
  expect(() => explainSuites(strict, 'newest')).toThrow('"newest" is not an Istio release');
});
