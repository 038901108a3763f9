import { InconclusiveError } from '../../platform/errors.ts';
import { childrenOf, firstFailure, goResults, leavesOf } from './go-test-output.ts';

/** Lines of the output of Istio's own test, which has logs between them. */
const output = `2026-11-26T10:20:20.130442Z	info	tf	=== BEGIN: Test Run: 'security[Suite]' ===
=== RUN   TestReachability
2026-11-26T10:20:21.130442Z	info	tf	=== BEGIN: Test: 'security[TestReachability]' ===
=== RUN   TestReachability/mtls_strict
=== RUN   TestReachability/mtls_strict/http
=== RUN   TestReachability/mtls_strict/http/a/to_b
=== RUN   TestReachability/mtls_strict/http/a
=== RUN   TestReachability/mtls_strict/http/a/to_a
    suitecontext.go:1: Skipping self calls
=== RUN   TestReachability/migration_no_tls
=== RUN   TestReachability/migration_no_tls/http/vistio
--- PASS: TestReachability (7.30s)
    --- PASS: TestReachability/mtls_strict (4.50s)
        --- PASS: TestReachability/mtls_strict/http (1.20s)
            --- PASS: TestReachability/mtls_strict/http/a (1.20s)
                --- PASS: TestReachability/mtls_strict/http/a/to_b (0.25s)
                --- SKIP: TestReachability/mtls_strict/http/a/to_a (0.00s)
    --- PASS: TestReachability/migration_no_tls (2.50s)
        --- PASS: TestReachability/migration_no_tls/http/vistio (0.75s)
PASS
`;

const words = (results: ReturnType<typeof goResults>) =>
  results.map(({ name, outcome, ms }) => `${outcome} ${name} ${ms}`);

test('the leaves are the tests without subtests', () => {
  expect(words(leavesOf(goResults(output)))).toEqual([
    'PASS TestReachability/mtls_strict/http/a/to_b 250',
    'SKIP TestReachability/mtls_strict/http/a/to_a 0',
    'PASS TestReachability/migration_no_tls/http/vistio 750',
  ]);
});

test('the children of a test are its direct subtests', () => {
  expect(words(childrenOf(goResults(output), 'TestReachability'))).toEqual([
    'PASS TestReachability/mtls_strict 4500',
    'PASS TestReachability/migration_no_tls 2500',
  ]);
  expect(childrenOf(goResults(output), 'TestReach')).toEqual([]);
});

test('a result may follow other output on its line', () => {
  expect(words(goResults('=== RUN   TestA\nabc--- FAIL: TestA (1.00s)\n'))).toEqual(['FAIL TestA 1000']);
});

test('a test without a result makes the output inconclusive', () => {
  const cut = output.replace(/^.*PASS: TestReachability\/migration_no_tls\/.*\n/m, '');
  expect(() => goResults(cut)).toThrow(InconclusiveError);
  expect(() => goResults(cut)).toThrow('no result of TestReachability/migration_no_tls/http/vistio');
});

test('the first failure is a test whose subtests did not fail, even in output that is cut off', () => {
  expect(firstFailure(output)).toBeUndefined();
  const failed = output.replace(/PASS(: TestReachability(?:\/mtls_strict.*)?\b)/g, 'FAIL$1');
  expect(firstFailure(failed)).toBe('TestReachability/mtls_strict/http/a/to_b');
  expect(firstFailure('--- FAIL: TestA (1.00s)\n    --- FAIL: TestA/b (1.00s)\npanic: ')).toBe('TestA/b');
});
