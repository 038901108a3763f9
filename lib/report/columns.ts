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
