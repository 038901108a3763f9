import type { PageData } from '../page-data.ts';
import { type Axis, axisOf } from './axes.ts';
import { wordsOf } from './cells.ts';
import { type Shown, shownBy } from './counts.ts';
import { element } from './dom.ts';
import { everything, type Filter, filterIn, hashOf } from './filter.ts';
import { takeKeys } from './keys.ts';
import { drawMatrix, type Matrix, type Meaning } from './matrix.ts';
import { closeByClick, openPanel } from './panel.ts';

/** So many rows and columns are drawn at once. */
const MOST_DRAWN = 60;

const data: PageData = JSON.parse(find('#mesh').textContent);
const form = find<HTMLFormElement>('#filter');
const panel = find<HTMLDialogElement>('#panel');
const fields = { search: field('search'), from: field('from'), to: field('to') };

/** Where the drawn part of each side begins. */
const begins = { rows: 0, columns: 0 };

function find<Found extends Element>(selector: string): Found {
  return document.querySelector(selector) as Found;
}

function field(name: string): HTMLInputElement {
  return form.elements.namedItem(name) as HTMLInputElement;
}

/** Shows what the page's address says, or what was asked for when the page was made. */
function show(): void {
  const asked = { ...everything, ...data.asked, results: data.asked.show === '' ? [] : [data.asked.show] };
  const filter = location.hash.length > 1 ? filterIn(location.hash, data) : asked;
  for (const name of ['search', 'from', 'to'] as const) {
    if (fields[name].value !== filter[name]) fields[name].value = filter[name];
  }
  for (const button of form.querySelectorAll<HTMLButtonElement>('[data-result]')) {
    button.setAttribute('aria-pressed', String(filter.results.includes(button.dataset['result'] ?? '')));
  }
  draw(filter);
}

function draw(filter: Filter): void {
  const shown = shownBy(data, filter);
  const rows = axisOf(data, 'clients', data.clients, shown.clients);
  const columns = axisOf(data, 'servers', data.servers, shown.servers);
  const part = { rows: drawnOf(rows, begins.rows), columns: drawnOf(columns, begins.columns) };
  const matrix = drawMatrix(data, part.rows, part.columns, shown.count(part.rows, part.columns));
  matrix.table.addEventListener('click', ({ target }) => {
    const cell = (target as Element).closest<HTMLElement>('th, td');
    if (cell !== null) choose(matrix, filter, cell);
  });
  takeKeys(matrix, (cell) => choose(matrix, filter, cell));
  const isEmpty = shown.clients.length === 0;
  find('#matrix').replaceChildren(isEmpty ? element('p', 'quiet', 'No pair is as asked for.') : matrix.table);
  find('#turn').replaceChildren(...turners('rows', rows, 'clients'), ...turners('columns', columns, 'Service ports'));
  find('#shown').textContent = shownWords(shown, rows, columns);
  showBoxes(shown);
}

function drawnOf({ isDetailed, entries }: Axis, from: number): Axis {
  return { isDetailed, entries: entries.slice(from, from + MOST_DRAWN) };
}

function shownWords({ clients, servers, totals }: Shown, rows: Axis, columns: Axis): string {
  const pairs = totals.reduce((sum, count) => sum + count, 0);
  const all = `${(data.clients.length * data.servers.length).toLocaleString('en')} pairs`;
  if (pairs === 0) return `0 of ${all}.`;
  const parts = totals.map((count, at) => ({ count, at })).filter(({ count }) => count > 0);
  const sides = `${counted(clients.length, 'client')} to ${counted(servers.length, 'Service port')}`;
  const isAll = pairs === data.clients.length * data.servers.length;
  const what = isAll ? `All ${all}.` : `${pairs.toLocaleString('en')} of ${all}, ${sides}: ${wordsOf(data, parts)}.`;
  const isDetailed = rows.isDetailed && columns.isDetailed;
  const open =
    'A cell has the sign of its worst result over the share of each; choose a cell, row or column to open it.';
  return `${what} ${isDetailed ? 'Choose a pair for its reasons.' : open}`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** Opens what a cell is about: a pair, or what is behind a namespace. */
function choose({ meanings }: Matrix, filter: Filter, cell: HTMLElement): void {
  const { row, column }: Meaning = meanings.get(cell) ?? {};
  if (row === undefined && column === undefined) return;
  const isPair = row?.members.length === 1 && column?.members.length === 1;
  if (isPair) {
    if (!cell.classList.contains('not-shown')) openPanel(panel, data, row, column);
    return;
  }
  go({ ...filter, from: row?.pattern ?? filter.from, to: column?.pattern ?? filter.to });
  find<HTMLElement>('#matrix [tabindex="0"]')?.focus({ preventScroll: true });
}

/** Shows something else, as a new entry of the history: back leads to what was shown before. */
function go(filter: Filter): void {
  Object.assign(begins, { rows: 0, columns: 0 });
  history.pushState(null, '', `#${hashOf(filter) || 'all'}`);
  show();
}

function typed(): Filter {
  const pressed = form.querySelectorAll<HTMLElement>('[aria-pressed="true"]');
  return {
    search: fields.search.value,
    from: fields.from.value,
    to: fields.to.value,
    results: [...pressed].flatMap(({ dataset }) => dataset['result'] ?? []),
  };
}

/** Returns buttons that lead to the other parts of a side that is too long to be drawn at once. */
function turners(side: 'rows' | 'columns', { entries, isDetailed }: Axis, members: string): HTMLElement[] {
  if (entries.length <= MOST_DRAWN) return [];
  const what = isDetailed ? members : `namespaces of ${members}`;
  const from = begins[side];
  const turner = (label: string, to: number): HTMLElement => {
    const button = element('button', '', label);
    button.type = 'button';
    button.disabled = to < 0 || to >= entries.length;
    button.addEventListener('click', () => {
      begins[side] = to;
      show();
    });
    return button;
  };
  const until = Math.min(from + MOST_DRAWN, entries.length);
  const words = element('span', 'quiet', `${what}: ${from + 1} to ${until} of ${entries.length}`);
  return [words, turner(`previous ${what}`, from - MOST_DRAWN), turner(`next ${what}`, from + MOST_DRAWN)];
}

/** Of the boxes of namespaces, those stay whose servers are shown. */
function showBoxes({ servers }: Shown): void {
  const names = new Set(servers.map((at) => data.boxes[data.servers[at]?.box ?? -1]?.name));
  for (const box of document.querySelectorAll<HTMLElement>('.box')) box.hidden = !names.has(box.dataset['namespace']);
}

/** What is typed takes effect at once, and is one entry of the history. */
function typedNow(): void {
  Object.assign(begins, { rows: 0, columns: 0 });
  const filter = typed();
  history.replaceState(null, '', `#${hashOf(filter) || 'all'}`);
  show();
}

form.addEventListener('submit', (event) => event.preventDefault());
form.addEventListener('input', typedNow);
form.addEventListener('click', ({ target }) => {
  const button = (target as Element).closest<HTMLButtonElement>('button[data-result]');
  if (button === null) return;
  button.setAttribute('aria-pressed', String(button.getAttribute('aria-pressed') !== 'true'));
  go(typed());
});
form.addEventListener('reset', (event) => {
  event.preventDefault();
  go(everything);
});
document.addEventListener('click', ({ target }) => {
  const link = (target as Element).closest<HTMLElement>('[data-show]');
  if (link === null) return;
  go({ ...everything, ...filterIn(link.dataset['show'] ?? '', data) });
  find('#pairs').scrollIntoView();
});
window.addEventListener('popstate', show);
closeByClick(panel);
show();
