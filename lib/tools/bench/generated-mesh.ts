import type { KubeObject } from '../../model/index.ts';

/** How large a mesh is. */
export interface MeshSize {
  namespaces: number;
  services: number;
  pods: number;
  policies: number;
}

const security = 'security.istio.io/v1';
const networking = 'networking.istio.io/v1';
const modes = ['STRICT', 'PERMISSIVE', 'DISABLE'] as const;

/**
 * Returns the objects of a mesh as a cluster lists them: Services with their pods, each workload with its own account,
 * one namespace in ten without sidecars, and policies of all kinds that the model takes. The same size always gives the
 * same mesh.
 */
export function generatedMesh(size: MeshSize): KubeObject[] {
  const namespaces = Array.from({ length: size.namespaces }, (_, at) => namespaceAt(at));
  const services = Array.from({ length: size.services }, (_, at) => serviceAt(at, size));
  const pods = Array.from({ length: size.pods }, (_, at) => podAt(at, size));
  const policies = Array.from({ length: size.policies }, (_, at) => policyAt(at, size));
  return [istiod(), meshConfiguration(), ...namespaces, ...services, ...pods, ...policies];
}

function nameAt(at: number, { namespaces }: MeshSize): { name: string; namespace: string } {
  return { name: `service-${at}`, namespace: `team-${at % namespaces}` };
}

function isInjected(namespace: number): boolean {
  return namespace % 10 !== 9;
}

function namespaceAt(at: number): KubeObject {
  const labels = isInjected(at) ? { 'istio-injection': 'enabled' } : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `team-${at}`, labels } };
}

function serviceAt(at: number, size: MeshSize): KubeObject {
  const { name, namespace } = nameAt(at, size);
  const isHeadless = at % 20 === 7;
  const spec = {
    selector: { app: name },
    clusterIP: isHeadless ? 'None' : `10.${100 + (at >> 16)}.${(at >> 8) & 255}.${at & 255}`,
    ports: [{ name: at % 5 === 0 ? 'grpc' : 'http', port: isHeadless ? 8080 : 80, targetPort: 8080 }],
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec } as KubeObject;
}

/** Pods come in pairs of one workload; one workload in fifty has only one of its pods in the mesh. */
function podAt(at: number, size: MeshSize): KubeObject {
  const workload = at % size.services;
  const { name, namespace } = nameAt(workload, size);
  const isLeftOut = workload % 50 === 3 && at >= size.services;
  const sidecar = isInjected(workload % size.namespaces) && !isLeftOut;
  const labels = {
    app: name,
    version: at >= size.services ? 'v2' : 'v1',
    'pod-template-hash': '5d4f8',
    ...(sidecar && { 'security.istio.io/tlsMode': 'istio' }),
  };
  const containers = [
    { name: 'main', ports: [{ containerPort: 8080 }] },
    ...(sidecar ? [{ name: 'istio-proxy' }] : []),
  ];
  const ownerReferences = [{ kind: 'ReplicaSet', name: `${name}-5d4f8`, controller: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-5d4f8-${at}`, namespace, labels, ownerReferences },
    spec: { serviceAccountName: name, containers },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  } as KubeObject;
}

/** Policies in turns of ten: modes of workloads and namespaces, rules near and far, Sidecars, and what may refuse. */
function policyAt(at: number, size: MeshSize): KubeObject {
  const { name, namespace } = nameAt((at * 7) % size.services, size);
  const host = `${name}.${namespace}.svc.cluster.local`;
  const mode = modes[at % 3] ?? 'STRICT';
  const object = (apiVersion: string, kind: string, where: string, spec: object): KubeObject => {
    const creationTimestamp = new Date(Date.UTC(2026, 0, 1) + at * 60_000).toISOString();
    return {
      apiVersion,
      kind,
      metadata: { name: `policy-${at}`, namespace: where, creationTimestamp },
      spec,
    } as KubeObject;
  };
  const selector = { matchLabels: { app: name } };
  switch (at % 10) {
    case 0:
      return object(security, 'PeerAuthentication', namespace, {
        mtls: { mode: at % 20 === 0 ? 'STRICT' : 'PERMISSIVE' },
      });
    case 1:
    case 2:
    case 3:
      return object(security, 'PeerAuthentication', namespace, { selector, mtls: { mode } });
    case 4:
      return object(networking, 'DestinationRule', namespace, { host, trafficPolicy: { connectionPool: {} } });
    case 5:
      return object(networking, 'DestinationRule', namespace, {
        host,
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      });
    case 6:
      return object(networking, 'DestinationRule', `team-${at % size.namespaces}`, {
        host,
        exportTo: ['.'],
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      });
    case 7:
      return object(networking, 'VirtualService', namespace, {
        hosts: [host],
        http: [{ route: [{ destination: { host } }] }],
      });
    case 8:
      return object(security, 'AuthorizationPolicy', namespace, { selector, action: 'ALLOW', rules: [{}] });
    default:
      return object(networking, 'Sidecar', `team-${at % size.namespaces}`, {
        ...(at % 20 === 9 && { workloadSelector: { labels: { app: name } } }),
        egress: [{ hosts: ['./*', 'istio-system/*', `team-${(at * 3) % size.namespaces}/*`] }],
      });
  }
}

function istiod(): KubeObject {
  const labels = { app: 'istiod', 'istio.io/rev': 'default' };
  const containers = [{ name: 'discovery', image: 'docker.io/istio/pilot:1.31.0', env: [] }];
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'istiod', namespace: 'istio-system', labels },
    spec,
  } as KubeObject;
}

function meshConfiguration(): KubeObject {
  const data = { mesh: 'rootNamespace: istio-system\n' };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'istio', namespace: 'istio-system' },
    data,
  } as KubeObject;
}
