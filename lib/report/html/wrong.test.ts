import { askOf, changed, failedTimes, resultsOf } from '../../results/fixtures.ts';
import type { Results } from '../../results/types.ts';
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

test.each([
  [10, 10, 'sleep.9 → httpbin.full'],
  [12, 10, '2 more are below.'],
])('of %i failures %i are told', (all, told, text) => {
  expect(titles(failedTimes(all))).toHaveLength(told);
  expect(shown(failedTimes(all))).toContain(text);
});

test('pairs that were never asked are told once for each reason', () => {
  const unasked = { verdict: 'inconclusive' as const, why: 'not asked: no sidecar', requests: 0, seen: [] };
  const [title, ...others] = titles(failedTimes(12, unasked));
  expect(title).toBe('?inconclusive: 12 pairs were not tested');
  expect(others).toEqual([]);
  expect(shown(failedTimes(12, unasked))).toContain('not asked: no sidecar strict › STRICT on httpbin.full: sleep.0 →');
});
