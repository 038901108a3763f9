import type { CheckRow } from '../../results/index.ts';
import { checkMark, checkTable, checkWords } from '../parts/check-table.ts';
import { html, type Markup } from './markup.ts';
import { verdictWords } from './words.ts';

/** Returns what a check tried, as a table. What did not pass has its reasons below. */
export function triedTable(title: string, tried: CheckRow[]): Markup {
  const { asksDown, columns, rows } = checkTable(tried);
  const [down, across] = asksDown ? ['client', 'server'] : ['server', 'client'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="tried"><caption class="vh">${title}: what came of each ${down} (row) and ${across} (column)</caption>
<thead><tr><td></td>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map(cellOf)}</tr>
`,
)}</tbody></table></div>`;
}

function cellOf(row: CheckRow | undefined): Markup {
  if (row === undefined) return html`<td></td>`;
  const verdict = row.verdict === 'not-tried' ? 'not tried' : verdictWords[row.verdict];
  return html`<td class="${row.verdict}"><span class="mark" aria-hidden="true">${checkMark(row)}</span> <span class="vh">${verdict}: </span>${checkWords(row)}${accountOf(row)}</td>`;
}

function accountOf({ verdict, expected, why = '', observed, reasons }: CheckRow): Markup {
  if (verdict === 'pass') return html``;
  const because = reasons.map(({ rule, text }) => html`<li>${text} <code class="rule">${rule}</code></li>`);
  return html`<p>expected: ${expected}</p><ul>${because}</ul>${why.startsWith(observed) ? '' : html`<p>${why}</p>`}`;
}
