import { InconclusiveError } from '../../platform/errors.ts';

/** A test or subtest of a Go program. */
export interface GoResult {
  /** Its path, such as TestReachability/mtls_strict/http. */
  name: string;
  outcome: 'PASS' | 'FAIL' | 'SKIP';
  ms: number;
}

/**
 * Returns the results in the output of a Go test program with -test.v. Other output may stand before a result on the
 * same line.
 * @throws InconclusiveError if a test that began has no result
 */
export function goResults(output: string): GoResult[] {
  const begun = new Set([...output.matchAll(/^=== RUN +(\S+)$/gm)].map(([, name = '']) => name));
  const results = [...output.matchAll(/--- (PASS|FAIL|SKIP): (\S+) \((\d+(?:\.\d+)?)s\)$/gm)].map(
    ([, outcome, name = '', seconds]) => ({
      name,
      outcome: outcome as GoResult['outcome'],
      ms: Number(seconds) * 1000,
    }),
  );
  const ended = new Set(results.map(({ name }) => name));
  const [lost] = [...begun].filter((name) => !ended.has(name));
  if (lost !== undefined) throw new InconclusiveError(`The output of Istio's own test has no result of ${lost}.`);
  return results;
}

/** Returns the results of tests without subtests. */
export function leavesOf(results: readonly GoResult[]): GoResult[] {
  return results.filter((one) => !results.some(({ name }) => name.startsWith(`${one.name}/`)));
}

/** Returns the results of the direct subtests of a test. */
export function childrenOf(results: readonly GoResult[], parent: string): GoResult[] {
  const below = results.filter(({ name }) => name.startsWith(`${parent}/`));
  // A subtest's own name may contain slashes, too.
  return below.filter(({ name }) => !below.some((other) => name.startsWith(`${other.name}/`)));
}

/** Returns the name of the first test that failed itself, not only by a subtest; undefined if the output has none. */
export function firstFailure(output: string): string | undefined {
  const names = [...output.matchAll(/--- FAIL: (\S+)/g)].map(([, name = '']) => name);
  return names.find((name) => !names.some((other) => other.startsWith(`${name}/`)));
}
