import type { Told } from '../../diff/types.ts';
import { marks, short } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { verdictWords } from './verdicts.ts';

/** Returns what one run found of a place, as a cell of its matrix would show it. */
export function toldOf(told: Told): Markup {
  const { verdict } = told;
  return html`<div class="told ${verdict}"><span class="mark" aria-hidden="true">${marks[verdict]}</span> <span><span class="vh">${verdictWords[verdict]}: </span>${toldWords(told)}</span></div>`;
}

function toldWords({ verdict, expected, seen, why }: Told): string {
  if (expected.length === 0) return why;
  const wanted = expected.map(short).join(' | ');
  if (verdict === 'pass') return wanted;
  return `${seen.map(short).join(' | ') || 'unseen'}, not ${wanted}`;
}
