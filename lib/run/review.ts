import { InconclusiveError, UsageError } from '../errors.ts';
import { read } from '../kube/objects.ts';
import { aliasTarget, serviceNamed } from '../model/endpoints.ts';
import { nameOf } from '../model/name.ts';
import type { Workload } from '../model/types.ts';
import { changes } from '../probe/changes.ts';
import { expectedWords } from '../probe/judge.ts';
import type { Judgement } from '../probe/types.ts';
import type { RunCell, Worlds } from './cells.ts';
import { expectationOf } from './expectation.ts';
import { canAct, type ForeignChange, foreignAmong, foreignChanges } from './foreign.ts';
import { detectMeshDrift } from './mesh.ts';
import { didOtherwise } from './observed.ts';
import { type Cause, likelyCauses, lookAtOthers } from './others.ts';
import { everyPolicy } from './policies.ts';
import { lookForRejections, type Rejection, type Rejections, rejectionWords } from './rejections.ts';
import { type Run, worldOf } from './run.ts';
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
  /** A sentence for each difference between what was applied and what the API server stored. */
  altered: string[];
}

/** What is known about a step besides its answers. */
export interface StepReview {
  notes: string[];
  /** Returns the judgement of a pair in view of all this. */
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
  const failed: string[] = [];
  const looked = <T>(look: Promise<T>): Promise<T | undefined> =>
    look.catch((error: unknown) => {
      run.signal.throwIfAborted();
      if (!(error instanceof InconclusiveError || error instanceof UsageError)) throw error;
      failed.push(error.message);
      return undefined;
    });
  const [serving, policies, objects, mesh, causes = [], rejections = { found: [] }] = await Promise.all([
    looked(lookAtServing(run)),
    looked(everyPolicy(run.kube)),
    looked(objectsChanged(run)),
    looked(detectMeshDrift(run)),
    looked(wrong ? causesNow(run) : Promise.resolve([])),
    wrong ? rejectionsSince(run, step) : undefined,
  ]);
  const lookedAt = [step.serving, ...(serving === undefined ? [] : [serving])];
  const reasons = [
    ...step.altered,
    ...notObservedBefore(step),
    ...new Set(lookedAt.flatMap((one) => servingProblems(run, one))),
    ...(objects === undefined ? [] : [objects]),
    ...causes.filter(({ came }) => came).map(({ text }) => text),
    ...failed,
  ];
  if (serving !== undefined) run.serving = serving;
  const replaced = serving === undefined ? [] : replacements(run, step.serving, serving);
  const foreign = policies === undefined ? () => [] : foreignDoubts(run, step, foreignAmong(policies, run.applied));
  return {
    notes: [...replaced.map(({ text }) => text), ...(mesh === undefined ? [] : [mesh])],
    judge: (cell, judgement) => {
      // Most of what others write into the mesh configuration does not affect mutual TLS, so a pass remains a pass.
      const config = judgement.verdict === 'pass' || mesh === undefined ? [] : [mesh];
      const own = changes(cell) && step.changed && !didOtherwise(step.observed, cell) ? [unshown(step, [cell])] : [];
      const unjudged = (cell.expectation.notJudged ?? []).map((text) => `not judged: ${text}`);
      // While pods are replaced, requests are refused, whatever the policies.
      const behind =
        judgement.verdict === 'fail' ? replaced.filter(({ workload }) => isBehind(run, cell, workload)) : [];
      const doubts = [...own, ...config, ...behind.map(({ text }) => text), ...foreign(cell, judgement)];
      const all = [...new Set([...unjudged, ...reasons, ...doubts])];
      const verdict = all.length > 0 ? 'inconclusive' : judgement.verdict;
      const rejected = judgement.verdict === 'pass' ? [] : rejectionWords(rejections.found.filter(isAbout(cell)));
      const likely = [...rejected, ...(verdict === 'fail' ? causes.map(({ text }) => text) : [])];
      const blame = likely.length === 0 ? [] : [`a likely cause: ${likely.join('; ')}`];
      const unread = verdict === 'fail' && rejections.unread !== undefined ? [rejections.unread] : [];
      return { ...judgement, verdict, why: [...all, judgement.why, ...blame, ...unread].join('; ') };
    },
  };
}

async function causesNow(run: Run): Promise<Cause[]> {
  if (run.others === undefined) return [];
  const now = await lookAtOthers(run);
  const own = new Set(run.applied.map(({ metadata }) => metadata.uid));
  const others = { ...now, objects: now.objects.filter(({ metadata }) => !own.has(metadata.uid)) };
  return likelyCauses(run, run.others, others);
}

/** Returns whether the pods of a workload serve the Service that a pair asks. */
function isBehind({ topology }: Run, { question: { server } }: RunCell, workload: Workload): boolean {
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
 * Returns a sentence if no pair that the step changes was seen to behave differently before: then no arrival was seen.
 */
function notObservedBefore(step: AskedStep): string[] {
  const changing = step.cells.filter(changes);
  if (!step.changed || changing.length === 0 || changing.some((cell) => didOtherwise(step.observed, cell))) return [];
  return [unshown(step, changing)];
}

function unshown({ observed }: AskedStep, cells: RunCell[]): string {
  const before = cells.map(({ id, name }) => `${name}: ${observed.get(id)?.why ?? 'not asked'}`).join('; ');
  return `nothing shows that the step arrived, since before it what it changes was already as the step will have it, or could not be seen (${before}): look at the step before, or run everything`;
}

/**
 * Records others' current policies and rules for the next steps, and returns a function that says, for each pair, which
 * of their changes cast doubt on it. On a busy cluster, many changes have nothing to do with the run.
 */
function foreignDoubts(
  run: Run,
  { worlds, cells }: AskedStep,
  now: Run['foreign'],
): (cell: RunCell, judgement: Judgement) => string[] {
  const found = foreignChanges(run.foreign, now);
  if (found.length === 0) return () => [];
  run.foreign = now;
  const world = { ...worlds.during, policies: worldOf(run, run.applied, run.autoMtls).policies };
  const since = new Map(cells.map((cell) => [cell.id, expectationOf(world, cell.question)]));
  const differs = (cell: RunCell): boolean => JSON.stringify(since.get(cell.id)) !== JSON.stringify(cell.expectation);
  // The known answers of such a pair were given under other rules, so the next step asks it again before it begins.
  for (const cell of cells) if (differs(cell)) run.observed.delete(cell.id);
  const acting = found.filter(({ before, now: one }) => [before, one].some((object) => object && canAct(run, object)));
  return (cell, { verdict }) => {
    if (differs(cell)) return told(found, ` (with that: ${expectedWords(since.get(cell.id)?.outcomes ?? [])})`);
    return verdict === 'pass' ? [] : told(acting, '');
  };
}

function told(found: ForeignChange[], more: string): string[] {
  return found.length === 0 ? [] : [`${found.map(({ text }) => text).join('; ')}${more}`];
}

/** Returns a sentence if somebody else has changed or deleted an object that the run applied. */
async function objectsChanged({ kube, applied }: Run): Promise<string | undefined> {
  const changed = await Promise.all(
    applied.map(async (object) => {
      const now = await read(kube, object);
      const { uid, generation } = object.metadata;
      if (now === undefined || now.metadata.uid !== uid)
        return `${nameOf(object)} was deleted by somebody else during the step`;
      if (now.metadata.generation === generation) return undefined;
      const how = differences(object, now).join(', ');
      return `${nameOf(object)} was changed by somebody else during the step${how === '' ? '' : `: ${how}`}`;
    }),
  );
  return changed.find((one) => one !== undefined);
}
