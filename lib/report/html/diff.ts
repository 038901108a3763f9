import type { Reason } from '../../model/index.ts';
import type { Change, Diff, NotComparable, Side } from '../../results/diff/index.ts';
import { type Place, placeWords } from '../../results/index.ts';
import { duration, marks } from '../parts/words.ts';
import { factList, moment, pairMarkup } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { page } from './page.ts';
import { toldOf } from './told.ts';
import { reasonFacts, verdictWords } from './words.ts';

/** Returns the differences between two runs as one HTML file. It opens from disk, loads nothing and runs no script. */
export function htmlDiff(diff: Diff): string {
  const { a, b } = diff;
  return page(
    `${diffSentence(diff)} – automtls ${a.id} and ${b.id}`,
    html`${headline(diff)}<main class="wrap">
${runErrorList(diff)}${changeSection(diff)}${notComparableTable(diff)}${onlyLists(diff)}${arrivalTable(diff)}</main>
<footer class="wrap">${factList([
      ['exit code', html`${diff.summary.exitCode}`],
      ['schema', html`${diff.schema}`],
    ])}</footer>
`,
  );
}

/** Returns the result of a comparison in one sentence, such as `3 cells changed: 2 explained, 1 unexplained`. */
export function diffSentence({ changes, compared, summary }: Diff): string {
  if (compared === 0) return 'Nothing could be compared';
  const open = summary.exitCode === 3 ? ', but not everything could be compared' : '';
  if (changes.length === 0) return `Nothing changed: ${compared} cells and checks are the same${open}`;
  const many = changes.every(({ client }) => client !== undefined) ? 'cells' : 'cells and checks';
  const one = changes[0]?.client === undefined ? 'check' : 'cell';
  const { explained, unexplained } = summary;
  return `${changes.length} ${changes.length === 1 ? one : many} changed: ${explained} explained, ${unexplained} unexplained${open}`;
}

const verdicts = { 0: 'pass', 1: 'fail', 3: 'inconclusive' } as const;

function headline(diff: Diff): Markup {
  const verdict = verdicts[diff.summary.exitCode];
  const row = (label: string, fact: (side: Side) => Markup) =>
    html`<tr><th scope="row">${label}</th><td>${fact(diff.a)}</td><td>${fact(diff.b)}</td></tr>
`;
  return html`<header class="top ${verdict}"><div class="wrap">
<p class="product"><b>automtls</b> two runs compared</p>
<h1><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span>${diffSentence(diff)}</span></h1>
<p class="counts"><span><b>${diff.compared}</b> compared</span> <span><b>${diff.notComparable.length}</b> not comparable</span> <span><b>${diff.only.a.length + diff.only.b.length}</b> in one run only</span></p>
<table class="sides"><thead><tr><td></td><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody>
${row('Istio', ({ istio }) => html`<b>${istio.version}</b> by the rules of ${istio.release}`)}${row('Cluster', ({ cluster }) => html`<b>${cluster.provider} ${cluster.name}</b> Kubernetes ${cluster.kubernetes}`)}${row('Started', ({ startedAt }) => moment(startedAt))}${row('Run', ({ id, automtls }) => html`<b>${id}</b> automtls ${automtls}`)}</tbody></table>
</div></header>
`;
}

/** If a run has run errors, results that are the same in both runs cannot be trusted either. */
function runErrorList({ a, b }: Diff): Markup {
  const runErrors = [
    ...(a.runErrors ?? []).map((runError) => html`<li>A: ${runError}</li>`),
    ...(b.runErrors ?? []).map((runError) => html`<li>B: ${runError}</li>`),
  ];
  if (runErrors.length === 0) return html``;
  return html`<section><h2>Run errors</h2>
<ul>${runErrors}</ul></section>
`;
}

