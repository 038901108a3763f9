import type { AskResult, CellResult } from '../../results/index.ts';
import { arrivalWords } from '../parts/arrival.ts';
import { duration } from '../parts/words.ts';
import { pairMarkup } from './elements.ts';
import { axisEnd, intervalAxis, intervalBar } from './intervals.ts';
import { html, type Markup } from './markup.ts';

/** Returns the timeline of each pair of a step, as bars on a common axis; one line if there is nothing to show. */
export function timeline(step: AskResult): Markup {
  const { cells, propagation } = step;
  const [settled = ''] = arrivalWords(step);
  if (propagation === undefined && cells.every(rightAllAlong)) {
    return html`<p class="quiet">This step changes no pair, and no answer was wrong: ${settled}.</p>`;
  }
  if (cells.every(({ requests }) => requests === 0)) return html`<p class="quiet">Nothing was tested.</p>`;
  const end = axisEnd(cells);
  const row = (cell: CellResult) =>
    html`<tr data-verdict="${cell.verdict}" class="${rightAllAlong(cell) && !cell.changes ? 'steady' : 'notable'}"><th scope="row">${pairMarkup(cell)}</th><td class="timeline">${intervalBar(cell, end)}</td><td>${moment(cell.firstRightMs, 'never')}</td><td>${moment(cell.lastWrongMs, 'none')}</td></tr>
`;
  return html`<table class="timeline"><caption>${settled}</caption>
<thead><tr><th scope="col">pair</th><th scope="col"><span class="vh">timeline since the API call</span>${intervalAxis(end)}</th><th scope="col">first right</th><th scope="col">last wrong</th></tr></thead>
<tbody>
${cells.map(row)}</tbody></table>`;
}

function rightAllAlong({ verdict, timeline }: CellResult): boolean {
  return verdict === 'pass' && timeline.every(({ state }) => state === 'right');
}

function moment(ms: number | undefined, otherwise: string): Markup {
  return ms === undefined ? html`<span class="quiet">${otherwise}</span>` : html`${duration(ms)}`;
}
