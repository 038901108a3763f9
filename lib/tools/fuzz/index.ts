// What others use of this room.

export { coveredWords, notExercised } from './exercised.ts';
export { writeFound } from './found.ts';
export { type FuzzResult, fuzz } from './fuzz.ts';
export type { Stack } from './stacks.ts';
