import { isIP } from 'node:net';
import { powerOf } from '../kinds/powers.ts';
import { aliasTarget, serviceNamed, workloadNamed } from '../model/endpoints.ts';
import { hasSidecar, selects } from '../model/labels.ts';
import { workloadName } from '../model/reason.ts';
import type { KubeObject, Question, Service, Workload } from '../model/types.ts';
import { servicesNamed } from './named.ts';
import type { Run } from './run.ts';
import { backing } from './serving.ts';

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

type Known = Pick<Run, 'topology' | 'istio' | 'namespaces'>;

/** The labels that selectors may match for a workload: its own, and those of each of its pods. */
interface Labelled {
  workload: Workload;
  labels: Record<string, string>[];
}

/** Returns on which of the run's workloads or hosts an object acts; undefined if on none. */
export function reachOf(run: Known, object: KubeObject, labelled: Labelled[]): Reach | undefined {
  switch (powerOf(object)?.reach) {
    case 'selected-servers':
      return selected(run, object, labelled, { servers: true });
    case 'selected':
      return selected(run, object, labelled, { servers: false });
    case 'hosts':
      return named(run, object);
    case 'references':
      return referred(run, object);
    case 'endpoint':
      return asEndpoint(run, object);
    default:
      return undefined;
  }
}

interface Selecting extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    workloadSelector?: { labels?: Record<string, string> };
    targetRef?: unknown;
    targetRefs?: unknown[];
  };
}

/**
 * Returns on which workloads an object acts. In the root namespace it acts on all namespaces, but a Sidecar only if it
 * has no selector (istio/istio pilot/pkg/model/sidecar.go). An object with targetRefs is for gateways and waypoints.
 * @param only whether it acts only on what sidecars of servers take
 */
function selected(run: Known, object: Selecting, labelled: Labelled[], only: { servers: boolean }): Reach | undefined {
  const { selector, workloadSelector, targetRef, targetRefs = [] } = object.spec ?? {};
  if (targetRef !== undefined || targetRefs.length > 0) return undefined;
  const labels = selector?.matchLabels ?? workloadSelector?.labels ?? {};
  const all = Object.keys(labels).length === 0;
  const { namespace = '' } = object.metadata;
  const everywhere = namespace === run.istio.mesh.rootNamespace && (all || object.kind !== 'Sidecar');
  const chosen = labelled.flatMap(({ workload, labels: given }) =>
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
      servedBy(run, server).some((service) => backing(service, chosen).length > 0),
  };
}

interface Naming extends KubeObject {
  spec?: { hosts?: string[]; exportTo?: string[]; gateways?: string[]; addresses?: string[] };
}

/**
 * Returns which of the run's hosts an object names. In a namespace of the run every object counts, since nobody else
 * should create any there. Only clients with a sidecar see it.
 */
function named(run: Known, { metadata, spec = {} }: Naming): Reach | undefined {
  const own = Object.values(run.namespaces);
  const { namespace = 'default' } = metadata;
  const { hosts = [], exportTo = ['*'], gateways = ['mesh'] } = spec;
  const sees = (client: string): boolean =>
    exportTo.some((to) => to === '*' || to === client || (to === '.' && client === namespace));
  const isSeen = own.includes(namespace) || own.some(sees);
  const services = servicesNamed(hosts, namespace, run.topology.services);
  // A VirtualService only for gateways routes nothing between sidecars.
  if (isSeen && gateways.includes('mesh') && services.length > 0) {
    const destinations = servicesNamed(destinationsIn(spec), namespace, run.topology.services);
    const isOf = (some: Service[], { server }: Question): boolean =>
      servedBy(run, server).some((one) => some.includes(one));
    return {
      what: `names ${services.map(hostOf).join(', ')}`,
      touches: (question, passed) =>
        (isProxied(run, question.client) && sees(question.client.namespace) && isOf(services, question)) ||
        (!passed && isOf(destinations, question)),
    };
  }
  if (!own.includes(namespace)) return undefined;
  // Addresses may be those of any host, and what has no host may be delegated to.
  const isElsewhere =
    hosts.length > 0 && !hosts.some((host) => isIP(host) !== 0) && (spec.addresses ?? []).length === 0;
  return { what: `is in ${namespace}`, touches: ({ client }) => !isElsewhere && isProxied(run, client) };
}

/** Returns the hosts to which a VirtualService leads requests, or copies of them. */
function destinationsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { host } = value as { host?: unknown };
  return [...(typeof host === 'string' ? [host] : []), ...Object.values(value).flatMap(destinationsIn)];
}

interface Reference {
  kind?: string;
  name: string;
  namespace?: string;
}

/** Returns to which of the run's Services an object refers; others of these kinds are for gateways. */
function referred(run: Known, object: KubeObject): Reach | undefined {
  const { spec = {} } = object as { spec?: { parentRefs?: Reference[]; targetRefs?: Reference[] } };
  const references = [...(spec.parentRefs ?? []), ...(spec.targetRefs ?? [])].filter(({ kind }) => kind === 'Service');
  const services = run.topology.services.filter(({ metadata }) =>
    references.some(
      ({ name, namespace = object.metadata.namespace }) => name === metadata.name && namespace === metadata.namespace,
    ),
  );
  if (services.length === 0) return undefined;
  return {
    what: `is for ${services.map(hostOf).join(', ')}`,
    touches: ({ client, server }) =>
      isProxied(run, client) && servedBy(run, server).some((one) => services.includes(one)),
  };
}

/** Returns of which of the run's Services a WorkloadEntry is an endpoint. Only clients with a sidecar know it. */
function asEndpoint(run: Known, { metadata, ...object }: KubeObject): Reach | undefined {
  const { labels = {} } = (object as { spec?: { labels?: Record<string, string> } }).spec ?? {};
  const { namespace = 'default' } = metadata;
  if (!Object.values(run.namespaces).includes(namespace)) return undefined;
  const services = run.topology.services.filter(
    (service) =>
      service.metadata.namespace === namespace &&
      service.spec.selector !== undefined &&
      selects(service.spec.selector, { ...metadata.labels, ...labels }),
  );
  return {
    what: services.length === 0 ? `is in ${namespace}` : `is an endpoint of ${services.map(hostOf).join(', ')}`,
    touches: ({ client, server }) =>
      isProxied(run, client) && servedBy(run, server).some((one) => services.includes(one)),
  };
}

function isProxied({ topology }: Known, client: Question['client']): boolean {
  const found = workloadNamed(topology.workloads, client);
  return found === undefined || hasSidecar(found);
}

/** Returns the Service that a question asks and, if that is another name for one, also that one. */
function servedBy({ topology }: Known, server: Question['server']): Service[] {
  const asked = serviceNamed(topology.services, server);
  return asked === undefined ? [] : [...new Set([asked, aliasTarget(topology, asked)])];
}

function hostOf({ metadata }: Service): string {
  return `${metadata.name}.${metadata.namespace}`;
}
