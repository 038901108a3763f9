import {
  type AskResult,
  type CheckResult,
  isUnbegun,
  placeWords,
  type StepResult,
  type SuiteResult,
} from '../../results/index.ts';
import { duration, marks } from '../parts/words.ts';
import { html, type Markup } from './markup.ts';
import { matrix } from './matrix.ts';
import { cellId, suiteId } from './places.ts';
import { timeline } from './timeline.ts';
import { triedTable } from './tried.ts';
import { verdictWords } from './words.ts';

/** Returns a suite with all its steps, or why it was skipped; nothing if it was not started. */
export function suiteSection(suite: SuiteResult, nth: number): Markup {
  if (isUnbegun(suite)) return html``;
  const steps = suite.steps.map((step, at) => ({ step, at }));
  return html`<section class="suite" id="${suiteId(nth)}">
<h2>${suite.name} <span class="title">${suite.title}</span></h2>
${suite.skipped === undefined ? '' : html`<p class="skipped"><b>Skipped</b>: ${suite.skipped}</p>`}
${suite.notRun === undefined ? '' : html`<p class="skipped"><b>Not run</b>: ${suite.notRun.join(', ')}</p>`}
${together(steps).map((group) => groupOf(suite, nth, group))}
</section>
`;
}

interface Numbered {
  step: StepResult;
  /** Its place in the suite. */
  at: number;
}

/** Groups consecutive checks, which form one list. */
function together(steps: Numbered[]): Numbered[][] {
  const groups: Numbered[][] = [];
  for (const one of steps) {
    const last = groups.at(-1);
    if (one.step.kind === 'check' && last?.[0]?.step.kind === 'check') last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function groupOf(suite: SuiteResult, nth: number, group: Numbered[]): Markup {
  const checks = group.flatMap(({ step }) => (step.kind === 'check' ? [checkItem(step)] : []));
  if (checks.length > 0) return html`<ul class="checks">${checks}</ul>`;
  return html`${group.flatMap(({ step, at }) => (step.kind === 'ask' ? [askArticle(suite, step, nth, at)] : []))}`;
}

function checkItem({ verdict, title, why, rows = [] }: CheckResult): Markup {
  return html`<li class="${verdict}" data-verdict="${verdict}"><span class="mark" aria-hidden="true">${marks[verdict]}</span><div><span class="vh">${verdictWords[verdict]}: </span>${title}<br><span class="why">${why}</span>${rows.length === 0 ? '' : triedTable(title, rows)}</div></li>
`;
}

function askArticle(suite: SuiteResult, step: AskResult, nth: number, at: number): Markup {
  return html`<article class="step">
<h3>${step.title}</h3>
<p class="force">${forceOf(step)}</p>
${(step.notes ?? []).map(
  (note) => html`<p class="noted"><b>Note</b>: ${note}</p>
`,
)}<div class="beside">
${matrix(placeWords({ suite: suite.name, step: step.title }), step.cells, (cell) => cellId(nth, at, step.cells.indexOf(cell)))}
${timeline(step)}
</div>
</article>
`;
}

function forceOf({ objects, autoMtls, ms }: AskResult): Markup {
  const off = autoMtls ? '' : html`<b>auto mTLS off</b> · `;
  const applied =
    objects.length === 0
      ? html`nothing applied`
      : html`applied: ${objects.map((object, at) => html`${at === 0 ? '' : ', '}<code>${object}</code>`)}`;
  return html`${off}${applied} · ${duration(ms)}`;
}
