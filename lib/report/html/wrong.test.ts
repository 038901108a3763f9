import { answer } from '../../probe/fixtures.ts';
import { acts, askOf, changed, failedCell, failedTimes, resultsOf, wrongCell } from '../../results/fixtures.ts';
import type { Results } from '../../results/types.ts';
import type { Seen } from '../../verdict/judgement.ts';
import { shownOf } from './fixtures.ts';
import { sourceOf } from './markup.ts';
import { wrongSection } from './wrong.ts';

const shown = (results: Results) => shownOf(sourceOf(wrongSection(results)));
const titles = (results: Results) =>
  [...sourceOf(wrongSection(results)).matchAll(/<h3>(.*?)<\/h3>/g)].map(([, title]) => shownOf(title ?? ''));

test('failures come first, and then what could not be told', () => {
  expect(titles(resultsOf())).toEqual([
    '✗failed: the mesh is PERMISSIVE',
    '✗failed: sleep.legacy → httpbin.full',
    '?inconclusive: sleep.full → httpbin.legacy',
  ]);
});

test('a wrong cell is told in full: expected, why, seen, and so', () => {
  expect(shown(resultsOf())).toContain(
    'strict › STRICT on httpbin.full Expected000 with curl exit 56 no answer: the connection was reset BecausePeerAuthentication full-ab12c3/httpbin sets STRICT a Observed200 in plain text answered, without a client certificate; 30 of 34 requests, from 12 ms to 20.0 s after the API call',
  );
  expect(shown(resultsOf())).toContain(
    'Verdictexpected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
  );
});

test('where nothing failed it does not speak of wrong', () => {
  const results = resultsOf();
  const cells = askOf(results).cells.filter(({ verdict }) => verdict !== 'fail');
  const inconclusive = changed({ suites: [{ name: 'strict', title: '', steps: [{ ...askOf(results), cells }] }] });
  expect(shown(inconclusive)).toContain('Inconclusive');
  expect(shown(resultsOf())).toContain('Failures');
});

test('where all passed there is nothing', () => {
  expect(shown(changed({ suites: [] }))).toBe('');
});

/** Returns a run with failures that have nothing in common. */
const apart = (count: number): Results =>
  changed({
    suites: Array.from({ length: count }, (_, at) => ({
      name: `suite-${at}`,
      title: '',
      steps: [{ ...askOf(resultsOf()), cells: [{ ...failedCell(), server: `httpbin.${at}` }] }],
    })),
  });

test.each([
  [10, 10, 'sleep.legacy → httpbin.9'],
  [12, 10, '2 more are below.'],
])('of %i failures %i are told', (all, told, text) => {
  expect(titles(apart(all))).toHaveLength(told);
  expect(shown(apart(all))).toContain(text);
});

const flaky = acts('EnvoyFilter a/flaky');

test('pairs with one likely cause are one card: the cause once, the symptoms, and a folded link to the card of each', () => {
  const results = failedTimes(36, { ...wrongCell(4, 47), client: 'sleep.legacy', reasons: [flaky] });
  expect(titles(results)).toEqual(['✗failed: 36 pairs failed, 1 likely cause: EnvoyFilter a/flaky']);
  const text = shown(results);
  expect(text.match(/EnvoyFilter a\/flaky acts on all/g)).toHaveLength(1);
  expect(text).toContain('503, not 000 (curl 56): sleep.legacy → httpbin.full');
  expect(text).toContain('HTTP 503 by the server&#39;s sidecar, curl exit 0: fault filter abort');
  const folded =
    /<details><summary>all 36<\/summary>(.*?)<\/details>/s.exec(sourceOf(wrongSection(results)))?.[1] ?? '';
  expect([...folded.matchAll(/popovertarget="(cell-0-0-\d+)"/g)]).toHaveLength(36);
});

test('several causes are told in one sentence first', () => {
  const other = acts('EnvoyFilter a/other');
  const [one, two] = [failedTimes(2, { reasons: [flaky] }), failedTimes(1, { reasons: [other] })];
  const suites = [...one.suites, ...two.suites.map((suite) => ({ ...suite, name: 'disable' }))];
  expect(shown(changed({ suites }))).toContain(
    'Failures 3 pairs failed, 2 likely causes: EnvoyFilter a/flaky; EnvoyFilter a/other ✗',
  );
});

test('pairs that were never asked are told once for each reason', () => {
  const unasked = { verdict: 'inconclusive' as const, why: 'not asked: no sidecar', requests: 0, seen: [] };
  const [title, ...others] = titles(failedTimes(12, unasked));
  expect(title).toBe('?inconclusive: 12 pairs were not tested: not asked: no sidecar');
  expect(others).toEqual([]);
});

test.each<[string, Partial<Seen>, string]>([
  [
    'the client’s sidecar reached nobody',
    { by: ['client-sidecar'] },
    'the client&#39;s own sidecar could not reach the server',
  ],
  ['the server’s sidecar answered', { by: ['server-sidecar'] }, 'answered by the server&#39;s sidecar'],
  [
    'both did',
    { by: ['client-sidecar', 'server-sidecar'] },
    'answered by the client&#39;s sidecar and the server&#39;s sidecar',
  ],
  [
    'some without a body do not tell',
    { by: ['server-side', 'server-sidecar'] },
    'answered by the server&#39;s sidecar',
  ],
  ['the application did', { by: ['application'] }, 'answered by the application'],
  ['it is not known', {}, 'who answered is not known'],
])('of a 503 it says who gave it: %s', (_, signs, words) => {
  const evidence = answer(503, { body: 'upstream connect error or disconnect/reset before headers' });
  const seen = [{ ...(wrongCell(4, 4).seen[1] as Seen), evidence }].map(({ by: _, ...one }) => ({ ...one, ...signs }));
  expect(shown(failedTimes(1, { seen }))).toContain(`503 ${words}; 4 of 34 requests`);
});

test('a fault of the client’s own sidecar is not a server that it could not reach', () => {
  const seen: Seen[] = [{ ...(wrongCell(4, 4).seen[1] as Seen), by: ['client-sidecar'] }];
  expect(shown(failedTimes(1, { seen }))).toContain('503 answered by the client&#39;s sidecar; 4 of 34 requests');
});
