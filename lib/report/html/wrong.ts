import type { AskResult, CellResult, CheckResult, Results } from '../../results/index.ts';
import { observationWords, outcomeWords, type Seen, type Verdict } from '../../verdict/index.ts';
import { type Case, casesOf, placeOf } from '../parts/cases.ts';
import { wrongRows } from '../parts/check-table.ts';
import { causeName, causesSentences, type Finding, findingsOf, findingTitle, symptomsOf } from '../parts/findings.ts';
import { duration, marks } from '../parts/words.ts';
import { pairMarkup } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { cellId, suiteId } from './places.ts';
import { triedTable } from './tried.ts';
import { meaning, seenMeaning, verdictWords } from './words.ts';

/** The maximum number of findings at the top; the grid and the matrices show everything. */
const MOST = 10;

/** Returns what did not pass, causes before symptoms, failures first; nothing if everything passed. */
export function wrongSection(results: Results): Markup {
  const findings = findingsOf(casesOf(results));
  if (findings.length === 0) return html``;
  const title = results.summary.failed > 0 ? 'Failures' : 'Inconclusive';
  const more = findings.slice(MOST).flatMap(({ cases }) => cases).length;
  const sentences = findings.length === 1 ? [] : causesSentences(findings);
  return html`<section class="wrong">
<h2>${title}</h2>
${sentences.map(
  (sentence) => html`<p>${sentence}</p>
`,
)}${findings.slice(0, MOST).map((finding) => article(finding, results))}
${more === 0 ? '' : html`<p class="more">${more} more are below.</p>`}
</section>
`;
}

function article(finding: Finding, results: Results): Markup {
  const { verdict, causes, cases } = finding;
  const [first] = cases as [Case, ...Case[]];
  const isAlone = cases.length === 1 && causes.length === 0;
  return html`<article class="finding ${verdict}">
<h3>${markOf(verdict)} ${isAlone ? aloneTitle(first) : findingTitle(finding)}</h3>
${isAlone ? html`${placeLine(first)}${bodyOf(first, results)}` : togetherBody(finding, results)}
</article>
`;
}

function markOf(verdict: Verdict): Markup {
  return html`<span class="mark" aria-hidden="true">${marks[verdict]}</span><span class="vh">${verdictWords[verdict]}: </span>`;
}

function aloneTitle({ cell, step }: Case): Markup {
  return cell === undefined ? html`${step}` : pairMarkup(cell);
}

function placeLine({ suite, step, cell, at }: Case): Markup {
  return html`<p class="where"><a href="#${suiteId(at.suite)}">${suite}</a>${cell === undefined ? '' : ` › ${step}`}</p>
`;
}

/** Returns the causes and symptoms of several cases, with a link to each, folded. */
function togetherBody(finding: Finding, results: Results): Markup {
  const { causes, cases } = finding;
  const texts = causes.filter((cause) => causeName(cause) !== cause.text);
  const evidence = cases.find(({ cell }) => cell?.wrongAnswer !== undefined);
  return html`${texts.map(
    ({ text }) => html`<p>${text}</p>
`,
  )}<ul class="symptoms">${symptomsOf(finding).map(
    ({ words, pairs }) => html`<li><b>${words}</b>: ${pairs.join(', ')}</li>
`,
  )}</ul>
${
  evidence === undefined
    ? ''
    : html`<p class="quiet">First wrong answer, ${placeOf(evidence)}: ${evidence.cell?.wrongAnswer ?? ''}</p>
`
}<details><summary>${cases.length === 1 ? 'the pair' : `all ${cases.length}`}</summary>
<ul class="cards">${cases.map((one) => cardLink(one, results))}</ul></details>`;
}

/** A button that opens the card of a cell; the name of a check links to its suite. */
function cardLink(one: Case, results: Results): Markup {
  const { cell } = found(one, results);
  if (cell === undefined)
    return html`<li>${placeLine(one)}</li>
`;
  const { suite, step, at } = one;
  return html`<li><button type="button" class="card" popovertarget="${idOf(at)}">${suite} › ${step} › ${pairMarkup(cell)}</button> ${one.short}</li>
`;
}

function bodyOf(one: Case, results: Results): Markup {
  const { check, cell, step } = found(one, results);
  if (cell !== undefined) return cellBody(cell, idOf(one.at), step?.notes ?? []);
  const wrong = wrongRows(check?.rows);
  return wrong.length === 0 ? html`<p>${one.why}</p>` : triedTable(one.step, wrong);
}

function found(
  { at }: Case,
  { suites }: Results,
): { check?: CheckResult; cell?: CellResult | undefined; step?: AskResult } {
  const step = suites[at.suite]?.steps[at.step];
  if (step === undefined) return {};
  return step.kind === 'check' ? { check: step } : { step, cell: step.cells[at.cell ?? -1] };
}

function idOf({ suite, step, cell = 0 }: Case['at']): string {
  return cellId(suite, step, cell);
}

function cellBody(cell: CellResult, id: string, notes: string[]): Markup {
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
  const line = (one: Seen) =>
    html`<p><b>${observationWords(one.observation)}</b> <span class="quiet">${seenMeaning(one)}; ${one.count} of ${requests} requests, from ${duration(one.firstMs)} to ${duration(one.lastMs)} after the API call</span></p>`;
  return html`${seen.map(line)}`;
}
