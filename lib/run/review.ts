import { InconclusiveError, UsageError } from '../errors.ts';
import { read } from '../kube/objects.ts';
import { aliasTarget, serviceNamed } from '../model/endpoints.ts';
import { nameOf } from '../model/name.ts';
import type { Workload } from '../model/types.ts';
import type { Judgement } from '../probe/types.ts';
import { changes } from '../verdict/answers/changes.ts';
import { lastSeen } from '../verdict/answers/tally.ts';
import { distinct, reasonWords, type VerdictReason, verdictOf } from '../verdict/reasons.ts';
import type { RunCell, Worlds } from './cells.ts';
import { meanwhileOf } from './meanwhile.ts';
import { detectMeshDrift } from './mesh.ts';
import { didOtherwise } from './observed.ts';
import { lookAtOthers } from './others.ts';
import { everyPolicy } from './policies.ts';
import { lookForRejections, type Rejection, type Rejections, rejectionReasons } from './rejections.ts';
import { restarts } from './restarts.ts';
import type { Run } from './run.ts';
import { backing, lookAtServing, replacements, type Serving, servingProblems } from './serving.ts';
import { differences } from './stored.ts';

/** What is known about a step after its pairs were asked. */
export interface AskedStep {
  worlds: Worlds;
  cells: RunCell[];
  judgements: ReadonlyMap<string, Judgement>;
  /** The judgement of each pair right before the step. */
  observed: Run['observed'];
  /** The pods, Services and endpoints when the step was applied. */
  serving: Serving;
  /** In milliseconds since 1970, by this machine's clock. */
  appliedAt: number;
  changed: boolean;
  /** A reason for each difference between what was applied and what the API server stored. */
  altered: VerdictReason[];
}

/** What is known about a step besides its answers. */
export interface StepReview {
  notes: string[];
  /** Returns the judgement of a pair in view of all this, with its likely causes if it did not pass. */
  judge(cell: RunCell, judgement: Judgement): Judgement;
}

/**
 * Checks what the answers do not show: whether the cluster is still as the expectations assume, whether the step was
 * seen to arrive, and what else may have caused a wrong answer. A pair in doubt is inconclusive, neither a pass nor a
 * failure.
 */
export async function reviewStep(run: Run, step: AskedStep): Promise<StepReview> {
  const wrong = [...step.judgements.values()].some(({ verdict }) => verdict !== 'pass');
  // If one of these calls fails, what was observed still stands. The failure is one more reason for doubt.
  const failed: VerdictReason[] = [];
  const looked = <T>(look: Promise<T>): Promise<T | undefined> =>
    look.catch((error: unknown) => {
      run.signal.throwIfAborted();
      if (!(error instanceof InconclusiveError || error instanceof UsageError)) throw error;
      failed.push({ code: 'look-failed', error: error.message });
      return undefined;
    });
  const pods = looked(lookAtServing(run));
  const [serving, others, policies, objects, drift, configMap, rejections = { found: [] }] = await Promise.all([
    pods,
    looked(lookAtOthers(run, pods)),
    looked(everyPolicy(run.kube)),
    looked(objectsChanged(run)),
    looked(detectMeshDrift(run)),
    looked(read(run.kube, run.istio.configMap)),
    wrong ? rejectionsSince(run, step) : undefined,
  ]);
  const meanwhile = await looked(meanwhileOf(run, step, { policies, others, configMap, drift }));
  const lookedAt = [step.serving, ...(serving === undefined ? [] : [serving])];
  const reasons: VerdictReason[] = [
    ...step.altered,
    ...notObservedBefore(step),
    ...lookedAt.flatMap((one) => servingProblems(run, one)),
    ...(objects === undefined ? [] : [objects]),
    ...failed,
  ];
  if (serving !== undefined) run.serving = serving;
  const replaced =
    serving === undefined ? [] : [...replacements(run, step.serving, serving), ...restarts(run, step.serving, serving)];
  return {
    notes: [...replaced.map(({ reason }) => reasonWords(reason)), ...(meanwhile?.notes ?? [])],
    judge: (cell, judgement) => {
      const own = changes(cell) && step.changed && !didOtherwise(step.observed, cell) ? [unshown(step, [cell])] : [];
      const unjudged = (cell.expectation.notJudged ?? []).map(
        (doubt): VerdictReason => ({ code: 'not-judged', doubt }),
      );
      // While pods are replaced or restarted, requests are refused, whatever the policies.
      const behind =
        judgement.verdict === 'pass' ? [] : replaced.filter(({ workload }) => isBehind(run, cell, workload));
      const doubts = [...own, ...behind.map(({ reason }) => reason), ...(meanwhile?.doubts(cell, judgement) ?? [])];
      const all = [...unjudged, ...reasons, ...doubts, ...judgement.reasons];
      const verdict = verdictOf(all);
      const rejected = judgement.verdict === 'pass' ? [] : rejectionReasons(rejections.found.filter(isAbout(cell)));
      const likely = verdict === 'fail' ? (meanwhile?.causes(cell) ?? []) : [];
      const unread = verdict === 'fail' && rejections.unread !== undefined ? [rejections.unread] : [];
      return { ...judgement, verdict, reasons: distinct([...all, ...rejected, ...likely, ...unread]) };
    },
  };
}

/** Returns whether a pair asks from the pods of a workload, or they serve the Service that it asks. */
function isBehind({ topology }: Run, { question: { client, server } }: RunCell, workload: Workload): boolean {
  if (client.namespace === workload.namespace && client.name === workload.name) return true;
  const named = serviceNamed(topology.services, server);
  return named !== undefined && backing(aliasTarget(topology, named), [workload]).length > 0;
}

/** Finds rejections since the step was applied: a sidecar that rejects what istiod sends keeps behaving as before. */
function rejectionsSince(run: Run, { appliedAt }: AskedStep): Promise<Rejections> {
  return lookForRejections(run, performance.timeOrigin + performance.now() - appliedAt);
}

/** Returns a filter for rejections by sidecars in the namespaces of a pair's client and server. */
function isAbout({ question: { client, server } }: RunCell): (rejection: Rejection) => boolean {
  return ({ namespace }) => namespace === client.namespace || namespace === server.namespace;
}

/**
 * Returns a reason if no pair that the step changes was seen to behave differently before: then no arrival was seen.
 */
function notObservedBefore(step: AskedStep): VerdictReason[] {
  const changing = step.cells.filter(changes);
  if (!step.changed || changing.length === 0 || changing.some((cell) => didOtherwise(step.observed, cell))) return [];
  return [unshown(step, changing)];
}

function unshown({ observed }: AskedStep, cells: RunCell[]): VerdictReason {
  const before = cells.map(({ id, name }) => {
    const last = lastSeen(observed.get(id)?.seen ?? [])?.observation;
    return { pair: name, ...(last && { last }) };
  });
  return { code: 'arrival-unshown', before };
}

/** Returns a reason if somebody else has changed or deleted an object that the run applied. */
async function objectsChanged({ kube, applied }: Run): Promise<VerdictReason | undefined> {
  const changed = await Promise.all(
    applied.map(async (object): Promise<VerdictReason | undefined> => {
      const now = await read(kube, object);
      const { uid, generation } = object.metadata;
      if (now === undefined || now.metadata.uid !== uid) return { code: 'object-deleted', object: nameOf(object) };
      if (now.metadata.generation === generation) return undefined;
      return { code: 'object-changed', object: nameOf(object), changes: differences(object, now) };
    }),
  );
  return changed.find((one) => one !== undefined);
}
