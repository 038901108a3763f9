import type { MeshFacts } from './types.ts';

const group = 'gateway.networking.k8s.io';

const route = { reach: 'references', can: 'it can send requests elsewhere, or answer them itself' } as const;

/** Gateway API's kinds that can affect an answer. */
export const gatewayApi = {
  HTTPRoute: {
    group,
    resource: 'httproutes',
    scope: 'namespace',
    model: 'nothing',
    power: route,
  },
  GRPCRoute: {
    group,
    resource: 'grpcroutes',
    scope: 'namespace',
    model: 'nothing',
    power: route,
  },
  TCPRoute: {
    group,
    resource: 'tcproutes',
    scope: 'namespace',
    model: 'nothing',
    power: route,
  },
  TLSRoute: {
    group,
    resource: 'tlsroutes',
    scope: 'namespace',
    model: 'nothing',
    power: route,
  },
  BackendTLSPolicy: {
    group,
    resource: 'backendtlspolicies',
    scope: 'namespace',
    model: 'nothing',
    power: {
      reach: 'references',
      can: 'it can change whether requests to a Service go over TLS, and whose certificates are trusted',
    },
  },
} as const satisfies Record<string, MeshFacts>;
