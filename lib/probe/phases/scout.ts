import { answering, changes } from '../../verdict/index.ts';
import { isSlow } from '../slow.ts';
import type { Cell } from '../types.ts';

/**
 * Returns a cell that shows a change, soon if possible. A refusal shows nothing if no server answers its client: then
 * nobody else would be asked until the time for the arrival is up.
 */
export function scoutAmong(cells: Cell[]): Cell | undefined {
  const answered = new Set(cells.filter(answering).map(({ client }) => client));
  const changing = cells.filter((cell) => changes(cell) && answered.has(cell.client));
  return changing.find((cell) => !isSlow(cell)) ?? changing[0];
}
