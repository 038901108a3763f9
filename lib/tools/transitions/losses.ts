import { refusals } from '../../probe/index.ts';
import type { Losses } from './types.ts';

/** How one request of the load ended. */
export interface LoadAnswer {
  /** When it ended, in milliseconds since the epoch. */
  at: number;
  /** How long it took, in milliseconds. */
  ms: number;
  /** The HTTP status; 0 if there was none. */
  status: number;
  curlExit: number;
}

/**
 * Returns what was lost after a change. Any answer but a complete 200 counts as lost.
 * @param answers those that ended from then on, until the next change, in order
 * @param appliedAt when the change's API call began, in milliseconds since the epoch
 */
export function lossesOf(answers: LoadAnswer[], appliedAt: number): Losses {
  const lost = answers.filter((answer) => !isComplete(answer));
  const codes: Record<string, number> = {};
  for (const answer of lost) codes[codeOf(answer)] = (codes[codeOf(answer)] ?? 0) + 1;
  const [first] = lost;
  const last = lost.at(-1);
  return {
    sent: answers.length,
    lost: lost.length,
    codes,
    ...(first && last && { firstMs: first.at - appliedAt, lastMs: last.at - appliedAt }),
    longestMs: Math.max(0, ...runsOfLosses(answers).map(lengthOf)),
  };
}

/** Returns the losses that no complete answer separates. */
function runsOfLosses(answers: LoadAnswer[]): LoadAnswer[][] {
  const runs: LoadAnswer[][] = [[]];
  for (const answer of answers) {
    if (isComplete(answer)) runs.push([]);
    else runs.at(-1)?.push(answer);
  }
  return runs.filter(({ length }) => length > 0);
}

/** Returns the time from when the first request was sent until the last one ended. */
function lengthOf(run: LoadAnswer[]): number {
  return Math.max(...run.map(({ at }) => at)) - Math.min(...run.map(({ at, ms }) => at - ms));
}

export function isComplete({ status, curlExit }: LoadAnswer): boolean {
  return status === 200 && curlExit === 0;
}

function codeOf({ status, curlExit }: LoadAnswer): string {
  return [...(status === 0 ? [] : [status]), ...(curlExit === 0 ? [] : [`curl ${curlExit}`])].join(', ');
}

/** curl's exit codes besides refusals that can be the mesh's doing: 18 an answer that broke off, 28 a timeout. */
const ENDINGS = [18, 28];

/** Returns the requests that no mesh can have lost, such as those whose host's name did not resolve. */
export function notSent(answers: LoadAnswer[]): LoadAnswer[] {
  return answers.filter(({ curlExit }) => curlExit !== 0 && !refusals.has(curlExit) && !ENDINGS.includes(curlExit));
}

/**
 * Returns the longest time in milliseconds in which no request was under way: then the load itself stood still, and what
 * the mesh would have lost is unknown.
 */
export function longestPause(answers: LoadAnswer[]): number {
  let end: number | undefined;
  let longest = 0;
  for (const { at, ms } of answers.toSorted((a, b) => a.at - a.ms - (b.at - b.ms))) {
    if (end !== undefined) longest = Math.max(longest, at - ms - end);
    end = Math.max(end ?? at, at);
  }
  return longest;
}
