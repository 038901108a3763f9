import { InconclusiveError, UsageError } from '../errors.ts';
import { read } from '../kube/objects.ts';
import { nameOf } from '../model/name.ts';
import { predict } from '../model/predict.ts';
import { expectedWords } from '../probe/judge.ts';
import { changes } from '../probe/tally.ts';
import type { Judgement } from '../probe/types.ts';
import type { RunCell, Worlds } from './cells.ts';
import { canAct, type ForeignChange, foreignAmong, foreignChanges } from './foreign.ts';
import { detectMeshDrift } from './mesh.ts';
import { didOtherwise } from './observed.ts';
import { type Cause, likelyCauses, lookAtOthers } from './others.ts';
import { everyPolicy } from './policies.ts';
import { lookForRejections, type Rejection, type Rejections, rejectionWords } from './rejections.ts';
import { type Run, worldOf } from './run.ts';
import { lookAtServing, replacements, type Serving, servingProblems } from './serving.ts';
import { differences } from './stored.ts';

/** What is known of a step once it was asked. */
export interface AskedStep {
  worlds: Worlds;
  cells: RunCell[];
  judgements: ReadonlyMap<string, Judgement>;
  /** The judgement of each pair right before the step. */
  observed: Run['observed'];
  /** Who served when the step was applied. */
  serving: Serving;
  /** By this machine's clock. */
  appliedAt: number;
  changed: boolean;
  /** Where the API server stored something else than was applied. */
  altered: string[];
}

/** What is known of a step's answers besides themselves. */
export interface StepReview {
  notes: string[];
  /** Returns the judgement of a pair in the light of all this. */
  judge(cell: RunCell, judgement: Judgement): Judgement;
}

/**
 * Looks beside the answers: whether the cluster is what the expectations were made of, whether the step's arrival was seen
 * at all, and what else may be to blame for a wrong answer. Of what is in doubt no answer is a pass, nor a failure.
 */
export async function reviewStep(run: Run, step: AskedStep): Promise<StepReview> {
  const wrong = [...step.judgements.values()].some(({ verdict }) => verdict !== 'pass');
  // Where a look fails, what was seen stands; that it failed is one more doubt.
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
  const foreign = policies === undefined ? () => [] : foreignDoubts(run, step, foreignAmong(policies, run.applied));
  return {
    notes: [
      ...(serving === undefined ? [] : replacements(run, step.serving, serving)),
      ...(mesh === undefined ? [] : [mesh]),
    ],
    judge: (cell, judgement) => {
      // Of what else others write into the mesh configuration most has no part in mutual TLS.
      const config = judgement.verdict === 'pass' || mesh === undefined ? [] : [mesh];
      const own = changes(cell) && step.changed && !didOtherwise(step.observed, cell) ? [unshown(step, [cell])] : [];
      const all = [...new Set([...reasons, ...own, ...config, ...foreign(cell, judgement)])];
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

/** A sidecar that rejects what istiod sends goes on as it was before the step. */
function rejectionsSince(run: Run, { appliedAt }: AskedStep): Promise<Rejections> {
  return lookForRejections(run, performance.timeOrigin + performance.now() - appliedAt);
}

/** Whether it is a sidecar at either end of a pair. */
function isAbout({ question: { client, server } }: RunCell): (rejection: Rejection) => boolean {
  return ({ namespace }) => namespace === client.namespace || namespace === server.namespace;
}

/** A step has been seen to arrive if at least one pair was seen to do something else before. */
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
 * Takes the policies and rules of others as they are now for the steps to come, and tells of each pair what changed about it.
 * On a busy cluster much changes that has no part in the run.
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
  const since = new Map(cells.map((cell) => [cell.id, predict(world, cell.question)]));
  const differs = (cell: RunCell): boolean => JSON.stringify(since.get(cell.id)) !== JSON.stringify(cell.expectation);
  // What is known of a pair was seen under other rules: the next step asks it before it begins.
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

/** Returns a sentence where an object of the step is no longer as the run applied it, since somebody else changed it. */
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
