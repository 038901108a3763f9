import { RATE } from './load.ts';
import { isComplete, type LoadAnswer, longestPause, lossesOf, notSent } from './losses.ts';
import type { PathResult, Transitions, Try, TryVerdict } from './types.ts';

/** With fewer requests a second on average, or a longer pause, losses may have been missed. */
const LEAST_RATE = 0.75 * RATE;
const LONGEST_PAUSE_MS = 500;

/** A change of the setting. */
export interface SettingChange {
  /** When its API call began, in milliseconds since the epoch. */
  appliedAt: number;
  /** From then until every pair that it acts on had given its new answer; absent if it acts on none. */
  arrivedMs?: number;
  /** What was not as the model says. */
  problems: Problem[];
}

export interface Problem {
  verdict: 'fail' | 'inconclusive';
  /** In one sentence. */
  why: string;
}

/**
 * Returns what a path cost once, and whether that can be told.
 * @param changes in order, at least one
 * @param answers all requests of the load, in the order in which they ended
 * @param answered whether the model expects the first setting to answer every request
 */
export function tryOf(changes: SettingChange[], answers: LoadAnswer[], answered: boolean): Try {
  const starts = changes.map(({ appliedAt }) => appliedAt);
  const before = answers.filter(({ at }) => at < (starts[0] as number));
  const rate = rateOf(answers);
  const problems = [
    ...changes.flatMap((change) => change.problems),
    ...doubtsOf(answers, rate, answered ? before : []).map((why) => ({ verdict: 'inconclusive' as const, why })),
  ];
  return {
    verdict: verdictOf(problems),
    why: problems.map(({ why }) => why),
    rate,
    changes: changes.map(({ appliedAt, arrivedMs }, nth) => {
      const end = starts[nth + 1] ?? Number.POSITIVE_INFINITY;
      const own = answers.filter(({ at }) => at >= appliedAt && at < end);
      return { ...lossesOf(own, appliedAt), ...(arrivedMs !== undefined && { arrivedMs }) };
    }),
  };
}

/** Returns a try that came to nothing. */
export function untried(...why: string[]): Try {
  return { verdict: 'inconclusive', why, rate: 0, changes: [] };
}

/** Returns the requests that ended in a second, on average. */
function rateOf(answers: LoadAnswer[]): number {
  const ends = answers.map(({ at }) => at);
  const ms = Math.max(...ends) - Math.min(...ends);
  return answers.length < 2 ? 0 : (answers.length / ms) * 1000;
}

function doubtsOf(answers: LoadAnswer[], rate: number, before: LoadAnswer[]): string[] {
  const pause = longestPause(answers);
  const lost = before.filter((answer) => !isComplete(answer)).length;
  const unsent = notSent(answers);
  return [
    ...(rate < LEAST_RATE ? [`the load reached ${Math.round(rate)} requests a second, not ${RATE}`] : []),
    ...(pause > LONGEST_PAUSE_MS ? [`no request was under way for ${Math.round(pause)} ms`] : []),
    ...(lost > 0 ? [`${lost} of ${before.length} requests were lost before the first change`] : []),
    ...(unsent.length > 0 ? [`${unsent.length} requests ended with curl exit ${unsent[0]?.curlExit}`] : []),
  ];
}

function verdictOf(problems: Problem[]): TryVerdict {
  if (problems.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return problems.length > 0 ? 'inconclusive' : 'measured';
}

/** Returns the exit code of all paths. */
export function exitCodeOf(paths: PathResult[]): Transitions['exitCode'] {
  const verdicts = paths.flatMap(({ tries }) => tries.map(({ verdict }) => verdict));
  if (verdicts.includes('fail')) return 1;
  return verdicts.length === 0 || verdicts.includes('inconclusive') ? 3 : 0;
}
