import { InconclusiveError, messageOf, UsageError } from '../errors.ts';
import type { Kube } from '../kube/connect.ts';
import { servedVersion } from '../kube/kinds.ts';
import { list } from '../kube/objects.ts';
import { hasSidecar, selects } from '../model/labels.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject, Workload } from '../model/types.ts';
import { foreignAmong } from './foreign.ts';
import { servicesNamed } from './named.ts';
import { type Pod, podsIn, podsOf } from './pods.ts';
import type { Run } from './run.ts';

/** Kinds that the model ignores or knows only in part, and how each can affect an answer. */
const powers: Record<string, { group: string; resource: string; can: string }> = {
  AuthorizationPolicy: {
    group: 'security.istio.io',
    resource: 'authorizationpolicies',
    can: 'it can refuse requests with 403, or reset them',
  },
  EnvoyFilter: {
    group: 'networking.istio.io',
    resource: 'envoyfilters',
    can: 'it can change anything that a sidecar does',
  },
  Sidecar: {
    group: 'networking.istio.io',
    resource: 'sidecars',
    can: "it can hide a server from a client's sidecar, and change what a server's sidecar takes",
  },
  VirtualService: {
    group: 'networking.istio.io',
    resource: 'virtualservices',
    can: 'it can send requests elsewhere, or answer them itself',
  },
  ServiceEntry: {
    group: 'networking.istio.io',
    resource: 'serviceentries',
    can: 'it can give a host other addresses and endpoints',
  },
  WorkloadEntry: {
    group: 'networking.istio.io',
    resource: 'workloadentries',
    can: 'it can be one more endpoint of a Service',
  },
};

/** The resources of these kinds, as rights name them. */
export const otherResources = Object.values(powers).map(({ group, resource }) => ({ group, resource }));

/** Objects on the cluster of the kinds that the model ignores. */
export interface Others {
  objects: KubeObject[];
  /** The labels that selectors may match for each workload: its own, and those of each of its pods on the cluster. */
  chosenBy: { workload: Workload; labels: Record<string, string>[] }[];
  /** A sentence for each kind that could not be read. */
  unread: string[];
}

/** An object that can affect the run's requests. */
export interface Acting {
  object: KubeObject;
  /**
   * Such as `AuthorizationPolicy istio-system/deny-all acts on every workload: it can refuse requests with 403, or
   * reset them`.
   */
  text: string;
}

type Known = Pick<Run, 'topology' | 'istio' | 'namespaces'>;

/** Returns the objects by others of the kinds that the model ignores. A kind that is not served has no objects. */
export async function lookAtOthers(run: Known & Pick<Run, 'kube' | 'made' | 'applied'>): Promise<Others> {
  const [pods, ...found] = await Promise.all([
    podsIn(run.kube, Object.values(run.namespaces)),
    ...Object.entries(powers).map(([kind, { group }]) => allOf(run.kube, group, kind)),
  ]);
  const labelsOf = ({ metadata }: Pod): Record<string, string> => metadata.labels ?? {};
  return {
    objects: foreignAmong(
      found.flatMap(({ objects }) => objects),
      run.applied,
    ),
    chosenBy: run.topology.workloads.map((workload) => ({
      workload,
      labels: [workload.labels, ...podsOf(workload, pods, run.made).map(labelsOf)],
    })),
    unread: found.flatMap(({ unread }) => unread),
  };
}

async function allOf(kube: Kube, group: string, kind: string): Promise<Pick<Others, 'objects' | 'unread'>> {
  const apiVersion = servedVersion(kube.served, { group, kind });
  if (apiVersion === undefined) return { objects: [], unread: [] };
  try {
    return { objects: await list(kube, { apiVersion, kind }), unread: [] };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    return { objects: [], unread: [messageOf(error)] };
  }
}

/** Returns which of them can affect the run's workloads or hosts. Objects of Istio's own installation do not count. */
export function acting(run: Known, others: Others): Acting[] {
  return others.objects
    .filter((object) => !isIstios(object, run.istio.mesh.rootNamespace))
    .flatMap((object) => {
      const what = selecting.has(object.kind) ? selected(run, object, others) : named(run, object);
      return what === undefined ? [] : [{ object, text: `${nameOf(object)} ${what}: ${powers[object.kind]?.can}` }];
    });
}

/** A possible cause of a wrong answer. */
export interface Cause {
  text: string;
  /**
   * Whether it appeared, changed or disappeared since the run began. If so, the mesh is no longer as the run found it.
   */
  came: boolean;
}

