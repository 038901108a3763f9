import type { Suite } from '../lib/scenario/index.ts';

export const cleanup: Suite = {
  name: 'cleanup',
  title: 'Cleanup',
  about: 'Nothing of the run is left, and the mesh is as it was found.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'check', title: 'namespaces and policies of the run are gone', check: 'torn-down' },
    { kind: 'check', title: 'the mesh configuration is as it was found', check: 'mesh-as-found' },
  ],
};
