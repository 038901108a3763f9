import { powerOf } from '../../../kinds/index.ts';
import {
  hasSidecar,
  isAddress,
  type Question,
  type Service,
  selects,
  servicesAsked,
  type Workload,
  workloadName,
  workloadNamed,
  workloadsAsked,
} from '../../../model/index.ts';
import type { OthersObject, Pods, RunSetting } from '../../record/looked.ts';
import { hostOf, servicesNamed } from './named.ts';
import { podsOf } from './pods.ts';

/** On what an object of others acts. */
export interface Reach {
  /** In words, such as `acts on full/httpbin`. */
  what: string;
  /**
   * Returns whether the answers to a question can be affected. If that is not certain, they can.
   * @param passed whether all were as expected: then requests that others were led to the same server changed none
   */
  touches(question: Question, passed: boolean): boolean;
}

/** What must be known of a run to say on what of it others' objects act. */
export type ReachSetting = Pick<RunSetting, 'topology' | 'mesh' | 'namespaces'>;

/** The labels that selectors may match for a workload: its own, and those of each of its pods on the cluster. */
export interface Labelled {
  workload: Workload;
  labels: Record<string, string>[];
}

/** Returns the labels that selectors may match for each of the run's workloads. */
export function labelled({ topology, made }: Pick<RunSetting, 'topology' | 'made'>, pods?: Pods): Labelled[] {
  return topology.workloads.map((workload) => {
    const there = pods === undefined ? [] : podsOf(workload, pods, made);
    return { workload, labels: [workload.labels, ...there.map(({ metadata }) => metadata.labels ?? {})] };
  });
}

/** Returns on which of the run's workloads or hosts an object acts; undefined if on none. */
export function reachOf(known: ReachSetting, object: OthersObject, all: Labelled[]): Reach | undefined {
  switch (powerOf(object)?.reach) {
    case 'selected-servers':
      return selected(known, object, all, { servers: true });
    case 'selected':
      return selected(known, object, all, { servers: false });
    case 'hosts':
      return named(known, object);
    case 'references':
      return referred(known, object);
    case 'endpoint':
      return asEndpoint(known, object);
    default:
      return undefined;
  }
}

/**
 * Returns on which workloads an object acts. In the root namespace it acts on all namespaces, but a Sidecar only if it
 * has no selector (istio/istio pilot/pkg/model/sidecar.go). An object with targetRefs is for gateways and waypoints.
 * @param only whether it acts only on what sidecars of servers take
 */
function selected(
  known: ReachSetting,
  object: OthersObject,
  of: Labelled[],
  only: { servers: boolean },
): Reach | undefined {
  const { selector, workloadSelector, targetRef, targetRefs = [] } = object.spec ?? {};
  if (targetRef !== undefined || targetRefs.length > 0) return undefined;
  const labels = selector?.matchLabels ?? workloadSelector?.labels ?? {};
  const all = Object.keys(labels).length === 0;
  const { namespace = '' } = object.metadata;
  const everywhere = namespace === known.mesh.rootNamespace && (all || object.kind !== 'Sidecar');
  const chosen = of.flatMap(({ workload, labels: given }) =>
    hasSidecar(workload) &&
    (everywhere || workload.namespace === namespace) &&
    given.some((some) => selects(labels, some))
      ? [workload]
      : [],
  );
  if (chosen.length === 0) return undefined;
  const names = chosen.map(workloadName);
  return {
    what: all ? `acts on every workload${everywhere ? '' : ` in ${namespace}`}` : `acts on ${names.join(', ')}`,
    touches: ({ client, server }) =>
      (!only.servers && names.includes(workloadName(client))) ||
      workloadsAsked(known.topology, server).some((workload) => names.includes(workloadName(workload))),
  };
}

/**
 * Returns which of the run's hosts an object names. In a namespace of the run every object counts, since nobody else
 * should create any there. Only clients with a sidecar see it.
 */
function named(known: ReachSetting, { metadata, spec = {}, destinations = [] }: OthersObject): Reach | undefined {
  const namespaces = Object.values(known.namespaces);
  const { namespace = 'default' } = metadata;
  const { hosts = [], exportTo = ['*'], gateways = ['mesh'] } = spec;
  const sees = (client: string): boolean =>
    exportTo.some((to) => to === '*' || to === client || (to === '.' && client === namespace));
  const isSeen = namespaces.includes(namespace) || namespaces.some(sees);
  const services = servicesNamed(hosts, namespace, known.topology.services);
  // A VirtualService only for gateways routes nothing between sidecars.
  if (isSeen && gateways.includes('mesh') && services.length > 0) {
    const led = servicesNamed(destinations, namespace, known.topology.services);
    const isOf = (some: Service[], { server }: Question): boolean =>
      servicesAsked(known.topology, server).some((service) => some.includes(service));
    return {
      what: `names ${services.map(hostOf).join(', ')}`,
      touches: (question, passed) =>
        (isProxied(known, question.client) && sees(question.client.namespace) && isOf(services, question)) ||
        (!passed && isOf(led, question)),
    };
  }
  if (!namespaces.includes(namespace)) return undefined;
  // Addresses may be those of any host, and what has no host may be delegated to.
  const isElsewhere = hosts.length > 0 && !hosts.some((host) => isAddress(host)) && (spec.addresses ?? []).length === 0;
  return { what: `is in ${namespace}`, touches: ({ client }) => !isElsewhere && isProxied(known, client) };
}

/** Returns to which of the run's Services an object refers; others of these kinds are for gateways. */
function referred(known: ReachSetting, { metadata: { namespace: home }, spec = {} }: OthersObject): Reach | undefined {
  const references = [...(spec.parentRefs ?? []), ...(spec.targetRefs ?? [])].filter(({ kind }) => kind === 'Service');
  const services = known.topology.services.filter(({ metadata }) =>
    references.some(({ name, namespace = home }) => name === metadata.name && namespace === metadata.namespace),
  );
  if (services.length === 0) return undefined;
  return {
    what: `is for ${services.map(hostOf).join(', ')}`,
    touches: ({ client, server }) =>
      isProxied(known, client) && servicesAsked(known.topology, server).some((service) => services.includes(service)),
  };
}

/** Returns of which of the run's Services a WorkloadEntry is an endpoint. Only clients with a sidecar know it. */
function asEndpoint(known: ReachSetting, { metadata, spec = {} }: OthersObject): Reach | undefined {
  const { labels = {} } = spec;
  const { namespace = 'default' } = metadata;
  if (!Object.values(known.namespaces).includes(namespace)) return undefined;
  const services = known.topology.services.filter(
    (service) =>
      service.metadata.namespace === namespace &&
      service.spec.selector !== undefined &&
      selects(service.spec.selector, { ...metadata.labels, ...labels }),
  );
  return {
    what: services.length === 0 ? `is in ${namespace}` : `is an endpoint of ${services.map(hostOf).join(', ')}`,
    touches: ({ client, server }) =>
      isProxied(known, client) && servicesAsked(known.topology, server).some((service) => services.includes(service)),
  };
}

function isProxied({ topology }: ReachSetting, client: Question['client']): boolean {
  const found = workloadNamed(topology.workloads, client);
  return found === undefined || hasSidecar(found);
}
