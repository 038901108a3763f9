import { createHash } from 'node:crypto';
import { hostile, shownOf, spoilt, tagsOf } from '../../../report/html/fixtures.ts';
import { compareNights } from '../compare.ts';
import { jobOf, nightWith, passing } from '../fixtures.ts';
import { longNight } from './fixtures.ts';
import { htmlNight } from './page.ts';

const { night, comparison, links } = longNight();
const page = htmlNight(night, comparison, links);
const shown = shownOf(page);

/** Returns the row of a release, as HTML. */
const rowOf = (istio: string): string =>
  [...page.matchAll(/<tr class="[a-z]+"><th scope="row">.*?<\/tr>/gs)]
    .map(([row]) => row)
    .find((row) => row.includes(`<b>${istio}</b>`)) ?? '';
const valuesOf = (name: string, text = page) =>
  [...text.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

test('it begins with what the night came to, and how many releases to what', () => {
  expect(shown).toContain(
    '✗ 1 regression in required releases: 1.18 19 passed 1 failed 1 inconclusive 1 missing of 22 releases',
  );
  expect(shown).toContain('Started2026-01-02 03:04:05 UTCClustersnative');
});

test('a release has its patch, its Envoy, how long it took, its verdict, its report and its log', () => {
  expect(shownOf(rowOf('1.24'))).toMatch(/^1\.24\.11\.40\.065 s✓ pass \d+log of 1\.24/);
  expect(valuesOf('href', rowOf('1.24'))).toEqual(['jobs/job-1.24/latest/report.html', 'jobs/job-1.24/log.txt']);
});

test('each step of each release has a cell, in the order of the suites; one alone stands beside the name of its suite', () => {
  expect(valuesOf('data-state', rowOf('1.24'))).toHaveLength(20);
  expect(page.match(/<th scope="col[a-z]*"[^>]* class="(?:suite|title) first"/g)).toHaveLength(14);
  expect(shown).toContain(
    'setuppermissive nothing appliedmigration both kinds of endpoint answer sleep.fullstrictdisable',
  );
});

test('a step that did not pass leads to the report, one that differs to what changed and why', () => {
  const linked = (istio: string) =>
    [...rowOf(istio).matchAll(/<a class="box ([a-z ]+)" href="([^"]+)">(.*?)<\/a>/g)].map(
      ([, look, href, words = '']) => [look, href, shownOf(words)],
    );
  expect(linked('1.24')).toEqual([]);
  expect(linked('1.15')).toEqual([['inconclusive', 'jobs/job-1.15/latest/report.html', '?inconclusive 1 of 6']]);
  const explained = '✓Δpass 6, differs from the next older release, and a rule explains it';
  expect(linked('1.12')).toEqual([['pass explained', '#changes-19', explained]]);
  const unexplained = 'differs from the next older release, and no rule explains it';
  expect(linked('1.18')).toEqual([['fail unexplained', '#changes-13', `✗!fail 1 of 6, ${unexplained}`]]);
  expect(linked('1.19')).toEqual([['pass unexplained', '#changes-12', `✓!pass 6, ${unexplained}`]]);
});

test('a release that is missing has the reason in place of its steps, and its log', () => {
  expect(shownOf(rowOf('1.11'))).toBe(
    '1.11.1missinglog of 1.11go: istio.io/gogo-genproto: reading its zip: 403 Forbidden',
  );
  expect(valuesOf('href', rowOf('1.11'))).toEqual(['jobs/job-1.11/log.txt']);
  expect(rowOf('1.11')).toContain('colspan="20"');
});

test('what changed is told from release to release and since last night; what did not takes one line', () => {
  expect(shown).toMatch(
    /1\.10 → 1\.12\s+1 cell changed: 1 explained, 0 unexplained\..*explained: since 1\.12: full\/httpbin is DISABLE/s,
  );
  expect(shown).toMatch(/Nothing changed: 1\.30 → 1\.31, .*1\.12 → 1\.13\./);
  expect(shown).toMatch(/Since last night.*not comparable.*Nothing changed: 1\.31, /s);
});

test('what leads into the page finds its place there, and each id is one', () => {
  const ids = valuesOf('id');
  expect(new Set(ids).size).toBe(ids.length);
  const inside = valuesOf('href').filter((href) => href.startsWith('#'));
  expect(inside.length).toBeGreaterThan(2);
  expect(inside.filter((href) => !ids.includes(href.slice(1)))).toEqual([]);
});

test('without links, as where the runs are not at hand, nothing leads out of it', () => {
  const alone = htmlNight(night, comparison, new Map());
  expect(valuesOf('href', alone).filter((href) => !href.startsWith('#'))).toEqual([]);
  expect(shownOf(alone)).not.toContain('log');
});

test('a column that would be empty is left out', () => {
  const bare = nightWith({ ...jobOf('1.31', { required: false }), missing: 'so' }, { ...jobOf('1.30'), missing: 'so' });
  const text = shownOf(htmlNight(bare, compareNights(bare, undefined), new Map()));
  expect(text).toMatch(/Istioresultstatus\s+1\.31\.1missinginformationalso\s+1\.30\.1missingrequiredso/);
  expect(shown).not.toContain('status');
  const { istio, ...rest } = passing('1.31');
  const plain = nightWith({ ...jobOf('1.31'), results: { ...rest, istio: { ...istio, notes: [] } } });
  expect(shownOf(htmlNight(plain, compareNights(plain, undefined), new Map()))).not.toContain('Envoy');
});

test('the policy lets in the style of the page, known by its hash, and nothing else', () => {
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(valuesOf('content')).toContain(
    `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
});

test('text from outside is text: whatever it is, the tags are the same', () => {
  const spoiltNight = (text: string) =>
    htmlNight(spoilt(night, text), spoilt(comparison, text), new Map([[`${text}1.31`, { report: `${text}.html` }]]));
  expect(tagsOf(spoiltNight(hostile))).toEqual(tagsOf(spoiltNight('harmless ')));
});

test('the page of 22 releases is small', () => {
  expect(page.length).toBeLessThan(200_000);
});
