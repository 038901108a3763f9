import { changeTable, diffSentence, factList, html, type Markup, marks, moment, page } from '../../../report/index.ts';
import type { Diff } from '../../../results/diff/index.ts';
import { counted } from '../../../verdict/index.ts';
import type { Comparison, Night } from '../types.ts';
import { changesId, type RunLinks, releasesTable } from './releases.ts';
import { nightSheet } from './style.ts';
import type { ReleaseRow } from './table.ts';
import { isSame, nightView } from './view.ts';

/**
 * Returns a night as one HTML file, which opens from disk, loads nothing and runs no script: the table of releases and
 * steps, regressions, inconclusive results, then changes.
 * @param links the files of each run, by release
 */
export function htmlNight(night: Night, comparison: Comparison, links: Map<string, RunLinks>): string {
  const view = nightView(night, comparison);
  const { table, regressions, inconclusive } = view;
  const rowAt = (istio: string) => table.rows.findIndex((row) => row.istio === istio);
  return page(
    `${view.headline} – automtls, ${view.title.toLowerCase()}`,
    html`${headline(night, comparison, view)}<main class="wrap">
${releasesTable(table, links)}${lines('Regressions', regressions, 'fail')}${lines(inconclusive.title, inconclusive.lines, 'inconclusive')}${compared(
  'From release to release',
  comparison.releases.map(({ from, to, diff }) => ({ what: `${from} → ${to}`, id: changesId(rowAt(to)), diff })),
)}${compared(
  'Since last night',
  comparison.nights.map(({ istio, diff }) => ({ what: istio, id: `nights-${rowAt(istio)}`, diff })),
)}</main>
<footer class="wrap">${factList([
      ['exit code', html`${comparison.summary.exitCode}`],
      ['schema', html`${night.schema}`],
    ])}</footer>
`,
    nightSheet,
  );
}

const verdicts = { 0: 'pass', 1: 'fail', 3: 'inconclusive' } as const;

function headline(night: Night, { summary }: Comparison, { headline, table }: ReturnType<typeof nightView>): Markup {
  const verdict = verdicts[summary.exitCode];
  const count = (...states: ReleaseRow['verdict']['state'][]) =>
    table.rows.filter((row) => states.includes(row.verdict.state)).length;
  const counts: [string, string, number][] = [
    ['pass', 'passed', count('pass')],
    ['fail', 'failed', count('fail')],
    ['inconclusive', 'inconclusive', count('inconclusive')],
    ['skipped', 'missing', count('missing')],
  ];
  const shown = counts.filter(([, , many], at) => many > 0 || at < 2);
  const clusters = [...new Set(night.jobs.map(({ cluster }) => cluster))].join(', ');
  return html`<header class="top ${verdict}"><div class="wrap">
<p class="product"><b>automtls</b> nightly run of Istio’s releases</p>
<h1><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span>${headline.replace(/\.$/, '')}</span></h1>
<p class="counts">${shown.map(([name, words, many]) => html`<span class="${many === 0 ? 'none' : name}"><b>${many}</b> ${words}</span> `)}<span class="quiet">of ${counted(table.rows.length, 'release')}</span></p>
${factList([
  ['Started', moment(night.startedAt)],
  ['Clusters', html`<b>${clusters}</b>`],
])}
</div></header>
`;
}

function lines(title: string, all: string[], verdict: string): Markup {
  if (all.length === 0) return html``;
  return html`<section><h2>${title}</h2>
<ul class="lines ${verdict}">${all.map((one) => html`<li>${one}</li>`)}</ul></section>
`;
}

interface Compared {
  /** What was compared, such as `1.11 → 1.12`. */
  what: string;
  id: string;
  diff: Diff;
}

/** Comparisons without changes share one line. */
function compared(title: string, all: Compared[]): Markup {
  if (all.length === 0) return html``;
  const same = all.filter(({ diff }) => isSame(diff)).map(({ what }) => what);
  const different = all.filter(({ diff }) => !isSame(diff));
  return html`<section><h2>${title}</h2>
${different.map(comparedPart)}${same.length === 0 ? '' : html`<p class="quiet">Nothing changed: ${same.join(', ')}.</p>`}</section>
`;
}

function comparedPart({ what, id, diff }: Compared): Markup {
  const apart = diff.only.a.length + diff.only.b.length;
  const open = [
    ...(diff.notComparable.length > 0 ? [`${diff.notComparable.length} not comparable`] : []),
    ...(apart > 0 ? [`${apart} in one run only`] : []),
  ];
  return html`<h3 id="${id}">${what}</h3>
<p class="quiet">${diffSentence(diff)}${open.length === 0 ? '' : ` (${open.join(', ')})`}.</p>
${diff.changes.length === 0 ? '' : changeTable(diff)}`;
}
