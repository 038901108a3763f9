import { oneLine, padded, wrapped } from '../../report/index.ts';

/** No line is wider, unless it is one long name. */
export const WIDTH = 100;
/** How many lines a cell of a table has at most. */
const LINES = 8;

/** Returns rows as lines, each cell wrapped in its column. */
export function table(head: string[] | undefined, rows: string[][], across: readonly number[]): string[] {
  const lines = rows.flatMap((row) => {
    const cells = row.map((text, at) => fitted(wrapped(oneLine(text), 0, { width: across[at] ?? WIDTH })));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''));
  });
  return [...(head === undefined ? [] : [head]), ...lines].map((cells) =>
    cells
      .map((text, at) => (at === cells.length - 1 ? text : padded(text, across[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function fitted(lines: string[]): string[] {
  return lines.length <= LINES ? lines : [...lines.slice(0, LINES - 1), `… (${lines.length - LINES + 1} more lines)`];
}

/** Returns a number of things, such as `1,204 pairs`. */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
}

/** Returns some names, and how many more there are. */
export function some(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : new Intl.ListFormat('en').format(names);
}

/** Returns sentences as a list. */
export function listText(sentences: readonly string[]): string {
  return sentences.flatMap((one) => wrapped(`- ${oneLine(one)}`, 0, { hang: 2, width: WIDTH })).join('\n');
}
