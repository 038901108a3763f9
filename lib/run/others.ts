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

/** Kinds that the model does not look at, and what each can do to an answer. */
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

/** The kinds that are looked at, as rights name them. */
export const otherResources = Object.values(powers).map(({ group, resource }) => ({ group, resource }));

/** What was found on the cluster of the kinds that the model does not look at. */
export interface Others {
  objects: KubeObject[];
  /** The labels by which selectors choose each workload: its own, and those that its pods were given besides. */
  chosenBy: { workload: Workload; labels: Record<string, string>[] }[];
  /** A sentence for each kind that could not be looked at. */
  unread: string[];
}

/** Something that can act on the run's requests. */
export interface Acting {
  object: KubeObject;
  /** Such as `AuthorizationPolicy istio-system/deny-all acts on every workload: it can refuse requests with 403, or reset them`. */
  text: string;
}

type Known = Pick<Run, 'topology' | 'istio' | 'namespaces'>;

/** Looks at what others made of the kinds that the model does not look at. Kinds that are not served are none. */
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

/** Returns which of them can act on the run's workloads or hosts. Those of Istio's own installation are nobody else's. */
export function acting(run: Known, others: Others): Acting[] {
  return others.objects
    .filter((object) => !isIstios(object, run.istio.mesh.rootNamespace))
    .flatMap((object) => {
      const what = selecting.has(object.kind) ? selected(run, object, others) : named(run, object);
      return what === undefined ? [] : [{ object, text: `${nameOf(object)} ${what}: ${powers[object.kind]?.can}` }];
    });
}

/** What may be to blame for a wrong answer. */
export interface Cause {
  text: string;
  /** Whether it came, changed or went since the run began: the mesh is then not the one that the run has looked at. */
  came: boolean;
}

/**
 * Tells what may be to blame for a wrong answer: first what appeared, changed or went since the run began, then what was
 * there all along, then what could not be looked at.
 * @param before what was there when the run began
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

/** Filters for statistics and metadata exchange that Istio itself had up to 1.2x; IstioOperator labels what it makes. */
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
 * Returns which workloads it acts on, in words. One in the root namespace acts in all, but a Sidecar only where it has no
 * selector (istio/istio pilot/pkg/model/sidecar.go). One with targetRefs is for gateways and waypoints.
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

/** Returns which hosts it names, in words; in a namespace of the run whatever it names, since nobody else has business there. */
function named({ topology, namespaces }: Known, { metadata, spec = {} }: Naming): string | undefined {
  const own = Object.values(namespaces);
  const { namespace = 'default' } = metadata;
  const { hosts = [], exportTo = ['*'], gateways = ['mesh'] } = spec;
  const isSeen = own.includes(namespace) || exportTo.some((to) => to === '*' || own.includes(to));
  const services = servicesNamed(hosts, namespace, topology.services);
  // A VirtualService for gateways alone routes nothing between sidecars.
  if (isSeen && gateways.includes('mesh') && services.length > 0) {
    return `names ${services.map(({ metadata: one }) => `${one.name}.${one.namespace}`).join(', ')}`;
  }
  return own.includes(namespace) ? `is in ${namespace}` : undefined;
}
