// What others use of this room.

export { type OwnMesh, ownMesh } from './own-mesh.ts';
export { representing } from './selected.ts';
export { assertSoundManifests, assertSoundStep } from './sound.ts';
export { CLIENT, isWorkload, STAND_IN, type StandIn, standInOf, standIns } from './stand-ins.ts';
export { type OwnSteps, ownSuites, snapshotsOf } from './suites.ts';
