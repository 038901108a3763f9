import type { Suite } from '../lib/scenario/index.ts';

export const permissive: Suite = {
  name: 'permissive',
  title: 'Start from PERMISSIVE mode',
  about: 'With nothing applied, sidecars speak mutual TLS to sidecars and plain text to all others.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'nothing applied', objects: [] },
    { kind: 'check', title: 'strangers at the servers with nothing applied', check: 'strangers' },
  ],
};
