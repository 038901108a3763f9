import {
  type Deployment,
  type KubeObject,
  nameOf,
  type Workload,
  workloadName,
  workloadsAsked,
} from '../model/index.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import { logOf } from '../platform/kube/index.ts';
import { unlessLate, type Wait, waitFor } from '../platform/wait.ts';
import type { Asking } from '../probe/index.ts';
import {
  isEnding,
  isUnanswered,
  type NamedPair,
  type Pods,
  podName,
  podsOf,
  type ServerLog,
} from '../verdict/index.ts';
import type { Learned, Run } from './run.ts';

// Servers log each request with its path, or with its headers where that is always the same, and so with the token of the
// request.

/** The tokens of a cell's requests. */
interface Tokens {
  /** Of those that were refused while answers counted. */
  refused: string[];
  /** Of those that were answered, and so must be in a log of the server's. */
  answered: string[];
}

/** The tokens of a step's requests, by the cell's id. */
export type TokensByCell = ReadonlyMap<string, Tokens>;

/** Returns where to collect tokens, and what collects them. */
export function tokenCollector(): { tokens: TokensByCell; collect: NonNullable<Asking['onAnswer']> } {
  const tokens = new Map<string, Tokens>();
  const collect: NonNullable<Asking['onAnswer']> = (cell, { token, observation: { kind }, counts }) => {
    const collected = tokens.get(cell.id) ?? { refused: [], answered: [] };
    tokens.set(cell.id, collected);
    if (kind === 'mtls' || kind === 'plain' || kind === 'answered') collected.answered.push(token);
    if (counts && isUnanswered(cell) && kind !== 'not-observed' && collected.answered.at(-1) !== token)
      collected.refused.push(token);
  };
  return { tokens, collect };
}

/** The newest lines of a log that are read: more than a step sends. */
const LINES = 5_000;

/** The requests of a step. */
export interface AskedRequests {
  cells: NamedPair[];
  tokens: TokensByCell;
  /** The pods when the step was applied. */
  serving: Pods;
  /** In milliseconds since 1970, by this machine's clock. */
  appliedAt: number;
}

/** Reads the logs of the servers whose requests were refused, and looks for the tokens of a step's requests. */
export async function readServerLogs(
  run: Pick<Run, 'kube' | 'topology' | 'made' | 'signal' | 'limits'>,
  { logging }: Pick<Learned, 'logging'>,
  { cells, tokens, serving, appliedAt }: AskedRequests,
): Promise<ServerLog[]> {
  const all = cells.map(({ id, question }) => ({
    cell: id,
    workloads: workloadsAsked(run.topology, question.server),
    tokens: tokens.get(id) ?? { refused: [], answered: [] },
  }));
  const workloads = new Set(all.filter((asked) => asked.tokens.refused.length > 0).flatMap((asked) => asked.workloads));
  return Promise.all(
    [...workloads].map(async (workload) => {
      const path = workloadName(workload);
      const ofWorkload = all.filter((asked) => asked.workloads.includes(workload));
      const showedAnswered = logging.has(path);
      const read = (): Promise<Log> => readLog(run, workload, serving, appliedAt);
      const answered = ofWorkload.flatMap((asked) => asked.tokens.answered);
      const wait = { limitMs: run.limits.servingMs, signal: run.signal };
      const log = showedAnswered ? await caughtUp(read, answered, wait) : await read();
      return serverLog(path, log, new Map(ofWorkload.map((asked) => [asked.cell, asked.tokens])), showedAnswered);
    }),
  );
}

/**
 * Compares a workload's log with the tokens of the cells whose requests it may get.
 * @param showedAnswered whether its log has shown answered requests before
 */
export function serverLog(workload: string, log: Log, tokens: TokensByCell, showedAnswered: boolean): ServerLog {
  if ('unread' in log) return { workload, unread: log.unread };
  const isIn = (token: string): boolean => log.text.includes(token);
  const answered = [...tokens.values()].flatMap((ofCell) => ofCell.answered);
  return {
    workload,
    podNames: log.podNames,
    answered: answered.length,
    showsAnswered: answered.some(isIn),
    showedAnswered,
    refused: [...tokens]
      .filter(([, { refused }]) => refused.length > 0)
      .map(([cell, { refused }]) => ({ cell, refused: refused.length, came: refused.filter(isIn).length })),
  };
}

/**
 * Reads a log until it shows one of the requests that its server answered: what a server writes takes a moment until the
 * kubelet has it.
 * @returns what was read last
 */
export async function caughtUp(
  read: () => Promise<Log>,
  answered: readonly string[],
  wait: Pick<Wait, 'limitMs' | 'signal'>,
): Promise<Log> {
  const isEnough = (log: Log): boolean =>
    'unread' in log || answered.length === 0 || answered.some((token) => log.text.includes(token));
  let log = await read();
  const look = async (): Promise<boolean> => {
    if (!isEnough(log)) log = await read();
    return isEnough(log);
  };
  await waitFor(look, { what: "the servers' logs", ...wait }).catch(unlessLate);
  return log;
}

/** What the pods of a workload logged since the step was applied. */
export type Log = { text: string; podNames: string } | { unread: string };

async function readLog(
  { kube, made, signal }: Pick<Run, 'kube' | 'made' | 'signal'>,
  workload: Workload,
  serving: Pods,
  appliedAt: number,
): Promise<Log> {
  const sinceMs = performance.timeOrigin + performance.now() - appliedAt;
  const pods = podsOf(workload, serving, made).filter((pod) => !isEnding(pod));
  try {
    const texts = await Promise.all(
      pods.flatMap(({ metadata: { namespace = '', name } }) =>
        applicationOf(made, workload).map((container) => {
          return logOf(kube, { namespace, pod: name, container }, sinceMs, LINES);
        }),
      ),
    );
    return { text: texts.join('\n'), podNames: pods.map(podName).join(', ') };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    return { unread: error.message };
  }
}

/** Returns the containers of a workload's own, without those that the cluster adds. */
function applicationOf(made: KubeObject[], { namespace, name }: Workload): string[] {
  const isIt = (object: KubeObject): object is Deployment =>
    nameOf(object) === `Deployment ${namespace}/${name}` && 'spec' in object;
  return made.filter(isIt).flatMap(({ spec }) => spec.template.spec.containers.map((container) => container.name));
}
