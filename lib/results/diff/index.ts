// What others use of this room.

export { compare } from './compare.ts';
export { foundBy } from './found.ts';
export type { Change, Diff, NotComparable, Observed, Side } from './types.ts';
