import type { Suite } from '../lib/scenario/index.ts';

export const disable: Suite = {
  name: 'disable',
  title: 'Disable mutual TLS to plain text',
  about: 'httpbin.full accepts only plain text, and clients with a sidecar adapt automatically.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'DISABLE on httpbin.full', objects: ['disable'] },
    { kind: 'ask', title: 'DISABLE removed', objects: [] },
  ],
};
