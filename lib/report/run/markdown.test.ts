import { acts, askOf, besides, changed, failedCell, failedTimes, resultsOf } from '../../results/fixtures.ts';
import type { AskResult, CellResult, Results, UnsealedResults } from '../../results/types.ts';
import { markdownReport } from './markdown.ts';

const MEBIBYTE = 1024 * 1024;
const bytes = (text: string): number => new TextEncoder().encode(text).length;

test('it says what the run came to, then what is wrong, then all that was asked', () => {
  expect(
    markdownReport(resultsOf()),
  ).toBe(`## ✗ The mesh does not conform: 5 passed, 2 failed, 1 inconclusive, 1 skipped

Istio 1.31.0, by the rules of 1.31, on current mine, Kubernetes v1.36.1

Run ab12c3 of 2026-01-02T03:04:05.678Z: set-up 5.4 s · total 65.0 s

- **partial** auto-off was skipped: it changes the mesh for everybody
- **note** a snapshot, not a release

### Failures

#### ✗ setup › the mesh is PERMISSIVE

full is STRICT

#### ✗ strict › STRICT on httpbin.full › sleep.legacy → httpbin.full

expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text

- **to do** Look whether istiod pushes, and whether the sidecar accepts what it gets (&#96;istioctl proxy-status&#96;). (<code>never-arrived</code>)

- **expected** 000 with curl exit 56
  - because PeerAuthentication full/httpbin sets STRICT (<code>a</code>, b)
- **observed** 30 × 200 in plain text, last after 19990 ms
- **observed** 4 × not observed (the shell was lost), last after 20000 ms

<details><summary>how to reproduce it, and the raw answer</summary>

In the namespaces of the run (they stay with \`--keep\`):

\`\`\`sh
kubectl apply -f - <<'EOF'
metadata:
  namespace: full-ab12c3
EOF
kubectl exec -n legacy-ab12c3 deploy/sleep -- curl http://httpbin.full-ab12c3:8000/headers
\`\`\`

On a conforming mesh the result is 000 with curl exit 56.

The first wrong answer:

\`\`\`text
HTTP 200, curl exit 0: { "headers": { "Accept": [ "*/*" ], "Host": [ "httpbin.full:8000" ] } }
\`\`\`

</details>

#### ? strict › STRICT on httpbin.full › sleep.full → httpbin.legacy

nothing could be observed within 20 s: the shell was lost

- **to do** Look at the network, name resolution and the load of the machine. (<code>nothing-seen</code>)

- **expected** 200 in plain text
  - because PeerAuthentication full/httpbin sets STRICT (<code>a</code>, b)
- **observed** 4 × not observed (the shell was lost), last after 20000 ms

<details><summary>how to reproduce it, and the raw answer</summary>

In the namespaces of the run (they stay with \`--keep\`):

\`\`\`sh
kubectl apply -f - <<'EOF'
metadata:
  namespace: full-ab12c3
EOF
kubectl exec -n full-ab12c3 deploy/sleep -- curl http://httpbin.legacy-ab12c3:8000/headers
\`\`\`

On a conforming mesh the result is 200 in plain text.

</details>

### Results

#### ✗ <b>setup</b> Before you begin: 1 passed, 1 failed

✓ pods are READY: full/sleep 2/2

✗ the mesh is PERMISSIVE: full is STRICT

#### ✗ <b>strict</b> Lock down mutual TLS to STRICT: 4 passed, 1 failed, 1 inconclusive

**STRICT on httpbin.full** (PeerAuthentication full/httpbin)

|  | httpbin.full | httpbin.partial | httpbin.legacy |
| --- | --- | --- | --- |
| sleep.full | ✓ 200 mTLS | ✓ 200 mTLS &#124; 200 plain | <b>? not observed</b> |
| sleep.legacy | <b>✗ 200 plain, not 000 (curl 56)</b> | ✓ 200 plain | ✓ 200 plain |

not settled: first right 160 ms after the change, went wrong again once, last wrong after 1.2 s, 122 requests<br>both endpoints of httpbin.partial observed from sleep.full in 42 answers

`);
});

const fails = failedCell();
const passes: CellResult = { ...fails, verdict: 'pass' };
const inconclusive: CellResult = { ...fails, verdict: 'inconclusive' };
const suiteOf = (...cells: CellResult[]): Results['suites'][number] => ({
  name: 'strict',
  title: 'Locked',
  steps: [{ ...askOf(resultsOf()), autoMtls: false, objects: [], cells }],
});
const interrupted = { ...resultsOf().run, interrupted: true };

