import {
  acts,
  askOf,
  besides,
  changed,
  failedCell,
  failedTimes,
  resultsOf,
  wrongCell,
} from '../../results/fixtures.ts';
import { sealed } from '../../results/summary.ts';
import type { CheckResult, CheckRow } from '../../results/types.ts';
import type { VerdictReason } from '../../verdict/reasons.ts';
import { spoilt } from '../html/fixtures.ts';
import { terminalEnd, terminalReport, terminalSuite } from './terminal.ts';

const report = terminalReport(resultsOf(), false);
const lines = report.split('\n');
const at = (start: string) => lines.findIndex((line) => line.startsWith(start));

test('it reads as the run was, and ends with the count', () => {
  expect(report).toBe(`setup Before you begin
  ✓ pods are READY
  ✗ the mesh is PERMISSIVE
    full is STRICT

strict Lock down mutual TLS to STRICT
  STRICT on httpbin.full (PeerAuthentication full/httpbin)
                  httpbin.full  httpbin.partial         httpbin.legacy
    sleep.full    ✓ 200 mTLS    ✓ 200 mTLS | 200 plain  ? not observed
    sleep.legacy  ✗ 200 plain   ✓ 200 plain             ✓ 200 plain
    not settled: first right 160 ms after the change, went wrong again once,
    last wrong after 1.2 s, 122 requests
    both endpoints of httpbin.partial observed from sleep.full in 42 answers

auto-off Switched off
  skipped: it changes the mesh for everybody

FAIL setup › the mesh is PERMISSIVE
  full is STRICT

FAIL strict › STRICT on httpbin.full › sleep.legacy → httpbin.full
  expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
  expected  000 with curl exit 56
            because PeerAuthentication full/httpbin sets STRICT [a]
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
  On a conforming mesh the result is 000 with curl exit 56.

INCONCLUSIVE strict › STRICT on httpbin.full › sleep.full → httpbin.legacy
  nothing could be observed within 20 s: the shell was lost
  expected  200 in plain text
            because PeerAuthentication full/httpbin sets STRICT [a]
  observed  4 × not observed (the shell was lost), last after 20000 ms
  to do     Look at the network, name resolution and the load of the machine. [nothing-seen]
  to reproduce, in the namespaces of the run (they stay with --keep)
    kubectl apply -f - <<'EOF'
    metadata:
      namespace: full-ab12c3
    EOF
    kubectl exec -n full-ab12c3 deploy/sleep -- curl http://httpbin.legacy-ab12c3:8000/headers
  On a conforming mesh the result is 200 in plain text.

Istio 1.31.0 on current mine, Kubernetes v1.36.1
a snapshot, not a release
set-up 5.4 s · total 65.0 s
partial: auto-off was skipped: it changes the mesh for everybody
✗ setup › the mesh is PERMISSIVE: full is STRICT
✗ strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: 200 plain, not
  000 (curl 56)
? strict › STRICT on httpbin.full › sleep.full → httpbin.legacy: nothing could
  be observed within 20 s: the shell was lost
5 passed, 2 failed, 1 inconclusive, 1 skipped`);
});

test('colours only where they are wanted, and nothing else differs', () => {
  const code = String.fromCharCode(27);
  expect(report).not.toContain(code);
  const colored = terminalReport(resultsOf(), true);
  expect(colored).toContain(code);
  expect(colored.replaceAll(new RegExp(`${code}\\[\\d+m`, 'g'), '')).toBe(report);
});

test('failures come after everything else that was seen', () => {
  const failures = lines.flatMap((line, index) => (/^(FAIL|INCONCLUSIVE) /.test(line) ? [index] : []));
  expect(failures).toHaveLength(3);
  expect(Math.min(...failures)).toBeGreaterThan(at('auto-off'));
});

/** Returns a run with failures that have nothing in common. */
const apart = (count: number) =>
  changed({
    suites: Array.from({ length: count }, (_, at) => ({
      name: `suite-${at}`,
      title: '',
      steps: [{ ...askOf(resultsOf()), title: 'on', cells: [{ ...failedCell(), server: `httpbin.${at}` }] }],
    })),
  });

