// What others use of this room.

export type { Bench } from './answering.ts';
export { bench } from './bench.ts';
export { type CheckTime, checkTime, largeMesh, missed, usualMesh } from './check-times.ts';
export { istioReachability } from './istio-test.ts';
export { ourReachability, type Reachability } from './reachability.ts';
export { type Size, sizes } from './sizes.ts';
