import { workloadName, workloadsAsked } from '../../../model/index.ts';
import type { Judgement } from '../../judgement.ts';
import { type VerdictReason, verdictOf } from '../../reasons.ts';
import type { Looked, ReadLog, RunSetting, ServerLog } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import { isUnanswered } from '../answers/control.ts';

// A request that was refused must not have been done: the server's application must never have got it.

/** What the logs of a step's servers say about refused requests. */
export interface RefusedReview {
  notes: string[];
  /** Returns the judgement of a pair in view of this. */
  judge(pair: NamedPair, judgement: Judgement): Judgement;
}

/**
 * Returns what the logs of servers say about requests that were refused. A server whose log does not show what it answered
 * says nothing: a note says so.
 */
export function refusedReview(
  { topology }: Pick<RunSetting, 'topology'>,
  pairs: NamedPair[],
  logs: Looked['logs'],
): RefusedReview {
  const found = new Map<string, VerdictReason>();
  for (const log of logs) {
    const doubt = doubtOf(log);
    const served = pairs.filter((pair) => isOf(log, pair) && isServedBy(topology, pair.question, log.workload));
    if (doubt !== undefined) for (const { id } of served) found.set(id, doubt);
    for (const [id, reason] of done(log)) found.set(id, reason);
  }
  return {
    notes: logs.flatMap(notesOf),
    judge: (pair, judgement) => {
      const reason = found.get(pair.id);
      if (reason === undefined || !isUnanswered(pair) || judgement.verdict !== 'pass') return judgement;
      return { ...judgement, verdict: verdictOf([reason]), reasons: [reason] };
    },
  };
}

/** Returns why a log cannot tell which requests reached the application, though it should; undefined if it can. */
function doubtOf(log: ServerLog): VerdictReason | undefined {
  const { workload } = log;
  if ('unread' in log) return { code: 'log-unread', workload, error: log.unread };
  return isSilent(log) && log.showedAnswered ? { code: 'log-silent', workload } : undefined;
}

function notesOf(log: ServerLog): string[] {
  if ('unread' in log || !isSilent(log) || log.showedAnswered) return [];
  const over = log.protocol === undefined ? '' : ` over ${log.protocol}`;
  const silent = 'its log does not show the requests that it answered';
  return [`whether refused requests reached ${log.workload}${over} is not known: ${silent}`];
}

/** Returns whether a log is of a pair's protocol: a server may log the requests of one, and none of another. */
function isOf(log: ServerLog, { question }: NamedPair): boolean {
  return 'unread' in log || log.protocol === undefined || log.protocol === question.protocol;
}

function isSilent({ answered, showsAnswered }: ReadLog): boolean {
  return answered > 0 && !showsAnswered;
}

/** Returns a reason for each pair of which a refused request reached the application, by the pair's id. */
function done(log: ServerLog): [string, VerdictReason][] {
  if ('unread' in log) return [];
  const { refused, podNames } = log;
  return refused
    .filter(({ came }) => came > 0)
    .map(({ cell, refused: all, came }) => [cell, { code: 'refused-but-done', came, refused: all, podNames }]);
}

function isServedBy(topology: RunSetting['topology'], { server }: NamedPair['question'], workload: string): boolean {
  return workloadsAsked(topology, server).some((asked) => workloadName(asked) === workload);
}
