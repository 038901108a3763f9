import { changes, changesUnseen } from './judge/answers/changes.ts';
import { reviewed } from './judge/mesh/reviewed.ts';
import { askedStepOf } from './judge/mesh/step.ts';
import { judgePairs } from './judge/pairs.ts';
import type { JudgedRow } from './judge/strangers/row.ts';
import { judgeTried } from './judge/strangers/tried.ts';
import type { Judgement } from './judgement.ts';
import { effectOf, type VerdictReason, verdictOf } from './reasons.ts';
import type { RunSetting } from './record/looked.ts';
import type { AskedStepRecord, CheckSeen, Decided, EachRecord, NamedPair, UnaskedStepRecord } from './record/step.ts';

// Every verdict of a run is decided here, and nowhere else, from what its record says.

/** What a step comes to. */
export interface Judged {
  /** Returns the judgement of a pair. */
  of(pair: Pick<NamedPair, 'id'>): Judgement;
  /** Other observations that may explain the answers, one sentence each. */
  notes: string[];
  /** The ids of the pairs whose answers may have been given under other rules, and so do not tell how they behave. */
  unsettled: string[];
}

/**
 * Judges a step whose pairs were asked: first each pair by its answers and by what sidecars counted, then in view of what
 * was found on the mesh around the step.
 * @param byAnswers the result of judgePairs, if it is known already
 */
export function judgeStep(
  setting: RunSetting,
  step: AskedStepRecord,
  byAnswers: ReadonlyMap<string, Judgement> = judgePairs(step.asked),
): Judged {
  const review = reviewed(askedStepOf(setting, step));
  const judgements = new Map(
    step.asked.pairs.map((pair) => [pair.id, review.judge(pair, byAnswers.get(pair.id) as Judgement)]),
  );
  return {
    of: ({ id }) => judgements.get(id) as Judgement,
    notes: [...notJudged(step), ...review.notes, ...step.noticed, ...withoutIndicator(step)],
    unsettled: review.unsettled,
  };
}

/** Judges the pairs of a step that could not be asked: all alike. */
export function judgeUnasked({ reason }: Pick<UnaskedStepRecord, 'reason'>): Judgement {
  return {
    verdict: verdictOf([reason]),
    reasons: [reason],
    requests: 0,
    seen: [],
    timeline: [],
    counted: 0,
    wrong: 0,
    missChance: 1,
    flaps: 0,
  };
}

/** Judges a check by what it saw. If it tried one thing after the other, each is judged, too. */
export function judgeCheck(setting: RunSetting, seen: CheckSeen): Decided & { rows?: JudgedRow[] } {
  const tried = seen.tried && judgeTried(setting, seen.tried);
  const reasons = [...seen.reasons, ...(seen.each ? eachReasons(seen.each) : []), ...(tried?.reasons ?? [])];
  return { verdict: verdictOf(reasons), reasons, ...(tried && { rows: tried.rows }) };
}

/** Returns what is wrong alone, also if nothing is known of others; if nothing is, what was found of each. */
function eachReasons({ sentences, wrong }: EachRecord): VerdictReason[] {
  const failed = wrong.filter((reason) => effectOf(reason) === 'fail');
  if (failed.length > 0) return failed;
  return wrong.length > 0 ? wrong : [{ code: 'check-passed', said: sentences.join('; ') }];
}

function notJudged({ asked, own }: AskedStepRecord): string[] {
  const doubts = asked.pairs.slice(0, own).flatMap(({ expectation }) => expectation.notJudged ?? []);
  return [...new Set(doubts)].map((doubt) => `Not judged: ${doubt}`);
}

function withoutIndicator({ changed, asked }: AskedStepRecord): string[] {
  if (!changed || asked.pairs.some((pair) => changes(pair) || changesUnseen(pair))) return [];
  return ['The step changes no pair that was asked, so nothing showed that it arrived'];
}
