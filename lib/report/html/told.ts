import type { Outcome } from '../../model/index.ts';
import type { Observed } from '../../results/diff/index.ts';
import { type Observation, observationWords, outcomeWords, type Verdict } from '../../verdict/index.ts';
import { marks, short } from '../parts/words.ts';
import { html, type Markup } from './markup.ts';
import { verdictWords } from './words.ts';

/**
 * Returns what each of two runs observed at a place, in the words of a matrix cell. If the short words are the same for
 * both runs, it uses longer ones.
 */
export function toldOf(...both: [Observed, Observed]): [Markup, Markup] {
  const [a, b] = both.map((told) => toldWords(told, short, short));
  const words = a === b ? both.map((told) => toldWords(told, observationWords, outcomeWords)) : [a, b];
  return both.map(({ verdict }, at) => markupOf(verdict, words[at] as string)) as [Markup, Markup];
}

function markupOf(verdict: Verdict, words: string): Markup {
  return html`<div class="told ${verdict}"><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span><span class="vh">${verdictWords[verdict]}: </span>${words}</span></div>`;
}

/** A passed cell shows what was observed, not what was expected: of two expected curl exit codes, only one occurred. */
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
