import { powerOf } from '../../../kinds/index.ts';
import { type KubeObject, nameOf, type ObjectChange } from '../../../model/index.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { OthersNow, OthersObject } from '../../record/looked.ts';
import { isReal, isSameVersion } from './foreign.ts';
import { type Maker, otherThanSomebody, somebody } from './makers.ts';
import { type Labelled, labelled, type Reach, type ReachSetting, reachOf } from './reach.ts';
import type { AskedStep } from './step.ts';

/** An object that can affect the run's requests. */
export interface Acting {
  object: OthersObject;
  /** What it does, such as `acts on every workload`, and what it can do to requests. */
  facts: { object: string; does: string; can: string };
  touches: Reach['touches'];
}

/**
 * Returns which of the objects can affect the run's workloads or hosts. What Istio's own installation does counts only
 * if it came meanwhile.
 * @param before what existed when the run began
 */
export function acting(
  known: ReachSetting,
  objects: OthersObject[],
  before: OthersObject[],
  all: Labelled[],
): Acting[] {
  return objects
    .filter((object) => !isIstios(known, object, before))
    .flatMap((object) => {
      const reach = reachOf(known, object, all);
      if (reach === undefined) return [];
      const facts = { object: nameOf(object), does: reach.what, can: powerOf(object)?.can ?? '' };
      return [{ object, facts, touches: reach.touches }];
    });
}

/**
 * Returns whether an object belongs to Istio's installation: it was in the root namespace when the run began, and does
 * only what Istio's own do.
 */
export function isIstios({ mesh }: ReachSetting, object: OthersObject, before: OthersObject[]): boolean {
  const { metadata, likeIstios = false } = object;
  return likeIstios && metadata.namespace === mesh.rootNamespace && ageOf(object, before) === 'old';
}

/** A possible cause of a wrong answer. */
export interface PossibleCause {
  reason: VerdictReason;
  /**
   * Whether it appeared, changed or disappeared since the run began. If so, the mesh is no longer as the run found it.
   */
  came: boolean;
  /** The object; absent if a kind could not be read. */
  object?: OthersObject;
  touches: Reach['touches'];
}

/**
 * Returns the possible causes of a wrong answer: first what appeared, changed or disappeared since the run began, then
 * what existed before, then what could not be read.
 * @param before what existed when the run began
 */
export function likelyCauses(
  known: ReachSetting,
  { before, now, all }: { before: OthersObject[]; now: OthersNow; all: Labelled[] },
  maker: Maker = somebody,
): PossibleCause[] {
  const since = acting(known, now.objects, before, all);
  const aged = (age: Age): Acting[] => since.filter(({ object }) => ageOf(object, before) === age);
  const came = (deed: 'made' | 'changed'): PossibleCause[] =>
    aged(deed).map(({ object, facts, touches }) => {
      const by = otherThanSomebody(object, maker);
      return { object, touches, came: true, reason: { code: 'acts-since', ...facts, deed, during: 'run', ...by } };
    });
  // Labels that pods were given are known only now.
  const then = acting(known, before, before, all);
  const gone = then.filter(({ object }) => !since.some((cause) => nameOf(cause.object) === nameOf(object)));
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

/** When an object came, or came to be as it is: before the run began, or since. */
type Age = 'made' | 'changed' | 'old';

function ageOf(object: KubeObject, before: KubeObject[]): Age {
  const earlier = before.find(({ metadata }) => metadata.uid === object.metadata.uid);
  if (earlier === undefined) return 'made';
  return isSameVersion(earlier, object) ? 'old' : 'changed';
}

/** Returns the possible causes of wrong answers in a step: those of the whole run, and those of a part of the step alone. */
export function causesIn({ setting, looked }: AskedStep, maker: Maker): PossibleCause[] {
  const { before, now, changes } = looked.others;
  if (before === undefined || now === undefined) return [];
  const all = labelled(setting, looked.serving.now);
  const deeds = Map.groupBy(changes.filter(isReal), ({ now: object, before: earlier }) =>
    nameOf((object ?? earlier) as KubeObject),
  );
  return [
    ...likelyCauses(setting, { before, now, all }, maker),
    ...[...deeds.values()].flatMap((changes) => passingCauses(setting, changes, { before, all }, maker)),
  ];
}

/**
 * Returns what of an object acted for a part of the step only, or otherwise than at its end.
 * @param changes of this object alone
 */
function passingCauses(
  known: ReachSetting,
  changes: ObjectChange<OthersObject>[],
  { before, all }: { before: OthersObject[]; all: Labelled[] },
  maker: Maker,
): PossibleCause[] {
  const versions = new Map<string, OthersObject>();
  for (const { before: earlier, now } of changes) {
    for (const object of [earlier, now]) if (object !== undefined) versions.set(versionOf(object), object);
  }
  // What was made and is there still is among the causes of the whole run.
  const ended = changes.at(-1)?.now;
  if (ended !== undefined) versions.delete(versionOf(ended));
  return acting(known, [...versions.values()], before, all).map(({ object, facts, touches }): PossibleCause => {
    const deed = { deed: deedOf(changes), during: 'step' as const, ...otherThanSomebody(object, maker) };
    return { reason: { code: 'acts-since', ...facts, ...deed }, object, touches, came: true };
  });
}

function versionOf({ metadata: { uid, generation, resourceVersion } }: KubeObject): string {
  return `${uid} ${generation} ${resourceVersion}`;
}

function deedOf(changes: ObjectChange[]): string {
  const first = changes[0];
  if (changes.at(-1)?.now !== undefined) return 'changed';
  return first?.before === undefined ? 'made and deleted again' : 'deleted';
}
