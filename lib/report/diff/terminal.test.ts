import { stripVTControlCharacters } from 'node:util';
import { cellOf, observations } from '../../results/diff/fixtures.ts';
import type { Diff } from '../../results/diff/types.ts';
import { spoilt } from '../html/fixtures.ts';
import { diffOf, nightsOf } from './fixtures.ts';
import { diffTerminal } from './terminal.ts';

const nothing = () => {};

test('each change with what explains it, what could not be compared, times side by side, and the count', () => {
  expect(diffTerminal(diffOf(), false)).toBe(`✗ One change that no rule explains

  before  Istio 1.11.0 on kind of run111, Kubernetes v1.35.0: run run111 of 2026-01-02 03:04 UTC, automtls 0.1.0
  after   Istio 1.12.0 on kind of run112, Kubernetes v1.35.0: run run112 of 2026-01-02 03:04 UTC, automtls 0.1.0

UNEXPLAINED strict › STRICT on httpbin.full › sleep.legacy → httpbin.full
  000 (curl 56) → ✗ 200 plain
  expected in both runs: 000 with curl exit 56
  no longer as the model predicts: expected 000 in full, saw 200

EXPLAINED disable › DISABLE on httpbin.full › sleep.full → httpbin.full
  503 → 200 plain
  explained by Auto mTLS sends plain text to full/httpbin: its own policy is DISABLE, since 1.12 [istio/istio pilot/pkg/xds/endpoints/mtls_checker.go]

EXPLAINED destination-rule › DISABLE on httpbin.full › sleep.full → httpbin.full
  503 → 200 plain
  explained by Auto mTLS sends plain text to full/httpbin: its own policy is DISABLE, since 1.12 [istio/istio pilot/pkg/xds/endpoints/mtls_checker.go]

Not comparable
  strict › STRICT on httpbin.full › sleep.full → httpbin.full: run run112: the shell was lost

In one run only
  Istio 1.11.0: permissive › strangers at the servers with nothing applied
  Istio 1.12.0: auto-off › on again, all removed

Time until each step arrived
                                     Istio 1.11.0  Istio 1.12.0
  disable › DISABLE on httpbin.full        160 ms         1.2 s  × 7.5

99 compared, 3 changed: 2 explained, 1 unexplained`);
});

test('colours are all that colour adds', () => {
  const plain = diffTerminal(diffOf(), false);
  const coloured = diffTerminal(diffOf(), true);
  expect(coloured).not.toBe(plain);
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

test('no text can pass for a line of ours', () => {
  const forged = diffTerminal(spoilt(diffOf(), 'so\n✓ Nothing changed\n'), false)
    .split('\n')
    .filter((line) => line.includes('✓ Nothing changed'));
  expect(forged.length).toBeGreaterThan(5);
  expect(forged.filter((line) => line.startsWith('✓'))).toEqual([]);
});

describe('the first line says whether all is well', () => {
  const gone = ({ suites }: { suites: unknown[] }) => suites.splice(0);
  test.each<[string, Diff]>([
    ['✓ Nothing changed', nightsOf(nothing)],
    ['✓ Rules explain every change', { ...diffOf(), summary: { explained: 2, unexplained: 0, exitCode: 0 } }],
    ['? Nothing could be compared', nightsOf(gone)],
    [
      '? Nothing changed, but not everything could be compared',
      nightsOf(({ run }) => Object.assign(run, { interrupted: true })),
    ],
    ['✗ 2 changes that no rule explains', { ...diffOf(), summary: { explained: 0, unexplained: 2, exitCode: 1 } }],
  ])('%s', (headline, diff) => {
    expect(diffTerminal(diff, false).split('\n')[0]).toBe(headline);
  });
});

test('errors of a run are told in the topology’s names', () => {
  const text = diffTerminal(
    nightsOf(({ runErrors }) => runErrors.push('full-this is still there')),
    false,
  );
  expect(text).toContain('Run errors\n  run this: full is still there');
});

test('nights are told apart by their runs', () => {
  const text = diffTerminal(
    nightsOf(({ suites }) => suites.find(({ name }) => name === 'strict')?.steps.pop()),
    false,
  );
  expect(text).toContain('In one run only\n  run last: strict › STRICT removed');
});

test('identities are written out where they are what differs', () => {
  const identity = 'spiffe://cluster.local/ns/full/sa/other';
  const diff = nightsOf((results) => {
    const cell = cellOf(results, 'permissive › nothing applied › sleep.full → httpbin.full');
    cell.expectation.outcomes = [{ outcome: { kind: 'mtls', identity }, endpoints: [], share: 1 }];
    cell.seen = observations({ kind: 'mtls', identity });
  });
  expect(diffTerminal(diff, false)).toContain(
    `  200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep → 200 over mutual TLS as ${identity}
  expected before: 200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep
  expected after: 200 over mutual TLS as ${identity}
  both are as the model predicts, but they differ: both are 1.31`,
  );
});

test('a check has a verdict and nothing that was expected', () => {
  const diff = nightsOf(({ suites }) => {
    Object.assign(suites.at(-1)?.steps[0] ?? {}, { verdict: 'fail', why: 'legacy-this is left' });
  });
  expect(diffTerminal(diff, false)).toContain(`UNEXPLAINED cleanup › namespaces and policies of the run are gone
  pass → fail
  no longer as it should be: legacy is left

`);
});

test('times that differ little have no ratio, and one that is missing is a dash', () => {
  const row = (aMs?: number, bMs?: number) => {
    const times = { ...(aMs !== undefined && { aMs }), ...(bMs !== undefined && { bMs }) };
    const diff = { ...nightsOf(nothing), propagation: [{ suite: 's', step: 't', ...times }] };
    return diffTerminal(diff, false).split('\n').at(-3)?.trim();
  };
  expect(row(100, 199)).toMatch(/^s › t +100 ms +199 ms$/);
  expect(row(100, 200)).toMatch(/^s › t +100 ms +200 ms +× 2\.0$/);
  expect(row(200, 51)).toMatch(/^s › t +200 ms +51 ms +× 0\.3$/);
  expect(row(200)).toMatch(/^s › t +200 ms +–$/);
  expect(row(undefined, 50)).toMatch(/^s › t +– +50 ms$/);
});

test('nothing that was seen drives the terminal', () => {
  const diff = nightsOf((results) => {
    const cell = cellOf(results, 'permissive › nothing applied › sleep.full → httpbin.full');
    Object.assign(cell, { verdict: 'fail', why: '\u001b[2J gone\u202e' });
  });
  const text = diffTerminal(diff, false);
  expect(text).toContain('␛[2J gone�');
  expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
});
