import type { KubeObject } from '../../model/types.ts';
import { client, namespace, networking, object, security, server, service } from './bazaar-fixtures.ts';

// What lies at the edge of a mesh: connections that get past sidecars, and endpoints that no selector has.

const past = (name: string, value: string) => ({ annotations: { [`traffic.sidecar.istio.io/${name}`]: value } });

/** Servers and clients with a sidecar that does not take all of their connections. */
const ports = [
  namespace('past', true),
  ...server('past', 'excluded', past('excludeInboundPorts', '9090,8080')),
  service('past', 'excluded'),
  object(security, 'PeerAuthentication', 'past', 'excluded', {
    selector: { matchLabels: { app: 'excluded' } },
    mtls: { mode: 'STRICT' },
  }),
  ...server('past', 'included', past('includeInboundPorts', '9090')),
  service('past', 'included'),
  ...server('past', 'inner'),
  service('past', 'inner'),
  object(security, 'PeerAuthentication', 'past', 'inner', {
    selector: { matchLabels: { app: 'inner' } },
    mtls: { mode: 'STRICT' },
  }),
  // Its sidecar's own port, as Services for metrics have it.
  service('past', 'metrics', { selector: { app: 'inner' }, ports: [{ name: 'http', port: 80, targetPort: 15_090 }] }),
  ...client('past', 'sleep'),
  ...client('past', 'port', past('excludeOutboundPorts', '80')),
  ...client('past', 'range', past('excludeOutboundIPRanges', '10.0.0.0/8')),
  ...client('past', 'nothing', past('includeOutboundIPRanges', '')),
  ...client('past', 'some', {
    annotations: {
      'traffic.sidecar.istio.io/includeOutboundIPRanges': '192.0.2.0/24',
      'traffic.sidecar.istio.io/includeOutboundPorts': '80',
    },
  }),
];

/** The objects, in the order in which to create them. */
export const outskirts: readonly KubeObject[] = ports;

/**
 * Returns Services without a selector and a WorkloadEntry.
 * @param addressOf returns the address of the pod with a label `app` in a namespace
 */
export function written(addressOf: (namespace: string, app: string) => string): KubeObject[] {
  const [inner, ledger, legacy] = [
    addressOf('past', 'inner'),
    addressOf('pay', 'ledger'),
    addressOf('legacy', 'httpbin'),
  ];
  return [
    ...byHand('hand-own', inner),
    ...byHand('hand-other', ledger),
    ...byHand('hand-bare', legacy),
    ...byHand('hand-both', inner, legacy),
    service('past', 'entry', { selector: { entry: 'yes' } }),
    object(networking, 'WorkloadEntry', 'past', 'entry', { address: legacy, labels: { entry: 'yes' } }),
  ];
}

function byHand(name: string, ...addresses: string[]): KubeObject[] {
  const labels = { 'kubernetes.io/service-name': name };
  return [
    service('past', name, { selector: undefined }),
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace: 'past', labels },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      endpoints: addresses.map((address) => ({ addresses: [address] })),
    } as KubeObject,
  ];
}
