import type { Suite } from '../lib/scenario/index.ts';

const subset = (name: string) =>
  ({ from: 'meshed/sleep', to: 'mixed/echo', port: 80, protocol: 'http', subset: name }) as const;

export const protocols: Suite = {
  name: 'protocols',
  title: 'HTTP, gRPC, TCP and HTTPS',
  about:
    "What the task shows of HTTP, asked of four protocols; where no header shows mutual TLS, sidecars' counters do.",
  onlyIfNamed: true,
  topology: 'protocols',
  steps: [
    { kind: 'ask', title: 'no policy', objects: [] },
    { kind: 'check', title: 'strangers at the servers without a policy', check: 'strangers' },
    { kind: 'ask', title: 'STRICT', objects: ['protocols-strict'] },
    { kind: 'check', title: 'strangers at the servers under STRICT', check: 'strangers' },
    { kind: 'ask', title: 'plain text to STRICT', objects: ['protocols-strict', 'protocols-plain'] },
    { kind: 'ask', title: 'plain text to PERMISSIVE', objects: ['protocols-plain'] },
    {
      kind: 'ask',
      title: 'each subset alone',
      objects: ['protocols-subsets'],
      traffic: [subset('v1'), subset('v2')],
    },
    { kind: 'ask', title: 'mutual TLS to a pod without a sidecar', objects: ['protocols-mutual'] },
    { kind: 'ask', title: 'nothing left', objects: [] },
  ],
};
