import { cellOf } from '../../results/diff/fixtures.ts';
import type { Change, Diff } from '../../results/diff/types.ts';
import { diffOf, nightsOf } from './fixtures.ts';
import { diffMarkdown } from './markdown.ts';

const evil = '<img src=x> @someone #1 [a](http://b) `c` | **d** \u001b[2J\n\n# e\n</details>';

test('each change with what explains it, what could not be compared, times side by side, and the count', () => {
  expect(diffMarkdown(diffOf()).replaceAll('&#39;', "'")).toBe(`## ✗ One change that no rule explains

- before: Istio 1.11.0 on kind of run111, Kubernetes v1.35.0: run run111 of 2026-01-02 03:04 UTC, automtls 0.1.0
- after: Istio 1.12.0 on kind of run112, Kubernetes v1.35.0: run run112 of 2026-01-02 03:04 UTC, automtls 0.1.0

### What changed

- **UNEXPLAINED** strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: **000 (curl 56) → ✗ 200 plain**
  - expected in both runs: 000 with curl exit 56
  - no longer as the model predicts: expected 000 in full, saw 200
- explained disable › DISABLE on httpbin.full › sleep.full → httpbin.full: **503 → 200 plain**
  - explained by Auto mTLS sends plain text to full/httpbin: its own policy is DISABLE, since 1.12 &#91;istio/istio pilot/pkg/xds/endpoints/mtls&#95;checker.go&#93;
- explained destination-rule › DISABLE on httpbin.full › sleep.full → httpbin.full: **503 → 200 plain**
  - explained by Auto mTLS sends plain text to full/httpbin: its own policy is DISABLE, since 1.12 &#91;istio/istio pilot/pkg/xds/endpoints/mtls&#95;checker.go&#93;

### Not comparable

- strict › STRICT on httpbin.full › sleep.full → httpbin.full: run run112: the shell was lost

### In one run only

- Istio 1.11.0: permissive › strangers at the servers with nothing applied
- Istio 1.12.0: auto-off › on again, all removed

<details><summary>Time until each step arrived</summary>

| | Istio 1.11.0 | Istio 1.12.0 | |
| --- | ---: | ---: | --- |
| disable › DISABLE on httpbin.full | 160 ms | 1.2 s | × 7.5 |

</details>

99 compared, 3 changed: 2 explained, 1 unexplained
`);
});

/** Returns a comparison in which every text is `evil` and every list is long. */
function flood(count: number): Diff {
  const diff = diffOf();
  const side = { ...diff.a, id: evil, startedAt: evil, automtls: evil, runErrors: Array(count).fill(evil) };
  const cluster = { provider: evil, name: evil, kubernetes: evil };
  const gate = { rule: evil, text: evil, source: evil, since: evil };
  const identity = evil;
  const told = {
    verdict: 'fail' as const,
    why: evil,
    expected: [{ kind: 'mtls' as const, identity }],
    seen: [{ kind: 'mtls' as const, identity }],
  };
  const place = { suite: evil, step: evil, client: evil, server: evil };
  const change = (explained: boolean): Change => ({
    ...place,
    a: told,
    b: told,
    explained,
    gates: Array(12).fill(gate),
    why: evil,
  });
  return {
    ...diff,
    a: { ...side, istio: { version: evil, release: evil }, cluster },
    b: { ...side, istio: { version: `${evil}!`, release: evil }, cluster },
    changes: Array.from({ length: count }, (_, at) => change(at % 2 === 0)),
    notComparable: Array(count).fill({ ...place, a: 'pass', b: 'inconclusive', why: evil }),
    only: { a: Array(count).fill(evil), b: Array(count).fill(evil) },
    propagation: Array(count).fill({ ...place, aMs: 1, bMs: 100 }),
  };
}

test('no text is markup, mentions anybody, refers to anything or acts on a terminal', () => {
  const text = diffMarkdown(flood(1)).replaceAll(/<\/?(?:details|summary)>/g, '');
  expect(text).not.toMatch(/[<>`]|@s|#1\b|:\/\/|\[a\]/);
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(text.match(/^#+ /gm)).toEqual(['## ', '### ', '### ', '### ', '### ']);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.map((row) => row.split('|').length)).toEqual([6, 6, 6]);
});

test('it stays well below 1 MiB, says what it leaves out, and ends with the count', () => {
  const text = diffMarkdown(flood(2_000));
  const bytes = Buffer.byteLength(text);
  expect(bytes).toBeGreaterThan(400_000);
  expect(bytes).toBeLessThan(800_000);
  expect(text.match(/\d+ more do not fit here\./g)).toHaveLength(5);
  expect(text.trimEnd().split('\n').at(-1)).toBe('99 compared, 2000 changed: 2 explained, 1 unexplained');
});

test('what differs in a long way does not crowd out what follows', () => {
  const diff = nightsOf((results) => {
    const cell = cellOf(results, 'permissive › nothing applied › sleep.full → httpbin.full');
    Object.assign(cell, { verdict: 'fail', why: 'x'.repeat(2_000_000) });
  });
  expect(diffMarkdown(diff).length).toBeLessThan(10_000);
});
