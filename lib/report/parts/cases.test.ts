import { changed, failedCell, failedTimes, mine, resultsOf, wrongCell } from '../../results/fixtures.ts';
import type { AskResult, CellResult } from '../../results/types.ts';
import type { Seen } from '../../verdict/judgement.ts';
import type { Answer } from '../../verdict/observed.ts';
import { asShown } from './as-shown.ts';
import { type Case, type CellFacts, caseLine, casesOf, wrongFirst } from './cases.ts';

const stepOf = (...cells: CellResult[]): AskResult => ({
  kind: 'ask',
  title: '',
  ms: 1,
  objects: [],
  autoMtls: true,
  cells,
});

const results = asShown(resultsOf());
const cases = casesOf(results);

test('each check and each cell is a case, in the order of the run', () => {
  expect(cases.map(({ verdict }) => verdict).join(' ')).toBe('pass fail pass pass inconclusive fail pass pass');
  expect(cases.map(({ cell }) => cell?.server)).toEqual([
    ...[undefined, undefined],
    ...['httpbin.full', 'httpbin.partial', 'httpbin.legacy', 'httpbin.full', 'httpbin.partial', 'httpbin.legacy'],
  ]);
});

test('its words use the topology’s names, its commands of the namespaces that there are', () => {
  const { repro, ...words } = (cases[5] as { cell: CellFacts }).cell;
  expect(JSON.stringify(words)).not.toContain('ab12c3');
  const seen: CellResult['seen'] = [
    { observation: { kind: 'mtls', identity: mine }, count: 1, counted: 1, firstMs: 1, lastMs: 2.4 },
  ];
  expect(casesOf(asShown(failedTimes(1, { seen })))[0]?.cell?.seen).toEqual([
    '1 × 200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep, last after 2 ms',
  ]);
  expect(repro.join()).toContain('-n legacy-ab12c3');
  expect(cases[2]?.cell?.expected).toBe('200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep');
});

test('what failed comes before what could not be told, and what passed is not wrong', () => {
  expect(wrongFirst(cases).map(caseLine)).toEqual([
    '✗ setup › the mesh is PERMISSIVE: full is STRICT',
    '✗ strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: 200 plain, not 000 (curl 56)',
    '? strict › STRICT on httpbin.full › sleep.full → httpbin.legacy: nothing could be observed within 20 s: the shell was lost',
  ]);
});

test('a line that names what is wrong is one, and can be read at a glance', () => {
  const check = { ...(cases[1] as Case), short: `one\n${'two '.repeat(1_000)}` };
  expect(caseLine(check)).toMatch(/^✗ setup › the mesh is PERMISSIVE: one two [a-z ]{180,}…$/);
});

test('a check took its step, a cell until its last answer', () => {
  expect(cases.map(({ ms }) => ms)).toEqual([12, 12, 0, 0, 20_000, 20_000, 0, 0]);
});

test('evidence tells what was sent, if that was not as always', () => {
  const told = (sent: object): string | undefined => {
    const [first, ...others] = failedCell().seen as [Seen, ...Seen[]];
    const seen = [{ ...first, evidence: { ...(first.evidence as Answer), body: 'a', ...sent } }, ...others];
    const cell = { ...failedCell(), seen };
    const step: AskResult = { kind: 'ask', title: '', ms: 1, objects: [], autoMtls: true, cells: [cell] };
    return casesOf(changed({ suites: [{ name: 'a', title: '', steps: [step] }] }))[0]?.cell?.evidence;
  };
  expect(told({ sent: 'POST /anything/cart with 40 bytes' })).toBe(
    'HTTP 200, curl exit 0 to POST /anything/cart with 40 bytes: a',
  );
  expect(told({})).toBe('HTTP 200, curl exit 0: a');
});

test('evidence is the first wrong answer, however many right ones came after it, and who gave it', () => {
  const told = (cell: CellResult) =>
    casesOf(changed({ suites: [{ name: 'a', title: '', steps: [{ ...stepOf(cell) }] }] }))[0]?.cell;
  const cell = wrongCell(4, 47);
  expect(told(cell)?.evidence).toBe("HTTP 503 by the server's sidecar, curl exit 0: fault filter abort");
  expect(told(cell)?.seen).toContain("4 × 503 by the server's sidecar, last after 890 ms");
  expect(told(cell)?.wrongAnswer).toBe(told(cell)?.evidence);
  const right = told({ ...cell, seen: cell.seen.slice(0, 1), verdict: 'inconclusive' });
  expect([right?.evidence, right?.wrongAnswer]).toEqual([expect.stringContaining('curl exit 56'), undefined]);
  // Of two wrong sorts, the first that counts.
  const early: Seen = { ...(cell.seen[1] as Seen), observation: { kind: 'plain' }, counted: 0, by: [] };
  const later: Seen = {
    ...(cell.seen[1] as Seen),
    observation: { kind: 'other', status: 418 },
    evidence: { ...(cell.seen[1]?.evidence as Answer), at: 9e12, status: 418 },
  };
  expect(told({ ...cell, seen: [early, later, ...cell.seen] })?.evidence).toMatch(/^HTTP 503 /);
});

test('evidence is one line and not without end', () => {
  const cell = failedCell();
  Object.assign(cell.seen[0]?.evidence as Answer, {
    body: `a\n  b ${'c'.repeat(100_000)}`,
    curlMessage: 'd'.repeat(100_000),
  });
  const step: AskResult = { kind: 'ask', title: '', ms: 1, objects: [], autoMtls: true, cells: [cell] };
  const huge = changed({ suites: [{ name: 'a', title: '', steps: [step] }] });
  const told = casesOf(huge)[0]?.cell?.evidence as string;
  expect(told).toMatch(/^HTTP 200, curl exit 0 \(d{399}…\): a b c+…$/);
  expect(told.length).toBeLessThan(850);
});
