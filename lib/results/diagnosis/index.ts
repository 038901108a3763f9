// What others use of this room.

export { diagnose } from './diagnose.ts';
