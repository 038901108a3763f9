import type { PageData } from '../page-data.ts';
import type { Axis, Entry } from './axes.ts';
import { drawCell, type Part } from './cells.ts';
import { element } from './dom.ts';

/** The matrix as it stands in the page: its cells, those of its heads among them, and what each is about. */
export interface Matrix {
  table: HTMLTableElement;
  /** The cells by row and column, heads first. The first of the first row is undefined, as nothing is there. */
  grid: (HTMLElement | undefined)[][];
  meanings: ReadonlyMap<HTMLElement, Meaning>;
}

/** What is chosen with a cell: a row, a column, or both. */
export interface Meaning {
  row?: Entry;
  column?: Entry;
}

/** How wide cells are, by how many columns there are at most. Wide ones have room for words. */
const widths = [
  { most: 8, name: 'wide' },
  { most: 24, name: 'roomy narrow' },
  { most: Infinity, name: 'narrow' },
] as const;

/** A name over so few narrow columns stands upright if it has more letters than these for each. */
const LETTERS_PER_COLUMN = 2.5;

interface Drawing {
  data: PageData;
  rows: Axis;
  columns: Axis;
  counts: Uint32Array;
  isWide: boolean;
  meanings: Map<HTMLElement, Meaning>;
}

/** Draws who reaches whom: a row for each client or namespace of clients, a column for each of servers. */
export function drawMatrix(data: PageData, rows: Axis, columns: Axis, counts: Uint32Array): Matrix {
  const width = widths.find(({ most }) => columns.entries.length <= most)?.name;
  const isWide = width === 'wide';
  const drawing = { data, rows, columns, counts, isWide, meanings: new Map<HTMLElement, Meaning>() };
  const table = element('table', `matrix ${width}`);
  table.setAttribute('role', 'grid');
  table.setAttribute('aria-labelledby', 'matrix-title');
  const head = table.createTHead();
  const heads = columnHeads(drawing, head);
  const grid: Matrix['grid'] = [[undefined, ...heads]];
  for (const group of groupsOf(rows)) {
    const body = table.createTBody();
    for (const [nth, at] of group.entries()) grid.push(drawRow(drawing, body, at, nth === 0 ? group.length : 0));
  }
  return { table, grid, meanings: drawing.meanings };
}

/** Returns the places of an axis' entries, those of one namespace together. */
function groupsOf({ entries, isDetailed }: Axis): number[][] {
  if (!isDetailed) return [[...entries.keys()]];
  return [...Map.groupBy(entries.keys(), (at) => entries[at]?.box).values()];
}

function columnHeads(drawing: Drawing, head: HTMLTableSectionElement): HTMLElement[] {
  const { rows, columns } = drawing;
  const lead = rows.isDetailed ? 2 : 1;
  if (columns.isDetailed) {
    const line = head.insertRow();
    line.append(corner(lead, 2));
    for (const group of groupsOf(columns)) {
      const name = drawing.data.boxes[columns.entries[group[0] ?? 0]?.box ?? 0]?.name ?? '';
      const cell = element('th', 'box-name');
      const isTall = !drawing.isWide && name.length > LETTERS_PER_COLUMN * group.length;
      cell.classList.toggle('tall', isTall);
      cell.append(element('span', '', name));
      cell.scope = 'colgroup';
      cell.colSpan = group.length;
      cell.title = name;
      line.append(cell);
    }
  }
  const line = head.insertRow();
  if (!columns.isDetailed) line.append(corner(lead, 1));
  return columns.entries.map((column, at) => {
    const cell = headCell(drawing, 'col', { column });
    cell.classList.toggle('first', isFirst(columns, at));
    line.append(cell);
    return cell;
  });
}

function corner(columns: number, rows: number): HTMLTableCellElement {
  const cell = element('td', 'corner', 'from ↓ to →');
  cell.colSpan = columns;
  cell.rowSpan = rows;
  return cell;
}

/** Returns whether an entry is the first of its namespace. */
function isFirst({ entries, isDetailed }: Axis, at: number): boolean {
  return isDetailed && at > 0 && entries[at]?.box !== entries[at - 1]?.box;
}

function headCell({ meanings }: Drawing, scope: 'row' | 'col', meaning: Meaning): HTMLTableCellElement {
  const { label = '', name = '', note = '' } = meaning.row ?? meaning.column ?? {};
  const cell = element('th', 'name');
  cell.append(element('span', 'label', label));
  if (note !== '') cell.append(element('span', 'note', note));
  cell.scope = scope;
  cell.title = name;
  cell.tabIndex = -1;
  meanings.set(cell, meaning);
  return cell;
}

/** @param height how many rows its namespace has, in the first of them; 0 in the others */
function drawRow(drawing: Drawing, body: HTMLTableSectionElement, at: number, height: number): HTMLElement[] {
  const { data, rows, columns, isWide } = drawing;
  const row = rows.entries[at] as Entry;
  const line = body.insertRow();
  if (rows.isDetailed && height > 0) {
    const name = data.boxes[row.box]?.name ?? '';
    const cell = element('th', 'box-name');
    cell.append(element('span', '', name));
    cell.scope = 'rowgroup';
    cell.rowSpan = height;
    cell.title = name;
    line.append(cell);
  }
  const head = headCell(drawing, 'row', { row });
  line.append(head);
  const cells = columns.entries.map((column, columnAt) => {
    const cell = drawCell(data, { row, column, parts: partsOf(drawing, at, columnAt), isWide });
    cell.classList.toggle('first', isFirst(columns, columnAt));
    drawing.meanings.set(cell, { row, column });
    line.append(cell);
    return cell;
  });
  return [head, ...cells];
}

function partsOf({ data, columns, counts }: Drawing, row: number, column: number): Part[] {
  const from = (row * columns.entries.length + column) * data.results.length;
  return data.results.map((_, at) => ({ at, count: counts[from + at] ?? 0 })).filter(({ count }) => count > 0);
}
