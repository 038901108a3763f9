import type { TopologyName } from '../../kinds/index.ts';
import {
  aliasTarget,
  backing,
  type KubeObject,
  type Question,
  type Service,
  serviceNamed,
  type Workload,
  type World,
} from '../../model/index.ts';
import { servicesNamed } from '../../verdict/index.ts';

/** What one pair needs of a topology and of a step's objects. */
export interface Needs {
  /** In the order in which to create them. */
  workloads: KubeObject[];
  policies: KubeObject[];
}

/** The objects of a topology and of a step, and what the model reads in them. */
export interface Whole {
  objects: KubeObject[];
  policies: KubeObject[];
  topology: Pick<World, 'workloads' | 'services'>;
}

/**
 * Returns what may be enough for a client to ask a Service as in the whole topology, the fewest first:
 * - the client, the Service and what it stands for, the pods behind it, other Services of these pods; of the step's
 *   objects, those in these namespaces, those outside of the topology, and those that name the Service's host
 * - the same with all Services: what a sidecar does with a host that it does not know may depend on others
 * - everything
 */
export function needsOf(whole: Whole, { client, server }: Question): Needs[] {
  const { workloads, services } = whole.topology;
  const named = serviceNamed(services, server) as Service;
  const asked = [named, aliasTarget(whole.topology, named)];
  const behind = asked.flatMap((service) => backing(service, workloads));
  const asker = workloads.filter(({ namespace, name }) => namespace === client.namespace && name === client.name);
  // A sidecar's listeners follow from all Services that select its pod.
  const sharing = services.filter((service) => backing(service, behind).length > 0);
  const own = [...asker, ...behind];
  const policies = policiesFor(whole, own, asked);
  return [
    { workloads: objectsFor(whole, { workloads: own, services: [...asked, ...sharing], policies }), policies },
    { workloads: objectsFor(whole, { workloads: own, services, policies }), policies },
    { workloads: whole.objects, policies: whole.policies },
  ];
}

function policiesFor({ objects, policies }: Whole, workloads: Workload[], services: Service[]): KubeObject[] {
  const known = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const pair = namespacesOf(workloads, services);
  return policies.filter((policy) => {
    const { namespace = '' } = policy.metadata;
    return (
      !known.includes(namespace) ||
      pair.has(namespace) ||
      servicesNamed(hostsOf(policy), namespace, services).length > 0
    );
  });
}

function objectsFor(
  { objects }: Whole,
  { workloads, services, policies }: { workloads: Workload[]; services: Service[]; policies: KubeObject[] },
): KubeObject[] {
  const namespaces = new Set([
    ...namespacesOf(workloads, services),
    ...policies.map(({ metadata }) => metadata.namespace ?? ''),
  ]);
  const isOneOf = (all: { namespace?: string; name: string }[], { metadata }: KubeObject): boolean =>
    all.some(({ namespace, name }) => namespace === metadata.namespace && name === metadata.name);
  const accounts = workloads.map(({ namespace, serviceAccount: name }) => ({ namespace, name }));
  const kept: Record<TopologyName, (object: KubeObject) => boolean> = {
    Namespace: ({ metadata }) => namespaces.has(metadata.name),
    ServiceAccount: (object) => isOneOf(accounts, object),
    Service: (object) =>
      isOneOf(
        services.map(({ metadata }) => metadata),
        object,
      ),
    Deployment: (object) => isOneOf(workloads, object),
  };
  return objects.filter((object) => kept[object.kind as TopologyName](object));
}

function namespacesOf(workloads: Workload[], services: Service[]): Set<string> {
  return new Set([
    ...workloads.map(({ namespace }) => namespace),
    ...services.map(({ metadata }) => metadata.namespace ?? 'default'),
  ]);
}

/** Returns the hosts that an object is for: a DestinationRule has one, other kinds have a list. */
function hostsOf(object: KubeObject): string[] {
  const { spec } = object as KubeObject & { spec?: { host?: string; hosts?: string[] } };
  return [...(spec?.host === undefined ? [] : [spec.host]), ...(spec?.hosts ?? [])];
}
