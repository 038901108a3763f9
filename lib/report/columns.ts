import stringWidth from 'string-width';

// What a terminal shows: escape sequences take no room, and some characters take two columns.

/** Returns how many columns of a terminal the widest of the texts takes. */
export function widest(texts: string[]): number {
  return Math.max(0, ...texts.map((text) => stringWidth(text)));
}

/** Returns the text with blanks behind it, so that it takes so many columns of a terminal. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/**
 * Returns rows of a table as lines, two blanks between its columns and none at the end.
 * @param isRight which columns end in line, as numbers do; none where it is left out
 */
export function columns(rows: string[][], isRight: (column: number) => boolean = () => false): string[] {
  const widths = (rows[0] ?? []).map((_, at) => widest(rows.map((row) => row[at] ?? '')));
  const cell = (text: string, at: number): string => {
    const whole = padded(text, widths[at] ?? 0);
    return isRight(at) ? whole.slice(text.length) + text : whole;
  };
  return rows.map((row) => row.map(cell).join('  ').trimEnd());
}
