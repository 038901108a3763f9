import type { Results, Summary } from '../../results/index.ts';
import { certaintyWords } from '../parts/certainty.ts';
import { failsByRequirement } from '../parts/required.ts';
import { runErrorsOf } from '../parts/run-errors.ts';
import { marks } from '../parts/words.ts';
import { factList, moment } from './elements.ts';
import { html, type Markup } from './markup.ts';

/** Returns the result of a run in one sentence, such as `The mesh does not conform: 1 of 97 failed`. */
export function verdictSentence(results: Pick<Results, 'summary' | 'runErrors' | 'suites'>): string {
  const { summary, runErrors } = results;
  const { verdict, passed, failed, inconclusive, partial } = summary;
  const all = passed + failed + inconclusive;
  switch (verdict) {
    case 'pass':
      return `The mesh conforms${partial.length > 0 ? ' where it was tested' : ''}: ${passed} of ${all} passed`;
    case 'fail':
      return failsByRequirement(results)
        ? `The mesh conforms, but not every pair is mutual TLS: ${failed} of ${all} failed`
        : `The mesh does not conform: ${failed} of ${all} failed`;
    case 'interrupted':
      return `Interrupted after ${passed} passed, ${failed} failed and ${inconclusive} inconclusive`;
    case 'inconclusive':
      return `Inconclusive: ${whyInconclusive(summary, runErrors)}`;
  }
}

function whyInconclusive({ passed, inconclusive }: Summary, runErrors: string[]): string {
  if (inconclusive > 0) return `${inconclusive} of ${passed + inconclusive} could not be determined`;
  return runErrors.length > 0 ? 'no pass of this run can be trusted' : 'nothing was tested';
}

/** Returns the top of the page: the verdict, what was judged, and what limits the verdict. */
export function headline(results: Results): Markup {
  const { summary, run, cluster, istio } = results;
  const { verdict, passed, failed, inconclusive, skipped } = summary;
  const mark = verdict === 'interrupted' ? '■' : marks[verdict];
  const counts: [string, string, number][] = [
    ['pass', 'passed', passed],
    ['fail', 'failed', failed],
    ['inconclusive', 'inconclusive', inconclusive],
    ['skipped', skipped === 1 ? 'suite skipped' : 'suites skipped', skipped],
  ];
  const shown = counts.filter(([, , count], at) => count > 0 || at < 2);
  return html`<header class="top ${verdict}"><div class="wrap">
<p class="product"><b>automtls</b> conformance of Istio’s automatic mutual TLS</p>
<h1><span class="mark" aria-hidden="true">${mark}</span> <span>${verdictSentence(results)}</span></h1>
<p class="counts">${shown.map(([name, words, count]) => html`<span class="${count === 0 ? 'none' : name}"><b>${count}</b> ${words}</span> `)}<span class="quiet">of all checks and cells, the pairs of client and server at each step</span></p>
${factList([
  ['Istio', html`<b>${istio.version}</b> by the rules of ${istio.release}`],
  ['Cluster', html`<b>${cluster.provider} ${cluster.name}</b> Kubernetes ${cluster.kubernetes}`],
  ['Started', moment(run.startedAt)],
  ['Run', html`<b>${run.id}</b>`],
])}
${remarks([
  ['Errors', runErrorsOf(results).map(({ text }) => text)],
  ['Certainty', certaintyWords(results)],
  ['Partial', summary.partial],
  ['Notes', istio.notes],
])}
</div></header>
`;
}

/** Returns sentences grouped under their labels, without labels that have none. */
function remarks(all: [string, string[]][]): Markup {
  const shown = all.filter(([, texts]) => texts.length > 0);
  if (shown.length === 0) return html``;
  const items = shown.map(
    ([label, texts]) =>
      html`<dt>${label}</dt>${texts.map((text) => html`<dd class="${label.toLowerCase()}">${text}</dd>`)}`,
  );
  return html`<dl class="remarks">${items}</dl>`;
}