test.each<[string, Partial<UnsealedResults>]>([
  ['## ✓ The mesh conforms: 1 passed, 0 failed', { suites: [suiteOf(passes)] }],
  [
    '## ✓ The mesh conforms where it was tested: 1 passed, 0 failed',
    { suites: [suiteOf(passes)], run: { ...resultsOf().run, chosen: ['strict'] } },
  ],
  ['## ? Inconclusive: 1 passed, 0 failed, 1 inconclusive', { suites: [suiteOf(passes)], runErrors: ['still there'] }],
  ['## ✗ The mesh does not conform: 0 passed, 1 failed, 1 inconclusive', { suites: [suiteOf(fails, inconclusive)] }],
  ['## ? Inconclusive: 1 passed, 0 failed, 1 inconclusive', { suites: [suiteOf(passes, inconclusive)] }],
  ['## ? Interrupted: 1 passed, 0 failed', { suites: [suiteOf(passes)], run: interrupted }],
])('%s', (headline, changes) => {
  expect(markdownReport(changed(changes)).split('\n')[0]).toBe(headline);
});

test('what passed is folded, and tells of no failure', () => {
  const report = markdownReport(changed({ suites: [suiteOf(passes)] }));
  expect(report).toContain('<details><summary>✓ <b>strict</b> Locked: 1 passed</summary>\n\n**STRICT on');
  expect(report).toContain('(auto mTLS off; nothing applied)');
  expect(report).not.toMatch(/✗|What is wrong|inconclusive|\*\*partial/);
});

test('what could only not be told is marked as that', () => {
  expect(markdownReport(changed({ suites: [suiteOf(passes, inconclusive)] }))).toContain(
    '#### ? <b>strict</b> Locked: 1 passed, 1 inconclusive\n',
  );
});

test('an error of the whole run comes first, with the names that are on the cluster', () => {
  const runErrors = ['still there: Namespace full-ab12c3'];
  expect(markdownReport(changed({ run: interrupted, runErrors }))).toContain(
    '\n- **interrupted** cells that were not tested are not counted\n- **inconclusive** still there: Namespace full-ab12c3\n',
  );
});

