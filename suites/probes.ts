import type { Suite } from '../lib/scenario/index.ts';
import { peer } from './objects.ts';

// Istio's own TestMtlsHealthCheck, TestTCPProbe and TestGRPCProbe (istio/istio tests/integration/security and pilot).

export const probes: Suite = {
  name: 'probes',
  title: 'Health probes under STRICT',
  about: "Pods stay ready under STRICT if the sidecar's agent answers the kubelet's probes, and else do not.",
  onlyIfNamed: true,
  // Before, the injector drops gRPC probes, and the API server refuses the pod.
  since: '1.13',
  topology: 'probes',
  steps: [
    { kind: 'ask', title: 'no policy', objects: [] },
    { kind: 'check', title: 'every container is ready', check: 'probes' },
    { kind: 'ask', title: 'STRICT', objects: [peer('probed/default', 'STRICT')] },
    { kind: 'check', title: 'what the agent answers, or only connects, stays ready under STRICT', check: 'probes' },
    { kind: 'ask', title: 'STRICT removed', objects: [] },
    { kind: 'check', title: 'every container is ready again', check: 'probes' },
  ],
};
