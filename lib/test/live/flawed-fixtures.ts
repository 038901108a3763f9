import type { KubeObject } from '../../model/types.ts';
import { bare, client, namespace, networking, object, security, server, service } from './bazaar-fixtures.ts';

// A mesh in which a handful of things is wrong, for the live test of `automtls lint`.

const selecting = (app: string): object => ({ selector: { matchLabels: { app } } });
const tls = (host: string, mode: string): object => ({
  host: `${host}.flawed.svc.cluster.local`,
  trafficPolicy: { tls: { mode } },
});

/** The objects, in the order in which to create them. */
export const flawed: readonly KubeObject[] = [
  namespace('flawed', true),
  namespace('away', false),
  ...client('flawed', 'sleep'),
  ...client('flawed', 'poller', { labels: bare }),
  ...client('away', 'sleep'),
  object(security, 'PeerAuthentication', 'flawed', 'default', { mtls: { mode: 'STRICT' } }),
  // Nothing is wrong with it.
  ...server('flawed', 'web'),
  service('flawed', 'web'),
  ...server('flawed', 'cart'),
  service('flawed', 'cart'),
  object(networking, 'DestinationRule', 'flawed', 'cart', tls('cart', 'DISABLE')),
  ...server('flawed', 'open'),
  service('flawed', 'open'),
  object(security, 'PeerAuthentication', 'flawed', 'open', { ...selecting('open'), mtls: { mode: 'PERMISSIVE' } }),
  object(networking, 'DestinationRule', 'flawed', 'open', tls('open', 'DISABLE')),
  ...server('flawed', 'mainframe', { labels: bare }),
  service('flawed', 'mainframe'),
  object(networking, 'DestinationRule', 'flawed', 'mainframe', tls('mainframe', 'ISTIO_MUTUAL')),
  ...server('flawed', 'past', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }),
  service('flawed', 'past'),
  service('flawed', 'metrics', { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 15_020 }] }),
  service('flawed', 'pods', { selector: { app: 'web' }, clusterIP: 'None' }),
  // The Service's port, where the pods listen on 8080.
  object(security, 'PeerAuthentication', 'flawed', 'port', {
    ...selecting('cart'),
    portLevelMtls: { 80: { mode: 'PERMISSIVE' } },
  }),
  object(security, 'AuthorizationPolicy', 'flawed', 'nobody', { ...selecting('basket'), action: 'DENY', rules: [{}] }),
];
