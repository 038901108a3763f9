import { parse, type TestCase, type TestSuites } from 'junit2json';
import { acts, besides, changed, failedTimes, resultsOf } from '../../results/fixtures.ts';
import type { Results } from '../../results/types.ts';
import { asShown } from '../parts/as-shown.ts';
import { casesOf } from '../parts/cases.ts';
import { failureText } from '../parts/failure.ts';
import { junitReport } from './junit.ts';

/** Parses the report with a widely used JUnit parser. */
async function read(results: Results): Promise<TestSuites> {
  return (await parse(junitReport(results))) as TestSuites;
}

const casesIn = ({ testsuite }: TestSuites): TestCase[] => testsuite?.flatMap(({ testcase }) => testcase ?? []) ?? [];
const named = (report: TestSuites, name: string): TestCase =>
  casesIn(report).find((one) => one.name === name) as TestCase;

test('each suite is a suite, each cell and each check a case, in the order of the run', async () => {
  const report = await read(resultsOf());
  const shown = report.testsuite?.map(({ name, tests, failures, errors, skipped, time, timestamp }) => [
    ...[name, tests, failures, errors, skipped, time, timestamp],
  ]);
  expect(shown).toEqual([
    ['setup', 2, 1, 0, 0, 0.024, '2026-01-02T03:04:05'],
    ['strict', 6, 1, 1, 0, 1.4, '2026-01-02T03:04:05'],
    ['auto-off', 1, 0, 0, 1, 0, '2026-01-02T03:04:05'],
  ]);
  expect(casesIn(report).map(({ classname, name, time }) => `${classname} | ${name} | ${time}`)).toEqual([
    'setup | pods are READY | 0.012',
    'setup | the mesh is PERMISSIVE | 0.012',
    'strict.STRICT on httpbin.full | sleep.full → httpbin.full | 0',
    'strict.STRICT on httpbin.full | sleep.full → httpbin.partial | 0',
    'strict.STRICT on httpbin.full | sleep.full → httpbin.legacy | 20',
    'strict.STRICT on httpbin.full | sleep.legacy → httpbin.full | 20',
    'strict.STRICT on httpbin.full | sleep.legacy → httpbin.partial | 0',
    'strict.STRICT on httpbin.full | sleep.legacy → httpbin.legacy | 0',
    'auto-off | Switched off | 0',
  ]);
});

test('a failure tells all: what was expected, by which rule of which source, what was seen, and how to see it', async () => {
  const { failure, error, skipped } = named(await read(resultsOf()), 'sleep.legacy → httpbin.full');
  expect([error, skipped]).toEqual([undefined, undefined]);
  expect(failure).toEqual([
    {
      message: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
      type: 'fail',
      inner: `FAIL strict › STRICT on httpbin.full › sleep.legacy → httpbin.full
  expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
  expected  000 with curl exit 56
            because PeerAuthentication full/httpbin sets STRICT [a, b]
  observed  30 × 200 in plain text, last after 19990 ms
            4 × not observed (the shell was lost), last after 20000 ms
  evidence  HTTP 200, curl exit 0: { "headers": { "Accept": [ "*/*" ], "Host": [ "httpbin.full:8000" ] } }
  to do     Look whether istiod pushes, and whether the sidecar accepts what it gets (\`istioctl proxy-status\`). [never-arrived]
  to reproduce, in the namespaces of the run (they stay with --keep)
    kubectl apply -f - <<'EOF'
    metadata:
      namespace: full-ab12c3
    EOF
    kubectl exec -n legacy-ab12c3 deploy/sleep -- curl http://httpbin.full-ab12c3:8000/headers
  On a conforming mesh the result is 000 with curl exit 56.`,
    },
  ]);
});

test('what could not be told is an error and no failure, and a skipped suite is skipped', async () => {
  const report = await read(resultsOf());
  const inconclusive = named(report, 'sleep.full → httpbin.legacy');
  expect(inconclusive.failure).toBeUndefined();
  expect(inconclusive.error).toMatchObject([
    { type: 'inconclusive', message: 'nothing could be observed within 20 s: the shell was lost' },
  ]);
  expect(named(report, 'Switched off').skipped).toEqual([{ message: 'it changes the mesh for everybody' }]);
  expect(casesIn(report).filter(({ failure, error, skipped }) => !(failure ?? error ?? skipped))).toHaveLength(5);
});

test.each([
  ['a run with some of everything', resultsOf(), 0],
  ['one with a problem', changed({ runErrors: ['a', 'b'] }), 1],
  ['one that was interrupted', changed({ run: { ...resultsOf().run, interrupted: true } }), 1],
  ['one of which nothing is known', changed({ suites: [] }), 1],
  ['one with two hundred failures', failedTimes(200), 0],
  ['one that skipped a suite of which it has steps', changed({ suites: resultsOf().suites.map(halfSkipped) }), 0],
  ['one of every suite, skipped', changed({ suites: resultsOf().suites.map(skippedOf) }), 1],
])('the totals of %s are those of its summary', async (_, results, whole) => {
  const report = await read(results);
  const { passed, failed, inconclusive, skipped } = results.summary;
  const wanted = {
    tests: passed + failed + inconclusive + skipped + whole,
    failures: failed,
    errors: inconclusive + whole,
    skipped,
  };
  expect(report).toMatchObject(wanted);
  const cases = casesIn(report);
  expect({
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure).length,
    errors: cases.filter(({ error }) => error).length,
    skipped: cases.filter(({ skipped }) => skipped).length,
  }).toEqual(wanted);
  const sum = (key: 'tests' | 'failures' | 'errors' | 'skipped') =>
    report.testsuite?.reduce((total, suite) => total + (suite[key] ?? 0), 0);
  expect({ tests: sum('tests'), failures: sum('failures'), errors: sum('errors'), skipped: sum('skipped') }).toEqual(
    wanted,
  );
});

