import type { Told } from '../../diff/types.ts';
import type { Outcome } from '../../model/types.ts';
import { outcomeWords, sightWords } from '../../probe/judge.ts';
import type { Sight, Verdict } from '../../probe/types.ts';
import { marks, short } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { verdictWords } from './verdicts.ts';

/**
 * Returns what each of two runs found of a place, as a cell of its matrix would show it; in whole words only where short
 * ones do not tell them apart.
 */
export function toldOf(...both: [Told, Told]): [Markup, Markup] {
  const [a, b] = both.map((told) => toldWords(told, short, short));
  const words = a === b ? both.map((told) => toldWords(told, sightWords, outcomeWords)) : [a, b];
  return both.map(({ verdict }, at) => markupOf(verdict, words[at] as string)) as [Markup, Markup];
}

function markupOf(verdict: Verdict, words: string): Markup {
  return html`<div class="told ${verdict}"><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span><span class="vh">${verdictWords[verdict]}: </span>${words}</span></div>`;
}

/** Of a pass it is what was seen that counts: where curl may end in two ways, it ended in one. */
function toldWords(
  { verdict, expected, seen, why }: Told,
  sight: (what: Sight) => string,
  outcome: (what: Outcome) => string,
): string {
  if (expected.length === 0) return why;
  const found = seen.map(sight).join(' | ');
  const wanted = expected.map(outcome).join(' | ');
  return verdict === 'pass' ? found || wanted : `${found || 'unseen'}, not ${wanted}`;
}
