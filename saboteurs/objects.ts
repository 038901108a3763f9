import type { KubeObject } from '../lib/model/index.ts';

// Objects that saboteurs create.

const network = 'networking.istio.io/v1';
const security = 'security.istio.io/v1';

/** Returns an object from its kind and its `namespace/name`. */
export function object<T extends object>(apiVersion: string, kind: string, path: string, fields: T): KubeObject & T {
  const [namespace = '', name = ''] = path.split('/');
  return { apiVersion, kind, metadata: { namespace, name }, ...fields };
}

/** Returns the object with labels. */
export function labelled(one: KubeObject, labels: Record<string, string>): KubeObject {
  return { ...one, metadata: { ...one.metadata, labels } };
}

export function peerAuthentication(path: string, spec: object): KubeObject {
  return object(security, 'PeerAuthentication', path, { spec });
}

export function authorizationPolicy(path: string, spec: object): KubeObject {
  return object(security, 'AuthorizationPolicy', path, { spec });
}

export function destinationRule(path: string, host: string, mode: string): KubeObject {
  return object(network, 'DestinationRule', path, { spec: { host, trafficPolicy: { tls: { mode } } } });
}

export function sidecar(path: string, spec: object): KubeObject {
  return object(network, 'Sidecar', path, { spec });
}

export function virtualService(path: string, spec: object): KubeObject {
  return object(network, 'VirtualService', path, { spec });
}

/** Returns an EnvoyFilter with one patch. */
export function envoyFilter(path: string, app: string | undefined, patch: object): KubeObject {
  const selector = app === undefined ? {} : { workloadSelector: { labels: { app } } };
  return object('networking.istio.io/v1alpha3', 'EnvoyFilter', path, { spec: { ...selector, configPatches: [patch] } });
}

/** The filter of Envoy that speaks HTTP. */
export const hcm = 'envoy.filters.network.http_connection_manager';

/** Returns a patch of an EnvoyFilter by which a server's sidecar answers a share of requests, in per cent, with 503. */
export function fault(perCent: number): object {
  const abort = { http_status: 503, percentage: { numerator: perCent, denominator: 'HUNDRED' } };
  const typed_config = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault', abort };
  return {
    applyTo: 'HTTP_FILTER',
    match: {
      context: 'SIDECAR_INBOUND',
      listener: { filterChain: { filter: { name: hcm, subFilter: { name: 'envoy.filters.http.router' } } } },
    },
    patch: { operation: 'INSERT_BEFORE', value: { name: 'fault', typed_config } },
  };
}

/** A change of an object on its way into the API server: fields in CEL, such as `spec: Object.spec{…}`. */
export function applied(fields: string): object {
  return { patchType: 'ApplyConfiguration', applyConfiguration: { expression: `Object{${fields}}` } };
}

/** A change of an object on its way into the API server: adds a field. Path and value are in CEL. */
export function added(path: string, value: string): object {
  const expression = `[JSONPatch{op: "add", path: "${path}", value: ${value}}]`;
  return { patchType: 'JSONPatch', jsonPatch: { expression } };
}

/**
 * Returns a policy that changes objects on their way into the API server, with its binding.
 * @param condition in CEL: which objects
 */
export function admission(
  name: string,
  { group, resource }: { group: string; resource: string },
  condition: string,
  change: object,
): KubeObject[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = [
    { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [resource] },
  ];
  const spec = {
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    matchConstraints: { resourceRules },
    matchConditions: [{ name: 'chosen', expression: condition }],
    mutations: [change],
  };
  const metadata = { name };
  const policy = { apiVersion, kind: 'MutatingAdmissionPolicy', metadata, spec };
  const binding = { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName: name } };
  return [policy, binding];
}
