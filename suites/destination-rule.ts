import type { Suite } from '../lib/scenario/index.ts';

export const destinationRule: Suite = {
  name: 'destination-rule',
  title: 'Destination rule overrides',
  about: 'A DestinationRule with TLS settings decides for the client, whatever the server accepts.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'ask', title: 'DISABLE on httpbin.full', objects: ['disable'] },
    { kind: 'ask', title: 'DISABLE and a rule ISTIO_MUTUAL', objects: ['disable', 'destination-rule-istio-mutual'] },
    { kind: 'ask', title: 'PERMISSIVE and a rule DISABLE', objects: ['permissive', 'destination-rule-disable'] },
    { kind: 'ask', title: 'STRICT and a rule DISABLE', objects: ['strict', 'destination-rule-disable'] },
    // Not right after DISABLE with a rule ISTIO_MUTUAL: a sidecar that cannot parse the bytes holds the connection for
    // a second.
    { kind: 'ask', title: 'STRICT and a rule ISTIO_MUTUAL', objects: ['strict', 'destination-rule-istio-mutual'] },
    { kind: 'ask', title: 'all removed', objects: [] },
  ],
};