/** Returns the report without its code blocks. */
const proseOf = (report: string): string => report.replaceAll(/^(`{3,})(?:sh|text)\n.*?\n\1$/gms, '');

test('everything but commands and runErrors uses the topology’s names', () => {
  const report = markdownReport(resultsOf());
  expect(report).toContain('full-ab12c3');
  expect(proseOf(report)).not.toContain('full-ab12c3');
});

/** Returns suites of one step and one failure each, no two of which are alike. */
const apart = (count: number, changes: Partial<CellResult> = {}): Results['suites'] =>
  Array.from({ length: count }, (_, at) => {
    const cell = { ...fails, server: `httpbin.${at}`, ...changes };
    return { ...suiteOf(cell), name: `suite-${at}` };
  });

test('of a giant red run the details go first, then the lines, and what is left out is counted', () => {
  const evidence = { ...fails.seen[0]?.evidence, body: '<🙂`|@a #1>'.repeat(1_000) };
  const report = markdownReport(changed({ suites: apart(5_000, { seen: [{ ...fails.seen[0], evidence } as never] }) }));
  expect(bytes(report)).toBeLessThan(MEBIBYTE);
  const details = report.match(/^#### ✗ suite-\d+ › /gm)?.length ?? 0;
  const lines = report.match(/^- ✗ suite-\d+ › /gm)?.length ?? 0;
  expect(details).toBeGreaterThan(100);
  expect(lines).toBeGreaterThan(500);
  expect(report).toContain(
    `\nThe details of ${5_000 - details} of these 5000 do not fit here: see results.json and report.html.\n`,
  );
  expect(report).toContain(`\nAnd ${5_000 - details - lines} more.\n`);
});

test('pairs with one likely cause are one failure: its symptoms, one of them in full, and a line for each other', () => {
  const reasons = [acts('EnvoyFilter a/flaky')];
  const report = markdownReport(failedTimes(60, { reasons }));
  expect(report).toContain('\n**60 pairs failed, 1 likely cause: EnvoyFilter a/flaky**\n');
  expect(report.match(/^#### ✗ .* pairs failed/gm)).toEqual(['#### ✗ 60 pairs failed']);
  expect(report).toContain(
    '\n\nEnvoyFilter a/flaky acts on all: it can change anything that a sidecar does; it was there when the run began\n\n- **200 plain, not 000 (curl 56)**: sleep.0 → httpbin.full, ',
  );
  expect(report.match(/EnvoyFilter a\/flaky acts on all/g)).toHaveLength(1);
  expect(report.match(/^- ✗ strict › /gm)).toHaveLength(50);
  expect(report).toContain('\nand 9 more\n');
});

test('a step for whose matrix there is no room is counted, and the others stay', () => {
  const cells = Array.from({ length: 12_000 }, (_, index) => ({ ...passes, client: `sleep.${index}` }));
  const huge = { ...askOf(resultsOf()), cells };
  const { suites } = resultsOf();
  const report = markdownReport(changed({ suites: [{ name: 'huge', title: '', steps: [huge, huge] }, ...suites] }));
  expect(bytes(report)).toBeLessThan(MEBIBYTE);
  expect(report).toContain('2 more steps and checks do not fit here: see results.json');
  expect(report).toContain('#### ✗ <b>strict</b>');
  expect(report).not.toContain('<b>huge</b>');
});

test('commands that take too much room are left out, and the smaller failures after them are not', () => {
  const repro = ['a'.repeat(MEBIBYTE)];
  const suites = [
    suiteOf({ ...fails, repro }),
    { ...suiteOf({ ...fails, server: 'httpbin.partial' }), name: 'disable' },
  ];
  const report = markdownReport(changed({ suites }));
  expect(bytes(report)).toBeLessThan(MEBIBYTE);
  expect(report).toContain('#### ✗ disable › STRICT on httpbin.full › sleep.legacy → httpbin.partial');
  expect(report).toContain('details of 1 of these 2');
  expect(report).toContain('\n- ✗ strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: 200 plain');
});

test('whatever there is most of, it stays below a mebibyte', () => {
  const long = '🙂@1 '.repeat(200);
  const many = Array.from({ length: 3_000 }, () => long);
  const cells = [{ ...fails, why: long, client: long }];
  const step: AskResult = { ...askOf(resultsOf()), title: long, cells };
  const { istio, run } = resultsOf();
  const report = markdownReport(
    changed({
      suites: many.map((name) => ({ name, title: long, steps: [step] })),
      runErrors: many,
      istio: { ...istio, notes: many, version: long },
      run: { ...run, id: long },
    }),
  );
  expect(bytes(report)).toBeLessThan(MEBIBYTE);
  expect(report).toMatch(/\nAnd \d+ more of these, in results.json and report.html.\n/);
});

test('commands and answers hold nothing that acts on whoever reads the file', () => {
  const code = String.fromCharCode(27);
  const report = markdownReport(failedTimes(1, { repro: [`a${code}[2J`] }));
  expect(report).toContain('\na␛[2J\n');
  expect(report).not.toContain(code);
});

test('no text of a run, wherever it comes from, is markup, a mention or a reference', () => {
  const hostile = '@a #1 GH-2 | ` <img src=x> </details> [a](b) **c** https://d www.e\n\n# f\n- g\n|h|\n```\n~~~';
  const results = resultsOf();
  const spoilt = JSON.parse(JSON.stringify(results), (key, value) =>
    typeof value === 'string' && !['kind', 'verdict', 'code'].includes(key) ? `${hostile}${value}${hostile}` : value,
  ) as Results;
  spoilt.run.namespaces = results.run.namespaces;
  const report = markdownReport(spoilt);
  const prose = proseOf(report).replaceAll('`--keep`', '');
  expect(report.match(/^`{4}(?:sh|text)$/gm)).toHaveLength(3);
  expect(prose).toContain('@&#8203;a #&#8203;1 GH&#8203;-2 &#124; &#96; &#60;img src=x&#62;');
  expect(prose).not.toMatch(/@\w|(?<!&)#\d|GH-\d|:\/\/|www\.|[`[\]~]|\*\*c/);
  expect(prose).not.toMatch(/<(?!\/?(?:details|summary|b|code|br)>)/);
  const structure = (text: string) =>
    [/^#+ /gm, /^\|/gm, /^ *- /gm, /<details>/g, /<\/details>/g].map((one) => text.match(one)?.length);
  expect(structure(prose)).toEqual(structure(proseOf(markdownReport(results))));
});

test('what a step noted is told with each pair that is wrong, and with its matrix', () => {
  const results = resultsOf();
  for (const { steps } of results.suites) {
    for (const step of steps) if (step.kind === 'ask') step.notes = ['full-ab12c3/httpbin was changed on its way'];
  }
  const told = markdownReport(results);
  expect(told.match(/- \*\*note\*\* full\/httpbin was changed on its way/g)).toHaveLength(2);
  expect(told).toContain('note: full/httpbin was changed on its way');
});

test('the files of a failure are named', () => {
  const report = markdownReport(failedTimes(1, besides));
  expect(report).toContain('To reproduce it from nothing, beside the results: <code>repro/strict--a.sh</code>');
  expect(report).toContain('Its diagnosis, beside the results: <code>diagnosis/strict--a/</code>');
});
