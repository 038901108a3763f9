import type { Outcome } from '../../model/expected.ts';
import type { Change, Diff, Observed } from '../../results/diff/types.ts';
import type { Observation } from '../../verdict/observed.ts';
import { diffSentence, htmlDiff } from './diff.ts';
import { diffOf, hostile, shownOf, spoilt, tagsOf } from './fixtures.ts';

const page = htmlDiff(diffOf());
const shown = shownOf(page);
const cells = diffOf().changes.filter(({ client }) => client !== undefined);

test.each<[string, Partial<Diff>]>([
  ['3 cells and checks changed: 1 explained, 2 unexplained', {}],
  [
    '2 cells changed: 1 explained, 1 unexplained',
    { changes: cells, summary: { explained: 1, unexplained: 1, exitCode: 1 } },
  ],
  [
    '1 cell changed: 1 explained, 0 unexplained',
    { changes: cells.slice(1), summary: { explained: 1, unexplained: 0, exitCode: 0 } },
  ],
  [
    '1 check changed: 0 explained, 1 unexplained',
    { changes: diffOf().changes.slice(1, 2), summary: { explained: 0, unexplained: 1, exitCode: 1 } },
  ],
  [
    '1 cell changed: 1 explained, 0 unexplained, but not everything could be compared',
    { changes: cells.slice(1), summary: { explained: 1, unexplained: 0, exitCode: 3 } },
  ],
  [
    'Nothing changed: 90 cells and checks are the same',
    { changes: [], summary: { explained: 0, unexplained: 0, exitCode: 0 } },
  ],
  [
    'Nothing changed: 90 cells and checks are the same, but not everything could be compared',
    { changes: [], summary: { explained: 0, unexplained: 0, exitCode: 3 } },
  ],
  ['Nothing could be compared', { changes: [], compared: 0 }],
])('%s', (sentence, changes) => {
  expect(diffSentence({ ...diffOf(), ...changes })).toBe(sentence);
});

test('it says which two runs, and how many could be compared', () => {
  expect(shown).toContain('90 compared 1 not comparable 1 in one run only');
  expect(shown).toContain('Istio1.11.8 by the rules of 1.111.31.0 by the rules of 1.31');
  expect(shown).toContain('Clusterkind automtls-a Kubernetes v1.22.17kind automtls-b Kubernetes v1.36.1');
});

test('errors of a run are told before anything that was found', () => {
  const { b } = diffOf();
  const told = shownOf(htmlDiff({ ...diffOf(), b: { ...b, runErrors: ['it was interrupted'] } }));
  expect(told).toMatch(/Run errors.*B: it was interrupted.*What changed/s);
  expect(shown).not.toContain('Run errors');
});

test('a change shows both sides, and the gate that explains it or that none does', () => {
  expect(shown).toContain(
    'sleep.legacy → httpbin.full✓ passed: 000 (curl 56)✗ failed: 200 plain, not 000 (curl 56)unexplained: the model expects the same of both releases',
  );
  expect(shown).toContain('setup › the mesh is PERMISSIVE✓ passed: no mesh-wide policy✗ failed: the mesh is STRICT');
  expect(shown).toContain(
    '✓ passed: 503✓ passed: 200 plainexplained: a rule holds on one side alonefull/httpbin is DISABLE, so the endpoint is sent plain text auto-mtls.endpoint-disabled istio/istio pilot/pkg/xds/endpoints/mtls_checker.go · since 1.12',
  );
});

test('two passes that differ are not told in the same words', () => {
  const told = (expected: Outcome, observation: Observation): Observed => ({
    verdict: 'pass',
    expected: [expected],
    seen: [observation],
    why: '',
  });
  const sides = (a: Observed, b: Observed) =>
    shownOf(htmlDiff({ ...diffOf(), changes: [{ ...(cells[0] as Change), a, b }] }));
  const ended: Outcome = { kind: 'reset', curlExits: [52, 56] };
  expect(
    sides(told(ended, { kind: 'refused', curlExit: 52 }), told(ended, { kind: 'refused', curlExit: 56 })),
  ).toContain('✓ passed: 000 (curl 52)✓ passed: 000 (curl 56)');
  const [one, other] = ['spiffe://cluster.local/ns/full/sa/sleep', 'spiffe://td2/ns/full/sa/sleep'].map((identity) =>
    told({ kind: 'mtls', identity }, { kind: 'mtls', identity }),
  ) as [Observed, Observed];
  expect(sides(one, other)).toContain(
    '✓ passed: 200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep✓ passed: 200 over mutual TLS as spiffe://td2/',
  );
});

test('what could not be compared, what is in one run only, and how long steps took to arrive', () => {
  expect(shown).toContain('sleep.full → httpbin.legacypassedinconclusiveB could not tell: the shell was lost');
  expect(shown).toContain('Only in A auto-off › off, PERMISSIVE');
  expect(shown).not.toContain('Only in B');
  expect(shown).toContain('strict › STRICT on httpbin.full163 ms1.2 s');
  expect(shown).toContain('strict › STRICT removed–140 ms');
});

test('what there is none of has no heading', () => {
  const bare = htmlDiff({ ...diffOf(), changes: [], notComparable: [], only: { a: [], b: [] }, propagation: [] });
  expect(tagsOf(bare).filter((tag) => tag.startsWith('<h2'))).toEqual([]);
});

test('text from outside is text: whatever it is, the tags are the same', () => {
  const tags = (text: string) => tagsOf(htmlDiff(spoilt(diffOf(), text)));
  expect(tags(hostile)).toEqual(tags('harmless'));
});
