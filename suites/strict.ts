import type { Suite } from '../lib/run/suite.ts';

export const strict: Suite = {
  name: 'strict',
  title: 'Lock down mutual TLS to STRICT',
  about: 'httpbin.full takes mutual TLS alone: sleep.legacy is refused, all others go on.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'STRICT on httpbin.full', objects: ['strict'] },
    { kind: 'ask', title: 'STRICT removed', objects: [] },
  ],
};
