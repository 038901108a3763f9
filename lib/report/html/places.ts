/** Returns the id of a suite. It contains a number instead of a name, because names come from outside. */
export function suiteId(nth: number): string {
  return `suite-${nth}`;
}

/** Returns the id of a cell's panel. */
export function cellId(suite: number, step: number, cell: number): string {
  return `cell-${suite}-${step}-${cell}`;
}
