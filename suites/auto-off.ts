import type { Suite } from '../lib/scenario/index.ts';

export const autoOff: Suite = {
  name: 'auto-off',
  title: 'Automatic mutual TLS switched off',
  about: 'Without it, traffic falls back to plain text. STRICT refuses it, until a DestinationRule sends mutual TLS.',
  meshWide: true,
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'off, PERMISSIVE', objects: [], autoMtls: false },
    { kind: 'ask', title: 'off, STRICT on httpbin.full', objects: ['strict'], autoMtls: false },
    {
      kind: 'ask',
      title: 'off, STRICT and a rule ISTIO_MUTUAL',
      objects: ['strict', 'destination-rule-istio-mutual'],
      autoMtls: false,
    },
    { kind: 'ask', title: 'on again, all removed', objects: [] },
  ],
};
