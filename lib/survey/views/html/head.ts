import { formatRelease } from '../../../model/index.ts';
import { factList, html, type Markup } from '../../../report/index.ts';
import type { NamespaceStrictness } from '../../strict.ts';
import { countsOf, type Survey } from '../../survey.ts';
import { order } from '../rows.ts';
import { counted } from '../table.ts';
import { brokenWords, mayRefuseWords, realLosses, resultNames } from '../words.ts';
import { barOf, type Counts, markOf } from './parts.ts';

/** Returns the top of the page: what the mesh comes to, in a sentence, a bar and a few facts. */
export function headOf(survey: Survey, strictness: readonly NamespaceStrictness[]): Markup {
  const { mesh, clients, servers } = survey;
  const counts = countsOf(survey);
  const worst = order.find((result) => counts[result] > 0 && result !== 'refused') ?? 'refused';
  return html`<header class="top"><div class="wrap">
<p class="product"><b>automtls check</b> what is encrypted in a mesh: who reaches whom, and by what</p>
<h1 class="is-${worst}">${markOf(worst)} <span>${sentenceOf(counts)}</span></h1>
${barOf(counts)}
${factList([
  ['Read from', html`<b>${mesh.snapshot.label}</b>`],
  ['Istio', html`<b>${formatRelease(mesh.plane.mesh.release)}</b>`],
  ['Clients', html`<b>${clients.length.toLocaleString('en')}</b>`],
  ['Service ports', html`<b>${servers.length.toLocaleString('en')}</b>`],
  ['Pairs', html`<b>${(clients.length * servers.length).toLocaleString('en')}</b>`],
  ['STRICT', html`<a href="#namespaces">${strictSentence(strictness)}</a>`],
])}
${mayRefuseWords(survey).map((sentence) => html`<p class="quiet open">${sentence}</p>`)}
</div></header>
`;
}

/** Returns what a mesh comes to in one sentence: what is answered without mutual TLS, what is broken, and what is not known. */
export function sentenceOf(counts: Counts): string {
  const pairs = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const all = counted(pairs, 'pair');
  if (pairs === 0) return 'There is no Service port to ask';
  if (counts.plain + counts.mixed + counts.broken + counts.unknown === 0)
    return `Every answer is mutual TLS, in each of ${all}`;
  const [first = '', ...others] = (['plain', 'mixed', 'broken', 'unknown'] as const)
    .filter((result) => counts[result] > 0)
    .map((result) => ({ count: counts[result], name: resultNames[result] }))
    .map(({ count, name }, at) => {
      const many = count.toLocaleString('en');
      return `${at === 0 ? `${many} of ${all}` : many} ${count === 1 ? 'is' : 'are'} ${name}`;
    });
  return [first, ...others].join(', ');
}

function strictSentence(strictness: readonly NamespaceStrictness[]): string {
  const having = strictness.filter(({ ports }) => ports > 0);
  const strict = having.filter((one) => one.strict === one.ports && one.without === 0);
  const others = having.filter((one) => one.strict < one.ports && one.losses !== undefined);
  const free = others.filter(({ losses = [], unknown }) => unknown === 0 && realLosses(losses).length === 0);
  const can = others.length === 0 ? '' : `; ${free.length} of the others could be without a loss`;
  return `${strict.length} of ${counted(having.length, 'namespace')}${can}`;
}

/** Returns what narrows the pairs down: results, with how many pairs come to each, and names. */
export function filterOf(survey: Survey): Markup {
  const counts = countsOf(survey);
  const choices = order.map(
    (result) =>
      html`<button type="button" data-result="${result}" aria-pressed="false" class="is-${result}"${counts[result] === 0 ? html` disabled` : ''}>${markOf(result)} ${resultNames[result]} <b>${counts[result].toLocaleString('en')}</b></button>
`,
  );
  const field = (name: string, label: string, hint: string) =>
    html`<label>${label} <input type="search" name="${name}" placeholder="${hint}" autocomplete="off" spellcheck="false"></label>
`;
  return html`<form id="filter" class="filters" role="search" aria-label="Pairs">
<div class="choices" role="group" aria-label="Show only">${choices}</div>
${brokenWords(counts).map((sentence) => html`<p class="quiet legend">${sentence} Refused: it has none, or one from which the Service is hidden.</p>`)}
<div class="fields">${field('search', 'Search', 'any name')}${field('from', 'From', 'shop/cart, shop/*')}${field('to', 'To', 'cart.shop:80, *.shop')}<button type="reset">Show all</button></div>
</form>
`;
}
