import { policyKinds, powers } from '../kinds/index.ts';
import { type KubeObject, nameOf, type ObjectChange } from '../model/index.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import { read } from '../platform/kube/index.ts';
import {
  differences,
  foreignAmong,
  type Judgement,
  type Looked,
  type OthersObject,
  type Serving,
  type StoredObject,
  trimmed,
  trimmedServing,
} from '../verdict/index.ts';
import { meshLooked, noteWanted } from './auto-mtls/changes.ts';
import { detectMeshDrift } from './auto-mtls/switch.ts';
import { makersOf } from './other-runs.ts';
import { lookAtOthers, type Others } from './others.ts';
import { everyPolicy } from './policies.ts';
import { lookForRejections } from './rejections.ts';
import { type Learned, nothingAsked, type Run } from './run.ts';
import { type AskedRequests, readServerLogs, showing } from './server-logs.ts';
import { lookAtServing } from './serving.ts';
import type { ObjectsByKind } from './watching.ts';

/** A step whose pairs were asked, and what their answers show. */
export interface AskedPairs extends AskedRequests {
  judgements: ReadonlyMap<string, Judgement>;
  /** The pods, Services and endpoints when the step was applied. */
  serving: Serving;
  altered: Looked['altered'];
}

/** Looks at what others have on the mesh, as a run does when it begins. What they change from then on is a change. */
export async function lookAtMesh(run: Pick<Run, 'kube' | 'mesh'>): Promise<Learned> {
  const [foreign, others] = await Promise.all([everyPolicy(run.kube), lookAtOthers(run)]);
  return nothingAsked({ foreign, others });
}

/**
 * Looks at all that a step is judged by besides its answers.
 * @returns what was found, and what the next step begins with because of it; what could not be read stays as it was known,
 * but for what serves, which is not known then
 */
export async function lookAround(
  run: Run,
  learned: Learned,
  step: AskedPairs,
): Promise<{ looked: Looked; learned: Learned }> {
  const [found, logs] = await Promise.all([lookAtCluster(run, step), readServerLogs(run, learned, step)]);
  const { serving, policies, others, drift, configMap, stored, rejections } = found;
  const { makers, changes, behind, failed } = found;
  const ofMesh = changes.filter(isOf([{ kind: 'ConfigMap' }]));
  noteWanted(run, ofMesh);
  return {
    looked: {
      serving: { before: trimmedServing(step.serving), ...(serving && { now: trimmedServing(serving) }) },
      policies: {
        before: learned.foreign.map(trimmed),
        ...(policies && { now: policies.map(trimmed) }),
        changes: changes.filter(isOf(policyKinds)).map(trimmedChange),
      },
      others: {
        before: learned.others.objects,
        ...(others && { now: { objects: others.objects, unread: others.unread } }),
        changes: changes.filter(isOf(powers)).map((change): ObjectChange<OthersObject> => trimmedChange(change)),
      },
      mesh: meshLooked(run, { drift, configMap, changes: ofMesh }),
      behind,
      makers,
      applied: run.mesh.applied,
      altered: step.altered,
      ...(stored && { stored }),
      ...(rejections && { rejections }),
      logs,
      failed,
    },
    learned: {
      ...learned,
      serving,
      ...(policies && { foreign: policies }),
      logging: learned.logging.union(new Set(showing(logs))),
    },
  };
}

/** Looks at the cluster, with parallel calls. If one fails, what was observed still stands, and the failure is recorded. */
async function lookAtCluster(run: Run, { judgements, appliedAt }: AskedPairs) {
  const failed: string[] = [];
  const tried = <T>(look: Promise<T>): Promise<T | undefined> =>
    look.catch((error: unknown) => {
      run.signal.throwIfAborted();
      if (!(error instanceof InconclusiveError || error instanceof UsageError)) throw error;
      failed.push(error.message);
      return undefined;
    });
  const isWrong = [...judgements.values()].some(({ verdict }) => verdict !== 'pass');
  // A sidecar that rejects what istiod sends keeps behaving as before.
  const sinceMs = performance.timeOrigin + performance.now() - appliedAt;
  const [serving, others, every, stored, drift, configMap, rejections] = await Promise.all([
    tried(lookAtServing(run)),
    tried(lookAtOthers(run)),
    tried(everyPolicy(run.kube)),
    tried(storedNow(run)),
    tried(detectMeshDrift(run)),
    tried(read(run.kube, run.istio.configMap)),
    isWrong ? lookForRejections(run, sinceMs) : undefined,
  ]);
  const policies = every && foreignAmong(every, run.mesh.applied);
  const seen = await tried(changesByOthers(run, { policies: every, others, configMap }));
  const { changes = [], behind = [] } = seen ?? {};
  const versions = changes.flatMap(({ before, now }) => [before, now].filter((object) => object !== undefined));
  const makers = await tried(makersOf(run, [...(policies ?? []), ...(others?.objects ?? []), ...versions]));
  const found = { serving, others, policies, stored, drift, configMap, rejections };
  return { ...found, changes, behind, makers: makers ?? {}, failed };
}

/** Returns what the API server has of what the run applied. */
async function storedNow({ kube, mesh }: Pick<Run, 'kube' | 'mesh'>): Promise<StoredObject[]> {
  const found = await Promise.all(
    mesh.applied.map(async (object): Promise<StoredObject[]> => {
      const now = await read(kube, object);
      if (now === undefined) return [];
      const { uid, generation } = now.metadata;
      return [
        {
          object: nameOf(object),
          ...(uid !== undefined && { uid }),
          ...(generation !== undefined && { generation }),
          changes: differences(object, now),
        },
      ];
    }),
  );
  return found.flat();
}

/** What was listed after a step; a part is absent if it could not be read. */
interface ListedNow {
  policies: KubeObject[] | undefined;
  others: Others | undefined;
  configMap: KubeObject | undefined;
}

/** Returns what others have changed since the last step, as the watches saw it. */
async function changesByOthers(
  { mesh, watching }: Pick<Run, 'mesh' | 'watching'>,
  { policies, others, configMap }: ListedNow,
): Promise<{ changes: ObjectChange[]; behind: string[] }> {
  const ofKind = (kind: string, objects: KubeObject[]) => objects.filter((object) => object.kind === kind);
  const listed: ObjectsByKind = new Map<string, readonly KubeObject[]>([
    ...(others?.listed ?? []),
    ...(policies === undefined ? [] : policyKinds.map(({ kind }) => [kind, ofKind(kind, policies)] as const)),
    ...(configMap === undefined ? [] : [['ConfigMap', [configMap]] as const]),
  ]);
  const { changes, behind } = await watching.changes(listed);
  // If an apply failed, the uid is not known.
  const unsure = new Set(mesh.applied.filter(({ metadata }) => metadata.uid === undefined).map(nameOf));
  const isOwn = ({ now, before }: ObjectChange): boolean => {
    const object = (now ?? before) as KubeObject;
    const { uid = '', resourceVersion = '' } = object.metadata;
    return mesh.appliedUids.has(uid) || unsure.has(nameOf(object)) || mesh.writes.has(resourceVersion);
  };
  return { changes: changes.filter((change) => !isOwn(change)), behind };
}

function isOf(kinds: readonly { kind: string }[]): (change: ObjectChange) => boolean {
  return ({ before, now }) => kinds.some(({ kind }) => kind === (now ?? before)?.kind);
}

function trimmedChange({ before, now }: ObjectChange): ObjectChange {
  return { ...(before && { before: trimmed(before) }), ...(now && { now: trimmed(now) }) };
}
