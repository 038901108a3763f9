import type { Suite } from '../lib/scenario/index.ts';

export const migration: Suite = {
  name: 'migration',
  title: 'Working with sidecar migration',
  about: 'Many requests to httpbin.partial reach both the workload with a sidecar and the one without.',
  topology: 'auto-mtls',
  steps: [
    {
      kind: 'ask',
      title: 'both kinds of endpoint answer sleep.full',
      objects: [],
      traffic: [{ from: 'full/sleep', to: 'partial/httpbin', port: 8000, protocol: 'http' }],
      answers: 100,
    },
  ],
};
