// What others use of this room.

export { coveredWords, notExercised } from './exercised.ts';
export { writeFound } from './found.ts';
export { type FuzzResult, fuzz } from './fuzz.ts';
export type { WrongPair } from './meshes/compare.ts';
export { type AskedMesh, compareMeshes } from './meshes/meshes.ts';
export type { Stack } from './stacks.ts';