test.each([
  [10, 10, []],
  [12, 10, ['and 2 more']],
])(
  'of %i failures that have nothing in common the end names %i, and the first five have their details',
  (count, named, more) => {
    const lines = terminalReport(apart(count), false).split('\n');
    const end = lines.slice(-named - more.length - 1);
    expect(end.filter((line) => /^✗ suite-\d+ › on › sleep.legacy → httpbin.\d+: /.test(line))).toHaveLength(named);
    expect(end.slice(named)).toEqual([...more, `0 passed, ${count} failed`]);
    expect(lines.filter((line) => line.startsWith('FAIL '))).toHaveLength(5);
  },
);

const flaky = acts('EnvoyFilter istio-system/flaky');

test('the last lines of a red run name the cause, what is wrong, and the first wrong answer with who gave it', () => {
  const text = terminalReport(
    failedTimes(36, { ...wrongCell(4, 47), client: 'sleep.legacy', reasons: [flaky] }),
    false,
  );
  expect(text.slice(text.indexOf('✗ 36'))).toBe(`✗ 36 pairs failed, 1 likely cause: EnvoyFilter istio-system/flaky
    EnvoyFilter istio-system/flaky acts on all: it can change anything that a
    sidecar does; it was there when the run began
    503, not 000 (curl 56): sleep.legacy → httpbin.full
    first wrong answer, strict › STRICT on httpbin.full › sleep.legacy →
    httpbin.full: HTTP 503 by the server's sidecar, curl exit 0: fault filter
    abort
0 passed, 36 failed`);
  expect(text.match(/^FAIL /gm)).toHaveLength(1);
  expect(text).toContain('FAIL strict › STRICT on httpbin.full › sleep.legacy → httpbin.full, an example of 36\n');
});

test('the check of what else acts names what it saw, though it passes', () => {
  const check: CheckResult = {
    kind: 'check',
    ms: 1,
    title: 'what else acts on the workloads is known',
    verdict: 'pass',
    reasons: [],
    why: 'it acts',
    objects: [flaky.object],
  };
  const text = terminalReport(changed({ suites: [{ name: 'setup', title: '', steps: [check] }] }), false);
  expect(text).toContain('\n  ✓ what else acts on the workloads is known: EnvoyFilter istio-system/flaky\n');
});

test('a suite has the same text alone, as it comes, and in the whole report', () => {
  const { suites, run } = resultsOf();
  const alone = suites.map((suite) => terminalSuite(suite, run.namespaces, false));
  expect(report).toBe([...alone, terminalEnd(resultsOf(), false)].join('\n\n'));
});

test('a whole run is not partial', () => {
  expect(terminalReport(failedTimes(1), false)).not.toContain('partial: ');
});

test('errors of the whole run is told before the count, in which it is one that is inconclusive', () => {
  const results = changed({ runErrors: ['still there: Namespace full-ab12c3'] });
  expect(terminalReport(results, false)).toContain('\ninconclusive: still there: Namespace full-ab12c3\n');
  expect(terminalReport(results, false)).toMatch(/\n5 passed, 2 failed, 2 inconclusive, 1 skipped$/);
});

test('nothing that was seen can drive the terminal', () => {
  const code = String.fromCharCode(27);
  const results = resultsOf();
  results.runErrors = [`${code}[2Jgone`];
  askOf(results).cells[3]?.repro.push(`${code}]0;title`);
  const text = terminalReport(results, false);
  expect(text).not.toContain(code);
  expect(text).toContain('inconclusive: ␛[2Jgone');
  expect(text).toContain('    ␛]0;title\n');
});

test('no text can pass for a line of ours', () => {
  const results = sealed(spoilt(resultsOf(), 'so\n97 passed, 0 failed\n'));
  const forged = terminalReport(results, false)
    .split('\n')
    .filter((line) => line.includes('97 passed'));
  expect(forged.length).toBeGreaterThan(10);
  expect(forged.filter((line) => line.startsWith('97'))).toEqual([]);
});

test('a reason of several lines, such as a configuration that is no longer as it was, keeps them', () => {
  const results = resultsOf();
  const why = 'it was:\na: 1\nb: 2';
  const reasons: VerdictReason[] = [{ code: 'mesh-left-off', object: 'a', found: why }];
  results.suites[0]?.steps.push({ kind: 'check', title: 'a', ms: 1, verdict: 'fail', reasons, why });
  expect(terminalReport(results, false)).toContain('  ✗ a\n    it was:\n    a: 1\n    b: 2\n');
});

