import type { Seen } from '../../probe/types.ts';
import { placeWords } from '../../results/place.ts';
import type { CellResult, Results } from '../../results/types.ts';
import { observationWords, outcomeWords } from '../../verdict/observation.ts';
import type { Verdict } from '../../verdict/reasons.ts';
import { unaskedTogether, wrongFirst } from '../cases.ts';
import { wrongRows } from '../check-table.ts';
import { duration, marks } from '../words.ts';
import { pairMarkup } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { type CellFinding, type Finding, findingsOf } from './places.ts';
import { triedTable } from './tried.ts';
import { meaning, verdictWords } from './words.ts';

/** The maximum number of findings at the top; the matrices show all of them. */
const MOST = 10;

/** Returns what did not pass with its details, failures first; nothing if everything passed. */
export function wrongSection(results: Results): Markup {
  const groups = unaskedTogether(wrongFirst(findingsOf(results)), whyUnasked);
  if (groups.length === 0) return html``;
  const title = results.summary.failed > 0 ? 'Failures' : 'Inconclusive';
  const more = groups.slice(MOST).flat().length;
  return html`<section class="wrong">
<h2>${title}</h2>
${groups.slice(0, MOST).map(groupArticle)}
${more === 0 ? '' : html`<p class="more">${more} more are below.</p>`}
</section>
`;
}

function whyUnasked(finding: Finding): string | undefined {
  return finding.kind === 'cell' && finding.cell.requests === 0 ? finding.cell.why : undefined;
}

function groupArticle(group: Finding[]): Markup {
  const [first, ...others] = group;
  if (first === undefined) return html``;
  if (first.kind === 'check') {
    const { title, why, rows } = first.check;
    const wrong = wrongRows(rows);
    return article(first, html`${title}`, wrong.length === 0 ? html`<p>${why}</p>` : triedTable(title, wrong));
  }
  return others.length === 0
    ? article(first, pairMarkup(first.cell), cellBody(first))
    : unaskedArticle(first.cell, group);
}

function article({ suite, suiteId, step, kind, verdict }: Finding, title: Markup, body: Markup): Markup {
  return html`<article class="finding ${verdict}">
<h3>${markOf(verdict)} ${title}</h3>
<p class="where"><a href="#${suiteId}">${suite}</a>${kind === 'cell' ? ` › ${step}` : ''}</p>
${body}
</article>
`;
}

function markOf(verdict: Verdict): Markup {
  return html`<span class="mark" aria-hidden="true">${marks[verdict]}</span><span class="vh">${verdictWords[verdict]}: </span>`;
}

function unaskedArticle({ verdict, why }: CellResult, group: Finding[]): Markup {
  const steps = Map.groupBy(group, ({ suite, step }) => placeWords({ suite, step }));
  const pairs = (findings: Finding[]) => findings.filter((one): one is CellFinding => one.kind === 'cell');
  return html`<article class="finding ${verdict}">
<h3>${markOf(verdict)} ${group.length} pairs were not tested</h3>
<p>${why}</p>
<ul>${[...steps].map(([place, own]) => html`<li>${place}: ${pairs(own).map(({ cell }, at) => html`${at === 0 ? '' : ', '}${pairMarkup(cell)}`)}</li>`)}</ul>
</article>
`;
}

function cellBody({ cell, id, notes }: CellFinding): Markup {
  const { outcomes, reasons } = cell.expectation;
  return html`<dl class="account">
<dt>Expected</dt><dd>${outcomes.map(({ outcome }) => html`<p><b>${outcomeWords(outcome)}</b> <span class="quiet">${meaning(outcome)}</span></p>`)}</dd>
<dt>Because</dt><dd><ul>${reasons.map(({ rule, text }) => html`<li>${text} <code class="rule">${rule}</code></li>`)}</ul></dd>
<dt>Observed</dt><dd>${seenLines(cell)}</dd>
${notes.map((note) => html`<dt>Note</dt><dd>${note}</dd>`)}<dt>Verdict</dt><dd>${cell.why}</dd>
</dl>
<button type="button" class="more" popovertarget="${id}">Evidence and commands<span class="vh">: ${cell.client} to ${cell.server}</span></button>`;
}

function seenLines({ seen, requests }: CellResult): Markup {
  if (seen.length === 0) return html`<p>nothing</p>`;
  const line = ({ observation, count, firstMs, lastMs }: Seen) =>
    html`<p><b>${observationWords(observation)}</b> <span class="quiet">${meaning(observation)}; ${count} of ${requests} requests, from ${duration(firstMs)} to ${duration(lastMs)} after the API call</span></p>`;
  return html`${seen.map(line)}`;
}