/**
 * Returns the possible causes of a wrong answer: first what appeared, changed or disappeared since the run began, then
 * what existed before, then what could not be read.
 * @param before what existed when the run began
 */
export function likelyCauses(run: Known, before: Others, now: Others): Cause[] {
  const since = acting(run, now);
  const told = (age: string): Cause[] =>
    since
      .filter(({ object }) => ageOf(object, before.objects) === age)
      .map(({ text }) => ({ text: `${text}; it was ${age}`, came: age !== OLD }));
  const gone = acting(run, before).filter(({ object }) => !since.some((one) => nameOf(one.object) === nameOf(object)));
  return [
    ...told(MADE),
    ...told(CHANGED),
    ...gone.map(({ text }) => ({
      text: `${text}; it was deleted during the run, or changed so that it no longer does`,
      came: true,
    })),
    ...told(OLD),
    ...now.unread.map((text) => ({ text, came: false })),
  ];
}

const [MADE, CHANGED, OLD] = ['made during the run', 'changed during the run', 'there when the run began'];

function ageOf(object: KubeObject, before: KubeObject[]): string {
  const { uid, generation } = object.metadata;
  const earlier = before.find(({ metadata }) => metadata.uid === uid);
  if (earlier === undefined) return MADE;
  return earlier.metadata.generation === generation ? OLD : CHANGED;
}

/**
 * Returns whether an object belongs to Istio's installation: a filter for statistics or metadata exchange, as in
 * releases up to 1.2x, or an object with the label that IstioOperator sets.
 */
function isIstios({ kind, metadata }: KubeObject, rootNamespace: string): boolean {
  if (metadata.namespace !== rootNamespace) return false;
  if (metadata.labels?.['install.operator.istio.io/owning-resource'] !== undefined) return true;
  return kind === 'EnvoyFilter' && /^(tcp-)?(stats-filter|metadata-exchange)-1\.\d/.test(metadata.name);
}

const selecting = new Set(['AuthorizationPolicy', 'EnvoyFilter', 'Sidecar']);

interface Selecting extends KubeObject {
  spec?: {
    selector?: { matchLabels?: Record<string, string> };
    workloadSelector?: { labels?: Record<string, string> };
    targetRef?: unknown;
    targetRefs?: unknown[];
  };
}

/**
 * Describes which workloads an object acts on. In the root namespace it acts on all namespaces, but a Sidecar only if
 * it has no selector (istio/istio pilot/pkg/model/sidecar.go). An object with targetRefs is for gateways and waypoints.
 */
function selected({ istio, namespaces }: Known, object: Selecting, { chosenBy }: Others): string | undefined {
  const { selector, workloadSelector, targetRef, targetRefs = [] } = object.spec ?? {};
  if (targetRef !== undefined || targetRefs.length > 0) return undefined;
  const labels = selector?.matchLabels ?? workloadSelector?.labels ?? {};
  const all = Object.keys(labels).length === 0;
  const everywhere = object.metadata.namespace === istio.mesh.rootNamespace && (all || object.kind !== 'Sidecar');
  const chosen = chosenBy.filter(
    (one) =>
      hasSidecar(one.workload) &&
      (everywhere || one.workload.namespace === object.metadata.namespace) &&
      one.labels.some((own) => selects(labels, own)),
  );
  if (chosen.length === 0) return undefined;
  if (all && everywhere) return 'acts on every workload';
  if (all && Object.values(namespaces).includes(object.metadata.namespace ?? ''))
    return `acts on every workload in ${object.metadata.namespace}`;
  return `acts on ${chosen.map(({ workload }) => `${workload.namespace}/${workload.name}`).join(', ')}`;
}

interface Naming extends KubeObject {
  spec?: { hosts?: string[]; exportTo?: string[]; gateways?: string[] };
}

/**
 * Describes which of the run's hosts an object names. In a namespace of the run every object counts, since nobody else
 * should create any there.
 */
function named({ topology, namespaces }: Known, { metadata, spec = {} }: Naming): string | undefined {
  const own = Object.values(namespaces);
  const { namespace = 'default' } = metadata;
  const { hosts = [], exportTo = ['*'], gateways = ['mesh'] } = spec;
  const isSeen = own.includes(namespace) || exportTo.some((to) => to === '*' || own.includes(to));
  const services = servicesNamed(hosts, namespace, topology.services);
  // A VirtualService only for gateways routes nothing between sidecars.
  if (isSeen && gateways.includes('mesh') && services.length > 0) {
    return `names ${services.map(({ metadata: one }) => `${one.name}.${one.namespace}`).join(', ')}`;
  }
  return own.includes(namespace) ? `is in ${namespace}` : undefined;
}
