import stringWidth from 'string-width';

// Widths are in columns of a terminal: escape sequences have none, and some characters have two.

/** Returns the width of the widest text. */
export function widest(texts: string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

/** Returns the text, padded with spaces to a width. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/**
 * Returns the rows of a table as lines, with two spaces between columns and none at the end.
 * @param isRight which columns are aligned to the right, like numbers; none by default
 */
export function columns(rows: string[][], isRight: (column: number) => boolean = () => false): string[] {
  const widths = (rows[0] ?? []).map((_, at) => widest(rows.map((row) => row[at] ?? '')));
  const cell = (text: string, at: number): string => {
    const whole = padded(text, widths[at] ?? 0);
    return isRight(at) ? whole.slice(text.length) + text : whole;
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}

/** The width that tables and sentences of a run's report keep to. */
export const WIDTH = 80;

/**
 * Returns a text as lines that end between words. A word that is longer than a line stays whole.
 * @param indent the spaces before each line
 * @param hang the additional spaces before each line but the first
 */
export function wrapped(text: string, indent: number, { hang = 0, width = WIDTH } = {}): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stringWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(' '.repeat(indent + (lines.length === 0 ? 0 : hang)) + word);
  }
  return lines;
}

/** A cell of a table, and how a terminal paints it. */
export interface TableCell {
  text: string;
  paint(text: string): string;
}

/** A row of a table: its name, and its cells in the order of the columns. */
export interface TableRow {
  name: string;
  cells: TableCell[];
}

/** Returns whether a table fits into a width, its columns beside each other. */
export function isFitting(head: string[], rows: TableRow[], width = WIDTH): boolean {
  return widest(columns(textsOf(head, rows))) <= width;
}

/**
 * Returns a table as lines no wider than a width. Columns for which there is no room stand below, each with the names of
 * the rows again. If there is no room for a column beside the names, its cells stand under them.
 * @param paintHead how a terminal paints the names of the columns
 */
export function fittingTable(
  head: string[],
  rows: TableRow[],
  paintHead: (text: string) => string,
  width = WIDTH,
): string[] {
  const part = (from: number, to: number) => ({
    head: head.slice(from, to),
    rows: rows.map(({ name, cells }) => ({ name, cells: cells.slice(from, to) })),
  });
  const lines: string[] = [];
  for (let from = 0; from < head.length; ) {
    let to = head.length;
    while (to > from + 1 && !isFitting(part(from, to).head, part(from, to).rows, width)) to -= 1;
    const one = part(from, to);
    lines.push(...(isFitting(one.head, one.rows, width) ? besides(one, paintHead) : below(one, paintHead, width)));
    from = to;
  }
  return lines;
}

interface TablePart {
  head: string[];
  rows: TableRow[];
}

function textsOf(head: string[], rows: TableRow[]): string[][] {
  return [['', ...head], ...rows.map(({ name, cells }) => [name, ...cells.map(({ text }) => text)])];
}

function besides({ head, rows }: TablePart, paintHead: (text: string) => string): string[] {
  const painted = rows.map(({ name, cells }) => [name, ...cells.map(({ text, paint }) => paint(text))]);
  const [first = '', ...others] = columns([['', ...head], ...painted]);
  return [paintHead(first), ...others];
}

function below({ head, rows }: TablePart, paintHead: (text: string) => string, width: number): string[] {
  return [
    ...head.map(paintHead),
    ...rows.flatMap(({ name, cells }) => [
      name,
      ...cells.flatMap(({ text, paint }) => wrapped(text, 2, { width }).map((one) => paint(one))),
    ]),
  ];
}
