import { powers } from '../kinds/powers.ts';
import { policyKinds } from '../kinds/table.ts';
import type { KubeObject, ObjectChange } from '../model/types.ts';
import { nameOf } from '../model/world/name.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import { read } from '../platform/kube/objects.ts';
import type { Judgement } from '../probe/types.ts';
import { foreignAmong } from '../verdict/judge/mesh/foreign.ts';
import { differences } from '../verdict/judge/mesh/stored.ts';
import type { Looked, OthersObject, Serving, StoredObject } from '../verdict/record/looked.ts';
import { trimmed, trimmedServing } from '../verdict/record/trimmed.ts';
import { isOffWanted, meshLooked } from './auto-mtls/changes.ts';
import { detectMeshDrift } from './auto-mtls/switch.ts';
import { makersOf } from './other-runs.ts';
import { lookAtOthers, type Others } from './others.ts';
import { everyPolicy } from './policies.ts';
import { lookForRejections } from './rejections.ts';
import type { Run } from './run.ts';
import { type AskedRequests, readServerLogs } from './server-logs.ts';
import { lookAtServing } from './serving.ts';
import type { Listed } from './watching.ts';

/** A step whose pairs were asked, and what their answers show. */
export interface AskedPairs extends AskedRequests {
  judgements: ReadonlyMap<string, Judgement>;
  /** The pods, Services and endpoints when the step was applied. */
  serving: Serving;
  altered: Looked['altered'];
}

/** What a look around a step found that the next steps of the run start from. */
export interface Learned {
  /** Absent if it could not be read. */
  serving?: Serving;
  /** Others' policies and rules; absent if they could not be read. */
  foreign?: KubeObject[];
  /** The servers whose logs show the requests that they answered. */
  logging: string[];
  /** Whether others were seen to want automatic mutual TLS off, as the run has it. */
  wantedByOthers: boolean;
}

/** Looks at all that a step is judged by besides its answers. */
export async function lookAround(run: Run, step: AskedPairs): Promise<{ looked: Looked; learned: Learned }> {
  const [found, logs] = await Promise.all([lookAtCluster(run, step), readServerLogs(run, step)]);
  const { serving, policies, others, drift, configMap, stored, rejections } = found;
  const { makers, changes, behind, failed } = found;
  const ofMesh = changes.filter(isOf([{ kind: 'ConfigMap' }]));
  return {
    looked: {
      serving: { before: trimmedServing(step.serving), ...(serving && { now: trimmedServing(serving) }) },
      policies: {
        before: run.foreign.map(trimmed),
        ...(policies && { now: policies.map(trimmed) }),
        changes: changes.filter(isOf(policyKinds)).map(trimmedChange),
      },
      others: {
        ...(run.others && { before: run.others.objects }),
        ...(others && { now: { objects: others.objects, unread: others.unread } }),
        changes: changes.filter(isOf(powers)).map((change): ObjectChange<OthersObject> => trimmedChange(change)),
      },
      mesh: meshLooked(run, { drift, configMap, changes: ofMesh }),
      behind,
      makers,
      applied: run.applied,
      altered: step.altered,
      ...(stored && { stored }),
      ...(rejections && { rejections }),
      logs,
      failed,
    },
    learned: {
      ...(serving && { serving }),
      ...(policies && { foreign: policies }),
      logging: logs.flatMap((log) => ('unread' in log || !log.showsAnswered ? [] : [log.workload])),
      wantedByOthers: isOffWanted(run, ofMesh),
    },
  };
}

/**
 * Keeps what was learned in a step for the next ones.
 * @param unsettled the ids of the pairs whose known answers no longer hold: the next step asks them again before it begins
 */
export function remember(run: Run, { serving, foreign, logging, wantedByOthers }: Learned, unsettled: string[]): void {
  if (serving !== undefined) run.serving = serving;
  if (foreign !== undefined) run.foreign = foreign;
  for (const workload of logging) run.logging.add(workload);
  if (wantedByOthers && run.meshLease !== undefined) run.meshLease.wantedByOthers = true;
  for (const id of unsettled) run.observed.delete(id);
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
  const policies = every && foreignAmong(every, run.applied);
  const seen = await tried(changesByOthers(run, { policies: every, others, configMap }));
  const { changes = [], behind = [] } = seen ?? {};
  const versions = changes.flatMap(({ before, now }) => [before, now].filter((object) => object !== undefined));
  const makers = await tried(makersOf(run, [...(policies ?? []), ...(others?.objects ?? []), ...versions]));
  const found = { serving, others, policies, stored, drift, configMap, rejections };
  return { ...found, changes, behind, makers: makers ?? {}, failed };
}

/** Returns what the API server has of what the run applied. */
async function storedNow({ kube, applied }: Pick<Run, 'kube' | 'applied'>): Promise<StoredObject[]> {
  const found = await Promise.all(
    applied.map(async (object): Promise<StoredObject[]> => {
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
  run: Run,
  { policies, others, configMap }: ListedNow,
): Promise<{ changes: ObjectChange[]; behind: string[] }> {
  if (run.watching === undefined) return { changes: [], behind: [] };
  const ofKind = (kind: string, objects: KubeObject[]) => objects.filter((object) => object.kind === kind);
  const listed: Listed = new Map<string, readonly KubeObject[]>([
    ...(others?.listed ?? []),
    ...(policies === undefined ? [] : policyKinds.map(({ kind }) => [kind, ofKind(kind, policies)] as const)),
    ...(configMap === undefined ? [] : [['ConfigMap', [configMap]] as const]),
  ]);
  const { changes, behind } = await run.watching.changes(listed);
  // If an apply failed, the uid is not known.
  const unsure = new Set(run.applied.filter(({ metadata }) => metadata.uid === undefined).map(nameOf));
  const isOwn = ({ now, before }: ObjectChange): boolean => {
    const object = (now ?? before) as KubeObject;
    const { uid = '', resourceVersion = '' } = object.metadata;
    return run.appliedUids.has(uid) || unsure.has(nameOf(object)) || run.meshWrites.has(resourceVersion);
  };
  return { changes: changes.filter((one) => !isOwn(one)), behind };
}

function isOf(kinds: readonly { kind: string }[]): (change: ObjectChange) => boolean {
  return ({ before, now }) => kinds.some(({ kind }) => kind === (now ?? before)?.kind);
}

function trimmedChange({ before, now }: ObjectChange): ObjectChange {
  return { ...(before && { before: trimmed(before) }), ...(now && { now: trimmed(now) }) };
}
