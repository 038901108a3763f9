import type { PageData } from '../page-data.ts';
import type { Entry } from './axes.ts';
import { element } from './dom.ts';

/** A result of a cell, and how many pairs come to it. */
export interface Part {
  /** Its place in the data. */
  at: number;
  count: number;
}

interface Cell {
  row: Entry;
  column: Entry;
  /** Empty if none of its pairs are shown. */
  parts: readonly Part[];
  isWide: boolean;
}

/** Draws what the pairs of a cell come to: the sign of what most deserves to be seen, over the share of each result. */
export function drawCell(data: PageData, { row, column, parts, isWide }: Cell): HTMLTableCellElement {
  const cell = element('td');
  cell.setAttribute('role', 'gridcell');
  cell.tabIndex = -1;
  const label = `${row.name} to ${column.name}: ${wordsOf(data, parts)}`;
  cell.setAttribute('aria-label', label);
  cell.title = label;
  const [first, ...others] = parts;
  if (first === undefined) {
    cell.className = 'pairs not-shown';
    return cell;
  }
  const { mark = '', name = '', id = '' } = data.results[first.at] ?? {};
  cell.className = others.length === 0 ? `pairs is-${id}` : 'pairs several';
  cell.textContent = mark;
  if (others.length > 0) cell.style.background = fillOf(data, parts);
  if (isWide && others.length === 0) cell.append(element('span', 'words', name));
  if (isWide && others.length > 0) {
    // What is read aloud must not differ from what is seen, but for being longer.
    cell.removeAttribute('aria-label');
    cell.replaceChildren(element('span', 'vh', label), ...sharesOf(data, parts));
  }
  return cell;
}

function sharesOf({ results }: PageData, parts: readonly Part[]): HTMLElement[] {
  return parts.map((part) => {
    const made = element('span', 'part', `${results[part.at]?.mark} ${share(part, parts)}`);
    made.setAttribute('aria-hidden', 'true');
    return made;
  });
}

/** Returns how many pairs come to what, in words. */
export function wordsOf({ results }: PageData, parts: readonly Part[]): string {
  if (parts.length === 0) return 'not shown';
  const [only, ...others] = parts;
  if (others.length === 0 && only?.count === 1) return results[only.at]?.name ?? '';
  return parts.map(({ at, count }) => `${count.toLocaleString('en')} ${results[at]?.name}`).join(', ');
}

function share({ count }: Part, parts: readonly Part[]): string {
  const percent = (count / parts.reduce((sum, part) => sum + part.count, 0)) * 100;
  return percent < 1 ? '< 1 %' : percent > 99 ? '> 99 %' : `${Math.round(percent)} %`;
}

/** What is rare is seen, too: each part has at least this share of a cell. */
const LEAST = 0.2;

/** Returns a background with the fill of each result, as wide as its share. */
function fillOf({ results }: PageData, parts: readonly Part[]): string {
  const sum = parts.reduce((all, { count }) => all + count, 0);
  const rest = 1 - LEAST * parts.length;
  let from = 0;
  const layers = parts.map(({ at, count }) => {
    const width = LEAST + rest * (count / sum);
    const position = width < 1 ? (from / (1 - width)) * 100 : 0;
    from += width;
    return `var(--fill-${results[at]?.id}) ${position}% 0 / ${width * 100}% 100% no-repeat`;
  });
  return layers.join(', ');
}
