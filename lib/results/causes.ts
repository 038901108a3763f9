import type { CellResult } from './types.ts';

/**
 * Returns a cell's reason with its likely causes, in one sentence. The reason itself says already what makes the cell
 * doubtful.
 */
export function whyWithCauses({ why, causes = [] }: Pick<CellResult, 'why' | 'causes'>): string {
  const likely = causes.flatMap(({ code, text }) => (code === 'in-doubt' ? [] : [text]));
  return likely.length === 0 ? why : `${why}; a likely cause: ${likely.join('; ')}`;
}
