import type { Matrix } from './matrix.ts';

/** By how many rows and columns a key moves. */
const moves: Readonly<Record<string, { down?: number; right?: number }>> = {
  ArrowUp: { down: -1 },
  ArrowDown: { down: 1 },
  ArrowLeft: { right: -1 },
  ArrowRight: { right: 1 },
  PageUp: { down: -10 },
  PageDown: { down: 10 },
  Home: { right: -Infinity },
  End: { right: Infinity },
};

/** Makes the cells of a matrix one stop of Tab, within which arrows move and Enter chooses, as in any grid. */
export function takeKeys({ table, grid }: Matrix, choose: (cell: HTMLElement) => void): void {
  const places = new Map(grid.flatMap((row, at) => row.map((cell, column) => [cell, { row: at, column }] as const)));
  const first = grid[1]?.[1];
  if (first !== undefined) first.tabIndex = 0;
  const focus = (cell: HTMLElement | undefined): void => cell?.focus();
  table.addEventListener('focusin', ({ target }) => {
    for (const cell of table.querySelectorAll<HTMLElement>('[tabindex="0"]')) cell.tabIndex = -1;
    (target as HTMLElement).tabIndex = 0;
  });
  table.addEventListener('keydown', (event) => {
    const cell = event.target as HTMLElement;
    const place = places.get(cell);
    if (place === undefined || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      choose(cell);
      return;
    }
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const row = within(place.row + (move.down ?? 0), grid.length);
    const column = within(place.column + (move.right ?? 0), grid[row]?.length ?? 0);
    // There is nothing in the corner.
    focus(grid[row]?.[column] ?? cell);
  });
}

function within(place: number, length: number): number {
  return Math.max(0, Math.min(place, length - 1));
}
