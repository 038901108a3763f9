// What others use of this room.

export { turnsTold } from './judge.ts';
export { prove } from './prove.ts';
export type { Because, Hands, Saboteur } from './saboteur.ts';
export type { Proof, TriedSaboteur } from './types.ts';
export { htmlProof } from './views/page.ts';
export { proofTerminal, saboteurList, triedLine } from './views/terminal.ts';
