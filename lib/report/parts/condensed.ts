/** A table of what came of pairs. */
export interface Table<Cell> {
  columns: string[];
  rows: { name: string; cells: Cell[] }[];
}

/** The number of cells up to which a table is shown as it is. */
const MOST = 40;

/**
 * Returns a large table with rows that say the same as one, and then columns.
 * @param textOf returns what a cell says; undefined if it must be seen by itself, as what did not pass must
 */
export function condensed<Cell>(table: Table<Cell>, textOf: (cell: Cell) => string | undefined): Table<Cell> {
  const { columns, rows } = table;
  if (columns.length * rows.length <= MOST) return table;
  return turned(fewerRows(turned(fewerRows(table, textOf)), textOf));
}

function fewerRows<Cell>({ columns, rows }: Table<Cell>, textOf: (cell: Cell) => string | undefined): Table<Cell> {
  const keyOf = ({ cells }: Table<Cell>['rows'][number], at: number): string => {
    const texts = cells.map(textOf);
    return texts.includes(undefined) ? String(at) : JSON.stringify(texts);
  };
  const keyed = rows.map((row, at) => ({ row, key: keyOf(row, at) }));
  const groups = [...Map.groupBy(keyed, ({ key }) => key).values()];
  return {
    columns,
    rows: groups.map((group) => ({
      name: namesWords(group.map(({ row }) => row.name)),
      cells: (group[0] as (typeof group)[number]).row.cells,
    })),
  };
}

function turned<Cell>({ columns, rows }: Table<Cell>): Table<Cell> {
  return {
    columns: rows.map(({ name }) => name),
    rows: columns.map((name, at) => ({ name, cells: rows.map(({ cells }) => cells[at] as Cell) })),
  };
}

function namesWords([first = '', ...others]: string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
