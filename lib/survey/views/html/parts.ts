import { html, type Markup } from '../../../report/index.ts';
import type { PairResult } from '../../survey.ts';
import { order } from '../rows.ts';
import { resultNames } from '../words.ts';
import { resultMarks } from './data.ts';

// What the head of the page and the boxes of namespaces share.

export type Counts = Readonly<Record<PairResult, number>>;

/** A result that is there, and how many pairs come to it. */
export interface Counted {
  result: PairResult;
  count: number;
}

/** Returns the results that are there, in the order of what deserves to be seen. */
export function countedIn(counts: Counts): Counted[] {
  return order.map((result) => ({ result, count: counts[result] })).filter(({ count }) => count > 0);
}

/** What is rare is seen, too: each part of a bar has at least this share of it. */
const LEAST = 0.02;

/** Returns a bar with a part for each result, as wide as its share. Words beside it say the same. */
export function barOf(counts: Counts): Markup {
  const parts = countedIn(counts);
  const sum = parts.reduce((all, { count }) => all + count, 0);
  const percents = parts.map(({ count }) => (LEAST + (1 - LEAST * parts.length) * (count / sum)) * 100);
  const rects = parts.map(({ result }, at) => {
    const x = percents.slice(0, at).reduce((all, percent) => all + percent, 0);
    return html`<rect class="is-${result}" x="${x.toFixed(2)}%" width="${(percents[at] ?? 0).toFixed(2)}%" height="100%"/>`;
  });
  return html`<svg class="shares" width="100%" height="16" aria-hidden="true">${rects}</svg>`;
}

/** Returns the sign of a result, for the eye alone. */
export function markOf(result: PairResult): Markup {
  return html`<span class="mark" aria-hidden="true">${resultMarks[result]}</span>`;
}

/** Returns counts in a row, each with its sign. */
export function countList(counts: Counts): Markup {
  const items = countedIn(counts).map(
    ({ result, count }) =>
      html`<li class="is-${result}">${markOf(result)} ${count.toLocaleString('en')} <span class="vh">${resultNames[result]}</span></li>`,
  );
  return html`<ul class="tally">${items}</ul>`;
}

/** The fills of bars, which tell results without colour. */
export const fills = html`<svg width="0" height="0" class="patterns" aria-hidden="true"><defs>
<pattern id="fill-plain" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="ground"/><rect width="6" height="2" class="ink"/></pattern>
<pattern id="fill-mixed" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8" class="ground"/><rect width="4" height="8" class="ink"/></pattern>
<pattern id="fill-unknown" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="ground"/><circle cx="3" cy="3" r="1.3" class="ink"/></pattern>
<pattern id="fill-none" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" class="ground"/><rect width="1" height="6" class="ink"/></pattern>
<pattern id="fill-broken" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="8" height="8" class="ground"/><rect width="3" height="8" class="ink"/></pattern>
</defs></svg>`;
