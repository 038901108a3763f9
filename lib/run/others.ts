import { isDeepStrictEqual } from 'node:util';
import { InconclusiveError, messageOf, UsageError } from '../errors.ts';
import { type Power, powerOf, powers } from '../kinds/powers.ts';
import type { Kube } from '../kube/connect.ts';
import { servedVersion } from '../kube/kinds.ts';
import { lookAll } from '../kube/look.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject, Workload } from '../model/types.ts';
import type { VerdictReason } from '../verdict/reasons.ts';
import { foreignAmong, type Maker, somebody } from './foreign.ts';
import { doesAsIstios } from './istios.ts';
import { type Pod, type Pods, podsIn, podsOf } from './pods.ts';
import { type Reach, reachOf } from './reach.ts';
import type { Run } from './run.ts';
import type { Listed } from './watching.ts';

/** Objects on the cluster of the kinds that the model ignores. */
export interface Others {
  objects: KubeObject[];
  /** The labels that selectors may match for each workload: its own, and those of each of its pods on the cluster. */
  chosenBy: { workload: Workload; labels: Record<string, string>[] }[];
  /** A sentence for each kind that could not be read. */
  unread: string[];
  /** All objects of each kind that was read, the run's own included. */
  listed: Listed;
}

/** An object that can affect the run's requests. */
export interface Acting {
  object: KubeObject;
  /** What it does, such as `acts on every workload`, and what it can do to requests. */
  facts: { object: string; does: string; can: string };
  touches: Reach['touches'];
}

type Known = Pick<Run, 'topology' | 'istio' | 'namespaces'>;

/**
 * Returns the objects by others of the kinds that the model ignores. A kind that is not served has no objects.
 * @param pods the pods of the run's namespaces, if they are read already
 */
export async function lookAtOthers(
  run: Known & Pick<Run, 'kube' | 'made' | 'applied'>,
  pods?: Promise<Pods | undefined>,
): Promise<Others> {
  const [there, ...found] = await Promise.all([
    pods?.then((read) => read ?? podsOfRun(run)) ?? podsOfRun(run),
    ...powers.map((power) => allOf(run.kube, power)),
  ]);
  const labelsOf = ({ metadata }: Pod): Record<string, string> => metadata.labels ?? {};
  return {
    objects: foreignAmong(
      found.flatMap(({ objects }) => objects),
      run.applied,
    ),
    chosenBy: run.topology.workloads.map((workload) => ({
      workload,
      labels: [workload.labels, ...podsOf(workload, there, run.made).map(labelsOf)],
    })),
    unread: found.flatMap(({ unread }) => (unread === undefined ? [] : [unread])),
    listed: new Map(found.flatMap(({ kind, objects, unread }) => (unread === undefined ? [[kind, objects]] : []))),
  };
}

function podsOfRun({ kube, namespaces }: Pick<Run, 'kube' | 'namespaces'>): Promise<Pods> {
  return podsIn(kube, Object.values(namespaces));
}

/** The objects of a kind, or why they could not be read. */
interface Read {
  kind: string;
  objects: KubeObject[];
  unread?: string;
}

async function allOf(kube: Kube, { group, kind, resource }: Power): Promise<Read> {
  const apiVersion = servedVersion(kube.served, { group, kind });
  if (apiVersion === undefined) return { kind, objects: [] };
  try {
    return { kind, objects: await lookAll(kube, { apiVersion, kind, resource }) };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    return { kind, objects: [], unread: messageOf(error) };
  }
}

/**
 * Returns which of the objects can affect the run's workloads or hosts. What Istio's own installation does counts only
 * if it came meanwhile.
 * @param before what existed when the run began
 */
export function acting(
  run: Known,
  { objects, chosenBy }: Pick<Others, 'objects' | 'chosenBy'>,
  before: Pick<Others, 'objects'>,
): Acting[] {
  return objects
    .filter((object) => !isIstios(run, object, before))
    .flatMap((object) => {
      const reach = reachOf(run, object, chosenBy);
      if (reach === undefined) return [];
      const facts = { object: nameOf(object), does: reach.what, can: powerOf(object)?.can ?? '' };
      return [{ object, facts, touches: reach.touches }];
    });
}

/**
 * Returns whether an object belongs to Istio's installation: it was in the root namespace when the run began, and does
 * only what Istio's own do.
 */
export function isIstios({ istio }: Known, object: KubeObject, before: Pick<Others, 'objects'>): boolean {
  const { namespace } = object.metadata;
  return namespace === istio.mesh.rootNamespace && ageOf(object, before.objects) === 'old' && doesAsIstios(object);
}

/** A possible cause of a wrong answer. */
export interface PossibleCause {
  reason: VerdictReason;
  /**
   * Whether it appeared, changed or disappeared since the run began. If so, the mesh is no longer as the run found it.
   */
  came: boolean;
  /** The object; absent if a kind could not be read. */
  object?: KubeObject;
  touches: Reach['touches'];
}

/**
 * Returns the possible causes of a wrong answer: first what appeared, changed or disappeared since the run began, then
 * what existed before, then what could not be read.
 * @param before what existed when the run began
 * @param maker returns who made an object
 */
export function likelyCauses(run: Known, before: Others, now: Others, maker: Maker = somebody): PossibleCause[] {
  const since = acting(run, now, before);
  const aged = (age: Age): Acting[] => since.filter(({ object }) => ageOf(object, before.objects) === age);
  const came = (deed: 'made' | 'changed'): PossibleCause[] =>
    aged(deed).map(({ object, facts, touches }) => {
      const by = otherThanSomebody(object, maker);
      return { object, touches, came: true, reason: { code: 'acts-since', ...facts, deed, during: 'run', ...by } };
    });
  // Labels that pods were given are known only now.
  const then = acting(run, { objects: before.objects, chosenBy: now.chosenBy }, before);
  const gone = then.filter(({ object }) => !since.some((one) => nameOf(one.object) === nameOf(object)));
  return [
    ...came('made'),
    ...came('changed'),
    ...gone.map(({ object, facts, touches }): PossibleCause => {
      return { object, touches, came: true, reason: { code: 'acted-before', ...facts } };
    }),
    ...aged('old').map(({ object, facts, touches }): PossibleCause => {
      return { object, touches, came: false, reason: { code: 'acts', ...facts } };
    }),
    ...now.unread.map((error): PossibleCause => {
      return { reason: { code: 'kind-unread', error }, came: false, touches: () => true };
    }),
  ];
}

/** Returns who made an object, if it is known that another run did. */
export function otherThanSomebody(object: KubeObject, maker: Maker): { by?: string } {
  const by = maker(object);
  return by === somebody() ? {} : { by };
}

/** When an object came, or came to be as it is: before the run began, or since. */
type Age = 'made' | 'changed' | 'old';

function ageOf(object: KubeObject, before: KubeObject[]): Age {
  const { uid } = object.metadata;
  const earlier = before.find(({ metadata }) => metadata.uid === uid);
  if (earlier === undefined) return 'made';
  return isSameSpec(earlier, object) ? 'old' : 'changed';
}

/** Returns whether two versions of an object want the same; what controllers write into its status does not matter. */
function isSameSpec(one: KubeObject, other: KubeObject): boolean {
  return one.metadata.generation === other.metadata.generation && isDeepStrictEqual(specOf(one), specOf(other));
}

function specOf(object: KubeObject): unknown {
  return (object as { spec?: unknown }).spec;
}
