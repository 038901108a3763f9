import type { Suite } from '../lib/scenario/index.ts';

export const samePort: Suite = {
  name: 'same-port',
  title: 'Refused, and asked again from the same port',
  about:
    'What STRICT refuses once it refuses again from the same local port, which Linux still takes for that of a connection.',
  onlyIfNamed: true,
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'STRICT', objects: ['strict'] },
    { kind: 'check', title: 'plain text from the port of a refused request', check: 'same-port' },
    { kind: 'ask', title: 'removed', objects: [] },
  ],
};