test('tables are eighty columns wide at most, whatever is in them, and no word of them is broken', () => {
  const { suites } = resultsOf();
  const rows = ['httpbin.full:8080', 'httpbin.partial:8080'].map(
    (server): CheckRow => ({
      client: 'a certificate for another trust domain',
      server,
      expected: 'accepts spiffe://cluster.local/ns/full',
      observed: '',
      verdict: 'pass',
      reasons: [],
    }),
  );
  const check: CheckResult = { kind: 'check', ms: 1, title: 'strangers', verdict: 'pass', reasons: [], why: '', rows };
  const red = ['full', 'partial', 'legacy'].map((server) => ({
    ...wrongCell(1_296, 2_656),
    server: `httpbin.${server}`,
  }));
  const ask = { ...askOf(resultsOf()), cells: red };
  for (const suite of [...suites, { name: 'wide', title: '', steps: [check, ask] }]) {
    const text = terminalSuite(suite, {}, false);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  }
  const wide = terminalSuite({ name: 'wide', title: '', steps: [check, ask] }, {}, false);
  expect(wide).toContain('✓ accepts spiffe://cluster.local/ns/full');
  expect(wide).toContain('✗ 503 (1,296 of 2,656)');
});

test('what passes has no failures to show', () => {
  const results = resultsOf();
  results.suites = results.suites.slice(2);
  expect(terminalReport(results, false)).not.toMatch(/FAIL|INCONCLUSIVE/);
});

test('a run that was interrupted says so', () => {
  const results = resultsOf();
  results.run.interrupted = true;
  expect(terminalReport(results, false).split('\n')).toContain(
    'interrupted: cells that were not tested are not counted',
  );
});

test('a good mesh whose run was interrupted has nothing that failed', () => {
  const { run, suites } = resultsOf();
  const good = suites.map((suite) => ({ ...suite, steps: suite.steps.slice(0, 1) })).slice(0, 1);
  const text = terminalReport(changed({ suites: good, run: { ...run, interrupted: true } }), false);
  expect(text).toMatch(/\n1 passed, 0 failed$/);
});

test('what a step noted stands under its matrix, and with each pair that is wrong', () => {
  const results = resultsOf();
  for (const { steps } of results.suites) {
    for (const step of steps) if (step.kind === 'ask') step.notes = ['full-ab12c3/httpbin was changed on its way'];
  }
  const told = terminalReport(results, false).split('\n');
  expect(told).toContain('    note: full/httpbin was changed on its way');
  expect(told.filter((line) => line === '  note      full/httpbin was changed on its way')).toHaveLength(2);
});

test('pairs that were not asked for one reason are told together', () => {
  const results = resultsOf();
  const cells = results.suites.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'ask' ? step.cells : [])));
  for (const cell of cells)
    Object.assign(cell, { verdict: 'inconclusive', why: 'not asked: no pod', seen: [], requests: 0 });
  const told = terminalReport(results, false);
  expect(told).toContain(`INCONCLUSIVE 6 pairs were not tested
  not asked: no pod
    strict › STRICT on httpbin.full: sleep.full → httpbin.full, sleep.full → httpbin.partial,`);
  expect(told).toContain('\n? 6 pairs were not tested: not asked: no pod\n');
  expect(told).not.toContain('to reproduce');
});

test('where the report for a browser is, just before the count', () => {
  expect(terminalReport(resultsOf(), false, 'results/latest/report.html').split('\n')).toContain(
    'report: results/latest/report.html',
  );
  expect(report).not.toContain('report:');
});

test('the files of a failure are named from where the user stands', () => {
  const results = failedTimes(1, besides);
  expect(terminalReport(results, false, 'results/latest/report.html')).toContain(
    '\n  to reproduce it from nothing: sh results/latest/repro/strict--a.sh\n',
  );
  expect(terminalReport(results, false)).toContain('\n  to reproduce it from nothing: sh repro/strict--a.sh\n');
});
