import type { Observed } from '../../diff/types.ts';
import type { Outcome } from '../../model/types.ts';
import { observationWords, outcomeWords } from '../../probe/judge.ts';
import type { Observation, Verdict } from '../../probe/types.ts';
import { marks, short } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { verdictWords } from './words.ts';

/**
 * Returns what each of two runs found of a place, as a cell of its matrix would show it; in whole words only where short
 * ones do not tell them apart.
 */
export function toldOf(...both: [Observed, Observed]): [Markup, Markup] {
  const [a, b] = both.map((told) => toldWords(told, short, short));
  const words = a === b ? both.map((told) => toldWords(told, observationWords, outcomeWords)) : [a, b];
  return both.map(({ verdict }, at) => markupOf(verdict, words[at] as string)) as [Markup, Markup];
}

function markupOf(verdict: Verdict, words: string): Markup {
  return html`<div class="told ${verdict}"><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span><span class="vh">${verdictWords[verdict]}: </span>${words}</span></div>`;
}

/** Of a pass it is what was seen that counts: where curl may end in two ways, it ended in one. */
function toldWords(
  { verdict, expected, seen, why }: Observed,
  observation: (what: Observation) => string,
  outcome: (what: Outcome) => string,
): string {
  if (expected.length === 0) return why;
  const found = seen.map(observation).join(' | ');
  const wanted = expected.map(outcome).join(' | ');
  if (verdict === 'pass') return found || wanted;
  return found === '' ? `not observed (expected ${wanted})` : `${found}, not ${wanted}`;
}
