import type { AskStep, Suite } from '../lib/scenario/index.ts';
import { passThrough, peer, route, rule } from './objects.ts';

// The fifteen configurations of Istio's own TestReachability (istio/istio
// tests/integration/security/reachability_test.go), in an order in which each changes something.

const root = 'istio-system';
const own = { selector: { app: 'echo' } };
const services = ['reach-a', 'reach-b', 'reach-multi', 'reach-naked'];

/** Returns a policy for the whole mesh. */
const mesh = (mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE') => peer(`${root}/default`, mode);
/** Returns a rule for every host. */
const all = (top: Parameters<typeof rule>[2]) => rule(`${root}/all`, '*', top);
/** Returns policies for the servers, and rules for their Services. */
const each = (mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE', tls: 'ISTIO_MUTUAL' | 'DISABLE') =>
  services.flatMap((namespace) => [
    peer(`${namespace}/own`, mode, own),
    rule(`${namespace}/own`, `*.${namespace}.svc.cluster.local`, tls),
  ]);

const step = (title: string, objects: AskStep['objects']): AskStep => ({ kind: 'ask', title, objects });

const ports = { '8080': 'DISABLE', '8090': 'DISABLE', '8443': 'DISABLE', '7070': 'DISABLE' } as const;

/** A server in migration: requests name the version that they want. */
const migration = (tls?: 'DISABLE' | 'ISTIO_MUTUAL') => [
  peer('reach-multi/default', 'STRICT'),
  route('reach-multi/echo', ['vistio', 'vlegacy']),
  rule('reach-multi/echo', 'echo', undefined, {
    subsets: [
      { name: 'vistio', labels: { version: 'v1' }, ...(tls && { trafficPolicy: { tls: { mode: tls } } }) },
      { name: 'vlegacy', labels: { version: 'v2' }, ...(tls && { trafficPolicy: { tls: { mode: tls } } }) },
    ],
  }),
];
const versions = ['reach-a/sleep', 'reach-b/sleep'].flatMap((from) =>
  ['vistio', 'vlegacy'].map((subset) => ({
    from,
    to: 'reach-multi/echo',
    port: 80,
    protocol: 'http' as const,
    subset,
  })),
);

export const reachability: Suite = {
  name: 'reachability',
  title: "The configurations of Istio's own TestReachability",
  about: "Istio's own fifteen configurations: every client, server and protocol, with the identity shown.",
  onlyIfNamed: true,
  meshWide: true,
  topology: 'reachability',
  steps: [
    step('mesh STRICT, ISTIO_MUTUAL', [mesh('STRICT'), all('ISTIO_MUTUAL')]),
    step('mesh PERMISSIVE, ISTIO_MUTUAL', [mesh('PERMISSIVE'), all('ISTIO_MUTUAL')]),
    step('mesh PERMISSIVE, DISABLE', [mesh('PERMISSIVE'), all('DISABLE')]),
    step('mesh STRICT', [mesh('STRICT')]),
    step('mesh DISABLE', [mesh('DISABLE')]),
    step('ISTIO_MUTUAL', [all('ISTIO_MUTUAL')]),
    step('mesh DISABLE, DISABLE', [mesh('DISABLE'), all('DISABLE')]),
    step('PASSTHROUGH', [all(passThrough)]),
    step('workloads STRICT, ISTIO_MUTUAL', each('STRICT', 'ISTIO_MUTUAL')),
    step('workloads PERMISSIVE, ISTIO_MUTUAL', each('PERMISSIVE', 'ISTIO_MUTUAL')),
    step('workloads DISABLE, DISABLE', each('DISABLE', 'DISABLE')),
    step(
      'workloads STRICT, their ports DISABLE',
      services.map((namespace) => peer(`${namespace}/own`, 'STRICT', { ...own, ports })),
    ),
    { ...step('migration, subsets without TLS', migration()), traffic: versions },
    { ...step('migration, subsets DISABLE', migration('DISABLE')), traffic: versions },
    { ...step('migration, subsets ISTIO_MUTUAL', migration('ISTIO_MUTUAL')), traffic: versions },
    step('all removed', []),
  ],
};
