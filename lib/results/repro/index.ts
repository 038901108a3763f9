// What others use of this room.

export { reproductionOf, type TargetMesh } from './reproduction.ts';
export { scriptOf } from './script.ts';