/** Returns a suite that is skipped but has steps; current runs do not produce one. */
function halfSkipped(suite: Results['suites'][number]): Results['suites'][number] {
  return { ...suite, skipped: 'not all of it' };
}

function skippedOf({ name, title }: { name: string; title: string }): Results['suites'][number] {
  return { name, title, skipped: 'not now', steps: [] };
}

test('a likely cause comes first in the message, and every suite has it for the whole run', async () => {
  const reasons = [acts('EnvoyFilter a/flaky')];
  const report = await read(failedTimes(3, { reasons }));
  const [failure] = casesIn(report)[0]?.failure ?? [];
  expect(failure?.message).toBe(
    'likely cause: EnvoyFilter a/flaky; expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
  );
  expect(failure?.inner).toContain('\n  likely cause: EnvoyFilter a/flaky acts on all: it can change ');
  expect(report.testsuite?.[0]?.properties).toContainEqual({
    name: 'cause',
    value: '3 pairs failed, 1 likely cause: EnvoyFilter a/flaky',
  });
});

test('an error of the whole run is an error of its own', async () => {
  const run = { ...resultsOf().run, interrupted: true };
  const report = await read(changed({ run, runErrors: ['still there: Namespace full-ab12c3'] }));
  expect(named(report, 'the whole run')).toMatchObject({
    classname: 'run',
    error: [
      {
        type: 'interrupted',
        message: 'cells that were not tested are not counted',
        inner:
          'interrupted: cells that were not tested are not counted\ninconclusive: still there: Namespace full-ab12c3',
      },
    ],
  });
  expect(named(await read(resultsOf()), 'the whole run')).toBeUndefined();
});

test('a suite that an interruption kept from beginning is not there', async () => {
  const { suites, run } = resultsOf();
  const begun = changed({
    run: { ...run, interrupted: true },
    suites: [...suites, { ...suites[0], steps: [] } as never],
  });
  expect((await read(begun)).testsuite?.map(({ name }) => name)).toEqual(['setup', 'strict', 'auto-off', 'run']);
});

test('every suite says of which run it is, and why that is not the whole', async () => {
  const report = await read(resultsOf());
  const properties = report.testsuite?.map(({ properties }) =>
    properties?.map(({ name, value }) => `${name}: ${value}`),
  );
  expect(properties).toEqual(
    Array(3).fill([
      'run: ab12c3',
      'automtls: 0.1.0',
      'verdict: fail',
      'istio.version: 1.31.0',
      'istio.release: 1.31',
      'cluster: current mine',
      'kubernetes: v1.36.1',
      'note: a snapshot, not a release',
      'partial: auto-off was skipped: it changes the mesh for everybody',
    ]),
  );
});

/** Matches characters that XML 1.0 does not allow, and references other than the predefined ones. */
const illegal = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|&(?!(?:amp|lt|gt|quot|apos);)/u;

const hostile = [
  ...Array.from({ length: 0x100 }, (_, code) => String.fromCharCode(code)),
  '\ud800',
  '\udfff\ud800',
  '\ufffe\uffff',
  '🙂',
  ']]>',
  '<!--',
  '</failure>',
  '"\'',
  '&amp;',
  '&nbsp;',
  '&#1;',
  '&#x1;',
  '%&;',
].join(' ');

test('no text, wherever it comes from, breaks the file, and what XML can hold arrives', async () => {
  const results = resultsOf();
  const spoil = (value: unknown): unknown => (typeof value === 'string' ? `${value} ${hostile}` : value);
  const kept = new Set(['kind', 'verdict', 'startedAt']);
  const spoilt = JSON.parse(JSON.stringify(results), (key, value) => (kept.has(key) ? value : spoil(value))) as Results;
  spoilt.run.namespaces = results.run.namespaces;
  const xml = junitReport(spoilt);
  expect(xml).not.toMatch(illegal);
  const cases = casesIn(await read(spoilt));
  expect(cases).toHaveLength(9);
  const message = cases[1]?.failure?.[0]?.message as string;
  expect(message).toMatch(/^full is STRICT ␀ ␁/);
  expect(message).toContain('� �� �� 🙂 ]]> <!-- </failure> "\' &amp; &nbsp; &#1; &#x1; %&;');
  expect(cases[1]?.failure?.[0]?.inner).toContain('🙂 ]]> <!-- </failure> "\' &amp; &nbsp; &#1; &#x1; %&;');
});

test('the text of every case that did not pass is the one that the terminal has, but for the sources', async () => {
  const results = failedTimes(3);
  const told = casesIn(await read(results)).map(({ failure }) => failure?.[0]?.inner);
  expect(told).toEqual(casesOf(asShown(results)).map((one) => failureText(one, { cite: () => 'a, b' })));
});

test('the files of a failure are named', () => {
  expect(junitReport(failedTimes(1, besides))).toContain('diagnosis: diagnosis/strict--a/');
});
