import { createHash } from 'node:crypto';
import { answer, expecting } from '../../probe/fixtures.ts';
import { askOf, besides, changed, failedCell, failedTimes, resultsOf } from '../../results/fixtures.ts';
import { hostile, shownOf, spoilt, tagsOf } from './fixtures.ts';
import { sourceOf } from './markup.ts';
import { cellPanel } from './panel.ts';
import { htmlReport } from './report.ts';

const page = htmlReport(resultsOf());
const shown = shownOf(page);

/** Elements without an end tag. */
const empty = /^<(?:!doctype|meta|input|br|line|rect)\b/;

/** Returns end tags that do not match the last start tag, and elements that are still open at the end. */
function unbalanced(tags: string[]): string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const tag of tags) {
    const name = /^<\/?([a-z0-9]+)/.exec(tag)?.[1] ?? tag;
    if (empty.test(tag)) continue;
    if (!tag.startsWith('</')) open.push(name);
    else if (open.pop() !== name) wrong.push(tag);
  }
  return [...wrong, ...open];
}

const valuesOf = (name: string, text = page) =>
  [...text.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value]) => value);

test('it is one whole document, every tag of it closed', () => {
  expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(unbalanced(tagsOf(page))).toEqual([]);
});

test('it loads nothing, runs nothing, and leads nowhere but into itself', () => {
  const tags = tagsOf(page).join('\n');
  expect(tags).not.toMatch(/<(?:script|link|img|iframe|object|form|base)\b| on[a-z]+=| src=| style=/);
  expect(valuesOf('href').filter((href) => !href?.startsWith('#'))).toEqual([]);
  expect(/<style>(.*?)<\/style>/s.exec(page)?.[1]).not.toMatch(/@import|url\((?!#)/);
});

test('the policy lets in the style of the page, known by its hash, and nothing else', () => {
  const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(valuesOf('content')).toContain(
    `default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
});

test('its ids are its own, and every button and link finds what it names', () => {
  const ids = valuesOf('id');
  expect(new Set(ids).size).toBe(ids.length);
  const named = [
    ...valuesOf('popovertarget'),
    ...valuesOf('aria-labelledby'),
    ...valuesOf('for'),
    ...valuesOf('href').map((href) => href?.slice(1)),
  ];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((id) => !ids.includes(id))).toEqual([]);
});

test('it begins with the verdict, how many, of which mesh, and what limits it', () => {
  expect(shown).toContain(
    '✗ The mesh does not conform: 2 of 8 failed 5 passed 2 failed 1 inconclusive 1 suite skipped',
  );
  expect(shown).toContain('Istio1.31.0 by the rules of 1.31Clustercurrent mine Kubernetes v1.36.1');
  expect(shown).toContain('Started2026-01-02 03:04:05 UTC');
  expect(shown).toContain('Partialauto-off was skipped: it changes the mesh for everybody');
  expect(shown).toContain('Notesa snapshot, not a release');
});

test('each cell is a button that tells client, server, verdict and outcome', () => {
  const { cells } = askOf(resultsOf());
  const buttons = [...page.matchAll(/<td class="[a-z]+" data-verdict="[a-z]+"><button.*?<\/button>/gs)];
  expect(buttons.map(([button]) => shownOf(button))).toEqual([
    '✓sleep.full to httpbin.full, passed: 200 mTLS',
    '✓sleep.full to httpbin.partial, passed: 200 mTLS | 200 plain',
    '?sleep.full to httpbin.legacy, inconclusive: not observed',
    '✗sleep.legacy to httpbin.full, failed: 200 plain, not 000 (curl 56)',
    '✓sleep.legacy to httpbin.partial, passed: 200 plain',
    '✓sleep.legacy to httpbin.legacy, passed: 200 plain',
  ]);
  expect(buttons).toHaveLength(cells.length);
});

test("a cell's panel has what was expected and why, what was seen, the raw answer, and the commands", () => {
  const panel = /<div class="panel"[^>]*id="cell-1-0-3".*?On a conforming mesh.*?<\/div>/s.exec(page)?.[0] ?? '';
  const text = shownOf(panel);
  expect(text).toContain('strict › STRICT on httpbin.fullsleep.legacy → httpbin.full');
  expect(text).toContain('failed: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text');
  expect(text).toContain('Because PeerAuthentication full/httpbin sets STRICTa b');
  expect(text).toContain('200 in plain text3012 ms20.0 s');
  expect(text).toContain('200 in plain text: HTTP 200, curl exit 0, 10 ms');
  expect(text).toContain('&quot;Host&quot;: [ &quot;httpbin.full:8000&quot; ]');
  expect(text).toContain('kubectl exec -n legacy-ab12c3 deploy/sleep -- curl http://httpbin.full-ab12c3:8000/headers');
  expect(text).toContain('On a conforming mesh the result is 000 with curl exit 56.');
});

test('a panel says how rare a rare outcome is, and nothing of endpoints that were missed', () => {
  const of = (...wanted: Parameters<typeof expecting>) =>
    shownOf(sourceOf(cellPanel('cell', 'strict', { ...failedCell(), expectation: expecting(...wanted) })));
  const rarely = of('m', '~503');
  expect(rarely).toMatch(/Expected 200 over mutual TLS as \S+ from full\/0answered/);
  expect(rarely).toMatch(/503 from full\/1, at most 1 of 8,192 requests/);
  expect(rarely).toContain('sa/sleep, rarely 503.');
  expect(rarely).not.toContain('having missed an endpoint');
  expect(of('m', 'p')).toContain('having missed an endpoint');
});

test('it uses the topology’s names; the commands, and what may be left behind, name the namespaces that there are', () => {
  expect(page).toMatch(/[a-z]+-ab12c3/);
  expect(page.replaceAll(/<pre class="command".*?<\/pre>/gs, '')).not.toMatch(/[a-z]+-ab12c3/);
  const left = changed({ runErrors: ['namespace full-ab12c3 is left'] });
  expect(shownOf(htmlReport(left))).toContain('Errorsnamespace full-ab12c3 is left');
});

test('its headings go down by one step at a time', () => {
  const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
  expect(levels[0]).toBe(1);
  expect(levels.filter((level) => level === 1)).toHaveLength(1);
  expect(levels.filter((level, at) => at > 0 && level > (levels[at - 1] ?? 0) + 1)).toEqual([]);
});

test('what was not run is said to be so, and what an interruption kept from beginning too', () => {
  expect(shown).toContain('auto-off Switched off Skipped: it changes the mesh for everybody');
  const { suites, run } = resultsOf();
  const begun = { name: 'disable', title: 'Disabled', steps: [] };
  const interrupted = htmlReport(changed({ run: { ...run, interrupted: true }, suites: [...suites, begun] }));
  expect(shownOf(interrupted)).toContain('Interrupted after 5 passed, 2 failed and 1 inconclusive');
  expect(shownOf(interrupted)).toContain('auto-offdisable checks, steps✓✗1STRICT on httpbin.fullskippednot started');
  expect(interrupted).not.toContain('Disabled');
});

test('the whole run is one grid: a row for each pair, a column for each step, and each mark opens the card of its cell', () => {
  const [table = ''] = page.match(/<table class="grid">.*?<\/table>/s) ?? [];
  expect(shownOf(table)).toContain('setupstrictauto-off');
  const rows = table
    .split('<tr>')
    .slice(3)
    .map((row) => shownOf(row));
  expect(rows.map((row) => row.replaceAll(/ +/g, ' ').trim())).toEqual([
    'sleep.full → httpbin.full✓',
    'sleep.full → httpbin.partial✓',
    'sleep.full → httpbin.legacy?',
    'sleep.legacy → httpbin.full✗',
    'sleep.legacy → httpbin.partial✓',
    'sleep.legacy → httpbin.legacy✓',
  ]);
  expect(table).toContain(
    '<button type="button" class="fail" popovertarget="cell-1-0-3" aria-label="sleep.legacy → httpbin.full, STRICT on httpbin.full: failed">✗</button>',
  );
  expect(page.indexOf('class="grid"')).toBeLessThan(page.indexOf('<fieldset class="filter">'));
});

test('in the grid of many pairs, a client has one row for all that pass in every step, and what did not pass its own', () => {
  const { suites } = resultsOf();
  const step = askOf(resultsOf());
  const [first] = step.cells as [(typeof step.cells)[0]];
  const cells = Array.from({ length: 61 }, (_, at) => ({
    ...first,
    client: `client-${at % 2}`,
    server: `server-${at}`,
  }));
  const many = [{ ...cells[0], verdict: 'fail' as const }, ...cells.slice(1)] as typeof cells;
  const report = htmlReport(
    changed({
      suites: [suites[0] as (typeof suites)[0], { name: 'many', title: '', steps: [{ ...step, cells: many }] }],
    }),
  );
  const [grid = ''] = report.match(/<table class="grid">.*?<\/table>/s) ?? [];
  const rows = grid
    .split('<tr>')
    .slice(3)
    .map((row) => shownOf(row).replaceAll(/ +/g, ' ').trim());
  expect(rows.slice(0, 3)).toEqual([
    'client-0 → server-0✗',
    'client-1 → 30 Service ports✓',
    'client-0 → 30 Service ports✓',
  ]);
});

test('suites of other pairs have a grid of their own', () => {
  const { suites } = resultsOf();
  const step = askOf(resultsOf());
  const other = { ...step, cells: step.cells.map((cell) => ({ ...cell, server: 'echo.meshed' })) };
  const report = htmlReport(changed({ suites: [...suites, { name: 'protocols', title: '', steps: [other] }] }));
  expect(report.match(/<table class="grid">/g)).toHaveLength(2);
});

test('the filter offers what there is, with its count', () => {
  expect(shown).toContain('Show all 8 failed 2 inconclusive 1 passed 5');
  expect(page).toContain('id="show-all" checked');
  expect(page).not.toContain(' disabled');
  expect(htmlReport(failedTimes(1))).toContain('id="show-inconclusive" disabled');
});

test('at the end there is how long it took, and what made it', () => {
  expect(shown).toMatch(/set-up5\.4 stotal65\.0 sexit code1automtls0\.1\.0schemaautomtls\.dev\/results\/v3 $/);
});

test('text from outside is text: whatever it is, the tags are the same', () => {
  const tags = (text: string) => tagsOf(htmlReport(spoilt(resultsOf(), text)));
  expect(tags(hostile)).toEqual(tags('harmless'));
  expect(htmlReport(spoilt(resultsOf(), hostile))).not.toContain("<script>document.title='owned'");
});

test('the report of a whole run is small, however long the answers', () => {
  const step = askOf(resultsOf());
  const body = '"x" '.repeat(50_000);
  const seen = (step.cells[3]?.seen ?? []).map((one) => ({ ...one, evidence: { ...answer('p'), body } }));
  const cells = step.cells.map((cell) => ({ ...cell, seen }));
  const steps = Array.from({ length: 16 }, () => ({ ...step, cells }));
  const whole = htmlReport(changed({ suites: [{ name: 'many', title: 'Many', steps }] }));
  expect(whole).toContain('198000 more characters are in results.json.');
  expect(whole.length).toBeGreaterThan(500_000);
  expect(whole.length).toBeLessThan(2_000_000);
});

test("a panel links to the failure's files", () => {
  const links = (changes: object) =>
    [...sourceOf(cellPanel('cell', 'strict', { ...failedCell(), ...changes })).matchAll(/href="([^"]+)"/g)].map(
      ([, href]) => href,
    );
  expect(links(besides)).toEqual(['repro/strict--a.sh', 'diagnosis/strict--a/']);
  expect(links({})).toEqual([]);
});
