import { type Redirection, redirectionOf, redirectionWith, type Workload } from '../../model/index.ts';
import { redirecting } from '../read/trim.ts';
import type { Container, PodTemplate } from '../snapshot.ts';

/** A workload of a mesh: what the model takes, and what else can change an answer. */
export interface MeshWorkload {
  /** What the model takes. Its name is the controller's, with a pod's behind it where a controller's pods differ. */
  workload: Workload;
  /** The kind of its controller, such as `StatefulSet`. */
  kind: string;
  /** Whether its proxy is a gateway's or a waypoint's, which takes and sends what Gateways and routes say. */
  role: 'application' | 'gateway' | 'waypoint';
  /** Whether it is in the ambient mesh. */
  ambient: boolean;
  /** The control plane that made its sidecar; undefined if that is not known. */
  revision: string | undefined;
  /** The network that its label names. */
  network: string | undefined;
  /** Istio's annotations of its pods. */
  annotations: Readonly<Record<string, string>>;
}

export const PROXY = 'istio-proxy';

/** Returns the containers of a pod that have its proxy. A native sidecar is an init container. */
export function proxiesOf({ containers = [], initContainers = [] }: NonNullable<PodTemplate['spec']>): Container[] {
  return [...containers, ...initContainers].filter(({ name }) => name === PROXY);
}

/** Returns what a pod's proxy is for. Its template says so before the pod is there. */
export function roleOf(
  proxies: Container[],
  labels: Record<string, string>,
  annotations: Record<string, string>,
): MeshWorkload['role'] {
  const args = proxies.flatMap((proxy) => proxy.args ?? []);
  if (args.includes('waypoint') || labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller') return 'waypoint';
  const isGateway = args.includes('router') || annotations['inject.istio.io/templates'] === 'gateway';
  return isGateway || labels['gateway.networking.k8s.io/gateway-name'] !== undefined ? 'gateway' : 'application';
}

/** Arguments by which the init container is told what to redirect. */
const flags = {
  includeInboundPorts: '-b',
  excludeInboundPorts: '-d',
  includeOutboundPorts: '-q',
  excludeOutboundPorts: '-o',
  includeOutboundIPRanges: '-i',
  excludeOutboundIPRanges: '-x',
} as const satisfies Record<keyof Redirection, string>;

/** What the init container always excludes: the sidecar's own ports. */
const always = ['15020', '15021', '15090'];

/**
 * Returns which connections of pods their sidecar takes. Their init container was told so, which has also what is set for
 * the whole mesh; without one, as with old CNI plugins, the annotations say it.
 */
export function redirectionIn(
  { initContainers = [] }: NonNullable<PodTemplate['spec']>,
  annotations: Readonly<Record<string, string>>,
): Redirection | undefined {
  const args = initContainers.find(({ name }) => redirecting.includes(name))?.args;
  if (args === undefined) return redirectionOf(annotations);
  const said = Object.entries(flags).map(([name, flag]) => {
    const at = args.indexOf(flag);
    const values = at < 0 ? undefined : args[at + 1]?.split(',').filter((one) => !always.includes(one));
    return [name, values?.join(',')];
  });
  return redirectionWith(Object.fromEntries(said));
}

/** Returns the ports of an application's containers. */
export function portsOf(containers: Container[] = []): Workload['ports'] {
  return containers
    .filter(({ name }) => name !== PROXY)
    .flatMap(({ ports = [] }) => ports)
    .map(({ name, containerPort }) => ({ ...(name !== undefined && { name }), port: containerPort }));
}

/** Returns whether pods are in the ambient mesh: by their own label, or else by their namespace's. */
export function isAmbient(labels: Record<string, string>, namespaceLabels: Record<string, string>): boolean {
  return (labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode']) === 'ambient';
}
