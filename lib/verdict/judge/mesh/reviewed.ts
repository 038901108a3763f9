import { nameOf, type Workload, workloadName, workloadsAsked } from '../../../model/index.ts';
import type { Verdict } from '../../fields.ts';
import type { Judgement } from '../../judgement.ts';
import { distinct, reasonWords, type VerdictReason, verdictOf } from '../../reasons.ts';
import type { Looked, Rejection, RunSetting } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import { arrivalUnshown, arrivalUnshownOf } from './arrival.ts';
import { makerIn } from './makers.ts';
import { type MeshDoubts, meshDoubts } from './mesh.ts';
import { causesIn, type PossibleCause } from './others.ts';
import { type PolicyDoubts, policyDoubts } from './policies.ts';
import { refusedReview } from './refused.ts';
import { rejectionReasons, unreadReasons } from './rejections.ts';
import { type Replacement, replacements, restarts } from './replaced.ts';
import { servingProblems } from './serving.ts';
import type { AskedStep } from './step.ts';

/** What was found around a step, judged. */
export interface Review {
  /** What a report says of the step, whatever the answers were. */
  notes: string[];
  /** The ids of the pairs whose answers may have been given under other rules, and so do not tell how they behave. */
  unsettled: string[];
  /** Returns the judgement of a pair in view of all this, with its likely causes if it did not pass. */
  judge(pair: NamedPair, byAnswers: Judgement): Judgement;
}

/**
 * Judges what the answers of a step do not show: whether what was refused was done all the same, whether the cluster was
 * all the while as the expectations assume, whether the step was seen to arrive, and what else may have caused a wrong
 * answer. A pair in doubt is inconclusive, neither a pass nor a failure.
 */
export function reviewed(step: AskedStep): Review {
  const refused = refusedReview(step.setting, step.pairs, step.looked.logs);
  const around = aroundOf(step);
  return {
    notes: [...notesOn(around), ...refused.notes],
    unsettled: around.policies.unsettled,
    judge: (pair, byAnswers) => {
      const judgement = refused.judge(pair, byAnswers);
      const decisive = [...doubtsAbout(pair, judgement, around), ...judgement.reasons];
      const verdict = verdictOf(decisive);
      const reasons = distinct([...decisive, ...explanations(pair, { byAnswers: judgement.verdict, verdict }, around)]);
      return { ...judgement, verdict, reasons };
    },
  };
}

/** What was around a step, in the order in which reports tell it. */
interface Around {
  step: AskedStep;
  /** Why no pair can be judged. */
  general: VerdictReason[];
  /** Pods that were replaced or restarted. While that lasts, requests are refused, whatever the policies. */
  replaced: Replacement[];
  /** Watches that are behind. */
  behind: VerdictReason[];
  mesh: MeshDoubts;
  /** What of others can act and came, changed or went during the run, and what was there all along. */
  came: PossibleCause[];
  old: PossibleCause[];
  policies: PolicyDoubts;
}

function aroundOf(step: AskedStep): Around {
  const { setting, looked } = step;
  const maker = makerIn(looked.makers);
  const causes = causesIn(step, maker);
  return {
    step,
    general: generalDoubts(step),
    replaced: replacedIn(setting, looked.serving),
    behind: looked.behind.map((said): VerdictReason => ({ code: 'watch-behind', said })),
    mesh: meshDoubts(step),
    came: causes.filter(({ came }) => came),
    old: causes.filter(({ came }) => !came),
    policies: policyDoubts(step, maker),
  };
}

function notesOn({ step, replaced, mesh, behind, old }: Around): string[] {
  const touching = old.filter(
    ({ object, touches }) => object !== undefined && step.pairs.some(({ question }) => touches(question, true)),
  );
  const reasons = [...replaced.map(({ reason }) => reason), ...mesh.reasons, ...behind];
  return [...reasons, ...touching.map(({ reason }) => reason)].map(reasonWords);
}

/** Returns why a pair is neither a pass nor a failure. */
function doubtsAbout(pair: NamedPair, judgement: Judgement, around: Around): VerdictReason[] {
  const { step, general, replaced, behind, mesh, came, policies } = around;
  const isPass = judgement.verdict === 'pass';
  const replacedOf = isPass ? [] : replaced.filter(({ workload }) => isOf(step.setting, pair, workload));
  const touching = came.filter(({ touches }) => touches(pair.question, isPass));
  return [
    ...(pair.expectation.notJudged ?? []).map((doubt): VerdictReason => ({ code: 'not-judged', doubt })),
    ...general,
    ...arrivalUnshownOf(pair, step),
    ...replacedOf.map(({ reason }) => reason),
    ...behind,
    ...mesh.doubts(pair, judgement),
    ...touching.map(({ reason }) => reason),
    ...policies.doubts(pair, judgement),
  ];
}

/** Returns what may explain why a pair is not as expected, and what of that could not be looked at. */
function explanations(
  pair: NamedPair,
  { byAnswers, verdict }: { byAnswers: Verdict; verdict: Verdict },
  { step, old }: Around,
): VerdictReason[] {
  const { found, ...unread } = step.looked.rejections ?? { found: [] };
  const rejected = byAnswers === 'pass' ? [] : rejectionReasons(found.filter(isAbout(pair)));
  if (verdict !== 'fail') return rejected;
  const touching = old.filter(({ touches }) => touches(pair.question, false));
  return [...rejected, ...touching.map(({ reason }) => reason), ...unreadReasons(unread)];
}

/** Returns why no pair of a step can be judged. */
function generalDoubts(step: AskedStep): VerdictReason[] {
  const { setting, looked } = step;
  const { before, now } = looked.serving;
  return [
    ...looked.altered.map((altered): VerdictReason => ({ code: 'object-altered', ...altered })),
    ...arrivalUnshown(step),
    ...servingProblems(setting, before),
    ...(now === undefined ? [] : servingProblems(setting, now)),
    ...disturbed(looked).slice(0, 1),
    ...looked.failed.map((error): VerdictReason => ({ code: 'look-failed', error })),
  ];
}

/** Returns a reason for each object of the run's that somebody else has changed or deleted. */
function disturbed({ applied, stored }: Looked): VerdictReason[] {
  if (stored === undefined) return [];
  return applied.flatMap((wanted): VerdictReason[] => {
    const object = nameOf(wanted);
    const { uid, generation } = wanted.metadata;
    const now = stored.find((change) => change.object === object);
    if (now === undefined || now.uid !== uid) return [{ code: 'object-deleted', object }];
    return now.generation === generation ? [] : [{ code: 'object-changed', object, changes: now.changes }];
  });
}

function replacedIn(setting: RunSetting, { before, now }: Looked['serving']): Replacement[] {
  return now === undefined ? [] : [...replacements(setting, before, now), ...restarts(setting, before, now)];
}

/** Returns whether a pair asks from the pods of a workload, or they serve the Service that it asks. */
function isOf({ topology }: RunSetting, { question: { client, server } }: NamedPair, workload: Workload): boolean {
  const path = workloadName(workload);
  return [client, ...workloadsAsked(topology, server)].some((workload) => workloadName(workload) === path);
}

/** Returns a filter for rejections by sidecars in the namespaces of a pair's client and server. */
function isAbout({ question: { client, server } }: NamedPair): (rejection: Rejection) => boolean {
  return ({ namespace }) => namespace === client.namespace || namespace === server.namespace;
}
