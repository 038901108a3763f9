import type { Suite } from '../lib/run/suite.ts';

const subset = (name: string) =>
  ({ from: 'meshed/sleep', to: 'mixed/echo', port: 80, protocol: 'http', subset: name }) as const;

/**
 * HTTP and gRPC are left out: the sidecar tries them again on the other pod, but draws the same one six times in a row now
 * and then, and so one request in 8192 ends with 503.
 */
const mixed = ['meshed/sleep', 'bare/sleep'].flatMap((from) => [
  { from, to: 'mixed/echo', port: 90, protocol: 'tcp' as const },
  { from, to: 'mixed/echo', port: 443, protocol: 'https' as const },
]);

export const protocols: Suite = {
  name: 'protocols',
  title: 'HTTP, gRPC, TCP and HTTPS',
  about:
    "What the task shows of HTTP, asked of four protocols; where no header shows mutual TLS, sidecars' counters do.",
  onlyIfNamed: true,
  topology: 'protocols',
  steps: [
    { kind: 'ask', title: 'no policy', objects: [] },
    { kind: 'ask', title: 'STRICT', objects: ['protocols-strict'] },
    { kind: 'ask', title: 'plain text to STRICT', objects: ['protocols-strict', 'protocols-plain'] },
    { kind: 'ask', title: 'plain text to PERMISSIVE', objects: ['protocols-plain'] },
    {
      kind: 'ask',
      title: 'each subset alone',
      objects: ['protocols-subsets'],
      traffic: [subset('v1'), subset('v2')],
    },
    {
      kind: 'ask',
      title: 'mutual TLS to a pod without a sidecar',
      objects: ['protocols-mutual'],
      traffic: mixed,
    },
    { kind: 'ask', title: 'nothing left', objects: [] },
  ],
};
