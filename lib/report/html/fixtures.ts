import type { Diff, Observed } from '../../results/diff/types.ts';

const pass = (...expected: Observed['expected']): Observed => ({
  verdict: 'pass',
  expected,
  seen: expected as never,
  why: '',
});
const reset: Observed['expected'][0] = { kind: 'reset', curlExits: [56] };

/** Returns a comparison that has every kind of difference. */
export function diffOf(): Diff {
  const side = { startedAt: '2026-01-02T03:04:05.678Z', automtls: '0.1.0' };
  return {
    schema: 'automtls.dev/diff/v1',
    a: {
      ...side,
      id: 'aaaaaa',
      istio: { version: '1.11.8', release: '1.11' },
      cluster: { provider: 'kind', name: 'automtls-a', kubernetes: 'v1.22.17' },
    },
    b: {
      ...side,
      id: 'bbbbbb',
      istio: { version: '1.31.0', release: '1.31' },
      cluster: { provider: 'kind', name: 'automtls-b', kubernetes: 'v1.36.1' },
    },
    compared: 90,
    changes: [
      {
        suite: 'strict',
        step: 'STRICT on httpbin.full',
        client: 'sleep.legacy',
        server: 'httpbin.full',
        a: pass(reset),
        b: {
          verdict: 'fail',
          expected: [reset],
          seen: [{ kind: 'plain' }],
          why: 'the last answer was 200 in plain text',
        },
        explained: false,
        gates: [],
        why: 'the model expects the same of both releases',
      },
      {
        suite: 'setup',
        step: 'the mesh is PERMISSIVE',
        a: { verdict: 'pass', expected: [], seen: [], why: 'no mesh-wide policy' },
        b: { verdict: 'fail', expected: [], seen: [], why: 'the mesh is STRICT' },
        explained: false,
        gates: [],
        why: 'no rule speaks of a check',
      },
      {
        suite: 'disable',
        step: 'DISABLE on httpbin.full',
        client: 'sleep.full',
        server: 'httpbin.full',
        a: pass({ kind: 'unavailable' }),
        b: pass({ kind: 'plain' }),
        explained: true,
        gates: [
          {
            rule: 'auto-mtls.endpoint-disabled',
            text: 'full/httpbin is DISABLE, so the endpoint is sent plain text',
            source: 'istio/istio pilot/pkg/xds/endpoints/mtls_checker.go',
            since: '1.12',
          },
        ],
        why: 'a rule holds on one side alone',
      },
    ],
    notComparable: [
      {
        suite: 'permissive',
        step: 'nothing applied',
        client: 'sleep.full',
        server: 'httpbin.legacy',
        a: 'pass',
        b: 'inconclusive',
        why: 'B could not tell: the shell was lost',
      },
    ],
    only: { a: ['auto-off › off, PERMISSIVE'], b: [] },
    propagation: [
      { suite: 'strict', step: 'STRICT on httpbin.full', aMs: 163, bMs: 1_204 },
      { suite: 'strict', step: 'STRICT removed', bMs: 140 },
    ],
    summary: { explained: 1, unexplained: 2, exitCode: 1 },
  };
}

/** A text that a hostile server could send, with every way to get markup, scripts or control characters into a page. */
export const hostile = `"'><script>document.title='owned'</script><img src=x onerror="document.title='owned'"></pre></div><!--</style>&lt;\u0000\u001b[31m\u202e`;

/** Fields that a view uses but does not show. */
const codes = new Set(['code', 'schema', 'kind', 'verdict', 'state', 'startedAt', 'namespaces']);
const verdicts = new Set(['pass', 'fail', 'inconclusive']);

/** Returns a copy in which every text from outside starts with `text`. */
export function spoilt<T>(value: T, text: string): T {
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return verdicts.has(one) ? one : text + one;
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, field]) => [key, codes.has(key) ? field : copy(field)]));
  };
  return copy(value) as T;
}

/** Returns the tags of a page in order, without the values of their attributes. */
export function tagsOf(page: string): string[] {
  return [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replaceAll(/"[^"]*"/g, '""'));
}

/** Returns the visible text of a page. */
export function shownOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ');
}
