import { html, type Markup } from '../../../report/index.ts';
import type { Survey } from '../../survey.ts';
import { counted } from '../table.ts';
import { noteWords } from '../words.ts';

/** So many reasons are seen at once, and so many are there at all; each pair has all of its own. */
const most = { open: 8, folded: 200 };

/** Returns what is not judged and why, the reason with the most pairs first; then what was assumed or left out. */
export function notesOf(survey: Survey): Markup {
  return html`${notJudged(survey)}${assumed(survey)}`;
}

function notJudged(survey: Survey): Markup {
  const pairs = new Map<string, number>();
  for (const { answers } of survey.servers) {
    for (const { answer, clients } of answers) {
      for (const why of answer.notJudged) pairs.set(why, (pairs.get(why) ?? 0) + clients.length);
    }
  }
  if (pairs.size === 0) return html``;
  const items = [...pairs]
    .sort(([, a], [, b]) => b - a)
    .map(([why, count]) => html`<li>${why} <span class="quiet">${counted(count, 'pair')}</span></li>`);
  const folded = items.slice(most.open, most.open + most.folded);
  const left = items.length - most.open - folded.length;
  return html`<section id="not-judged"><h2>Not judged, and why</h2>
<p class="quiet">What the model does not know is never guessed. <button type="button" data-show="show=unknown">Show these pairs</button></p>
<ul>${items.slice(0, most.open)}</ul>${
    folded.length === 0
      ? ''
      : html`<details><summary>${counted(items.length - most.open, 'more reason')}</summary><ul>${folded}${left > 0 ? html`<li>and ${left} more</li>` : ''}</ul></details>`
  }</section>
`;
}

function assumed(survey: Survey): Markup {
  const notes = noteWords(survey);
  if (notes.length === 0) return html``;
  return html`<section id="notes"><h2>Assumed, or left out</h2>
<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>
`;
}
