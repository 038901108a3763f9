import type { Suite } from '../lib/scenario/index.ts';

export const strict: Suite = {
  name: 'strict',
  title: 'Lock down mutual TLS to STRICT',
  about: 'httpbin.full accepts only mutual TLS: sleep.legacy is refused, all other pairs work as before.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'STRICT on httpbin.full', objects: ['strict'] },
    { kind: 'check', title: 'strangers at the servers under STRICT', check: 'strangers' },
    { kind: 'check', title: 'impostors before the clients under STRICT', check: 'impostors' },
    { kind: 'ask', title: 'STRICT removed', objects: [] },
  ],
};
