import type { CellResult } from '../../results/index.ts';
import { matrixOf } from '../parts/matrix.ts';
import { cellWords, marks } from '../parts/words.ts';
import { nameMarkup } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { cellPanel } from './panel.ts';
import { verdictWords } from './words.ts';

/**
 * Returns a step's cells as a table. Each cell opens its panel.
 * @param place such as `strict › STRICT on httpbin.full`
 * @param idOf returns the id of a cell's panel
 */
export function matrix(place: string, cells: CellResult[], idOf: (cell: CellResult) => string): Markup {
  const { turned, columns, rows } = matrixOf(cells);
  const [down, across] = turned ? ['server', 'client'] : ['client', 'server'];
  const caption = turned
    ? 'what each server (row) answered each client (column)'
    : 'what each client (row) got from each server (column)';
  const cellOrNone = (cell: CellResult | undefined) =>
    cell === undefined ? html`<td></td>` : cellOf(idOf(cell), place, cell);
  const row = ({ name, cells }: (typeof rows)[number]) =>
    html`<tr><th scope="row">${nameMarkup(name)}</th>${cells.map(cellOrNone)}</tr>
`;
  return html`<table class="matrix"><caption class="vh">${place}: ${caption}</caption>
<thead><tr><th scope="col"><span class="corner">${down} ${turned ? '←' : '→'} ${across}</span></th>${columns.map((column) => html`<th scope="col">${nameMarkup(column)}</th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody></table>`;
}

/** The panel is inside the cell, so that it follows its button for screen readers and the Tab key. */
function cellOf(id: string, place: string, cell: CellResult): Markup {
  const { client, server, verdict } = cell;
  return html`<td class="${verdict}" data-verdict="${verdict}"><button type="button" popovertarget="${id}"><span class="mark" aria-hidden="true">${marks[verdict]}</span><span><span class="vh">${client} to ${server}, ${verdictWords[verdict]}: </span>${cellWords(cell)}</span></button>
${cellPanel(id, place, cell)}</td>`;
}