function columns({ a, b }: Diff, ...others: string[]): Markup {
  return html`<thead><tr><th scope="col">where</th><th scope="col">A <span class="quiet">${a.istio.version}</span></th><th scope="col">B <span class="quiet">${b.istio.version}</span></th>${others.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>`;
}

function placeHead({ suite, step, client, server }: Place): Markup {
  const pair = client === undefined || server === undefined ? '' : html`<br>${pairMarkup({ client, server })}`;
  return html`<th scope="row"><span class="where">${placeWords({ suite, step })}</span>${pair}</th>`;
}

function changeSection(diff: Diff): Markup {
  if (diff.changes.length === 0) return html``;
  return html`<section><h2>What changed</h2>
${changeTable(diff)}</section>
`;
}

/** Returns the changes between two runs as a table: what each run observed, and what explains the change. */
export function changeTable(diff: Diff): Markup {
  return html`<table class="changes">${columns(diff, 'because')}
<tbody>
${diff.changes.map(changeRow)}</tbody></table>`;
}

function changeRow(change: Change): Markup {
  const { explained, gates, why } = change;
  const [a, b] = toldOf(change.a, change.b);
  const gate = (reason: Reason) =>
    html`<li>${reason.text} <code>${reason.rule}</code> <span class="quiet">${reasonFacts(reason)}</span></li>`;
  return html`<tr class="${explained ? 'explained' : 'unexplained'}">${placeHead(change)}<td>${a}</td><td>${b}</td><td><p><b>${explained ? 'explained' : 'unexplained'}</b>: ${why}</p>${gates.length === 0 ? '' : html`<ul>${gates.map(gate)}</ul>`}</td></tr>
`;
}

function notComparableTable(diff: Diff): Markup {
  if (diff.notComparable.length === 0) return html``;
  const row = (notComparable: NotComparable) =>
    html`<tr>${placeHead(notComparable)}<td>${verdictWords[notComparable.a]}</td><td>${verdictWords[notComparable.b]}</td><td>${notComparable.why}</td></tr>
`;
  return html`<section><h2>Not comparable</h2>
<table class="changes">${columns(diff, 'because')}
<tbody>
${diff.notComparable.map(row)}</tbody></table></section>
`;
}

function onlyLists({ only }: Diff): Markup {
  const list = (side: string, places: string[]) =>
    places.length === 0
      ? ''
      : html`<section><h2>Only in ${side}</h2>
<ul class="only">${places.map((place) => html`<li>${place}</li>`)}</ul></section>
`;
  return html`${list('A', only.a)}${list('B', only.b)}`;
}

function arrivalTable(diff: Diff): Markup {
  const { propagation } = diff;
  if (propagation.length === 0) return html``;
  const longest = Math.max(1, ...propagation.flatMap(({ aMs = 0, bMs = 0 }) => [aMs, bMs]));
  const bar = (ms: number | undefined, y: number, side: string) =>
    ms === undefined
      ? ''
      : html`<rect class="${side}" width="${((ms / longest) * 100).toFixed(2)}%" y="${y}" height="6"/>`;
  const words = (ms: number | undefined) => (ms === undefined ? html`<span class="quiet">–</span>` : duration(ms));
  const row = ({ suite, step, aMs, bMs }: Diff['propagation'][number]) =>
    html`<tr><th scope="row">${placeWords({ suite, step })}</th><td>${words(aMs)}</td><td>${words(bMs)}</td><td><svg class="arrival" aria-hidden="true" width="100%" height="16">${bar(aMs, 1, 'a')}${bar(bMs, 9, 'b')}</svg></td></tr>
`;
  return html`<section><h2>How long each step took to arrive</h2>
<p class="quiet">From the API call until every pair that changes was right. For information only.</p>
<table class="arrivals"><thead><tr><th scope="col">step</th><th scope="col">A</th><th scope="col">B</th><td class="keys" aria-hidden="true"><i class="a"></i> A <i class="b"></i> B</td></tr></thead>
<tbody>
${propagation.map(row)}</tbody></table></section>
`;
}
