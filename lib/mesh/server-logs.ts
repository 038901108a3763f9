import {
  type Deployment,
  type KubeObject,
  nameOf,
  type Protocol,
  type Workload,
  workloadName,
  workloadsAsked,
} from '../model/index.ts';
import { InconclusiveError, UsageError } from '../platform/errors.ts';
import { logOf } from '../platform/kube/index.ts';
import { unlessLate, type Wait, waitFor } from '../platform/wait.ts';
import { type Asking, tokensIn } from '../probe/index.ts';
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

/** The requests of a step. */
export interface AskedRequests {
  cells: NamedPair[];
  tokens: TokensByCell;
  /** The pods when the step was applied. */
  serving: Pods;
  /** In milliseconds since 1970, by this machine's clock. */
  appliedAt: number;
}

/** The requests of a pair, which its Service may lead to any of the workloads. */
interface AskedPair {
  cell: string;
  protocol: Protocol;
  workloads: Workload[];
  tokens: Tokens;
}

/** Reads the logs of the servers whose requests were refused, and looks for the tokens of a step's requests. */
export async function readServerLogs(
  run: Pick<Run, 'kube' | 'topology' | 'made' | 'signal' | 'limits'>,
  { logging }: Pick<Learned, 'logging'>,
  { cells, tokens, serving, appliedAt }: AskedRequests,
): Promise<ServerLog[]> {
  const all = cells.map(
    ({ id, question }): AskedPair => ({
      cell: id,
      protocol: question.protocol,
      workloads: workloadsAsked(run.topology, question.server),
      tokens: tokens.get(id) ?? { refused: [], answered: [] },
    }),
  );
  const workloads = new Set(all.filter(isRefused).flatMap((asked) => asked.workloads));
  const logs = await Promise.all(
    [...workloads].map(async (workload) => {
      const path = workloadName(workload);
      const ofWorkload = all.filter((asked) => asked.workloads.includes(workload));
      const kinds = [...Map.groupBy(ofWorkload, ({ protocol }) => protocol)]
        .filter(([, pairs]) => pairs.some(isRefused))
        .map(([protocol, pairs]) => ({ protocol, pairs, showedAnswered: logging.has(loggingKey(path, protocol)) }));
      const expected = kinds
        .filter(({ showedAnswered }) => showedAnswered)
        .map(({ pairs }) => pairs.flatMap((asked) => asked.tokens.answered));
      const read = (): Promise<Log> => readLog(run, workload, { serving, appliedAt, lines: linesOf(ofWorkload) });
      const log = await caughtUp(read, expected, { limitMs: run.limits.servingMs, signal: run.signal });
      if ('unread' in log) return [{ workload: path, unread: log.unread }];
      return kinds.map(({ protocol, pairs, showedAnswered }) =>
        serverLog({ workload: path, protocol }, log, {
          tokens: new Map(pairs.map((asked) => [asked.cell, asked.tokens])),
          showedAnswered,
        }),
      );
    }),
  );
  return logs.flat();
}

/** Returns the servers and protocols whose logs show requests that were answered, as `Learned` has them. */
export function showing(logs: readonly ServerLog[]): string[] {
  return logs.flatMap((log) => ('unread' in log || !log.showsAnswered ? [] : [loggingKey(log.workload, log.protocol)]));
}

/** A server may log the requests of one protocol, and none of another. */
function loggingKey(workload: string, protocol: Protocol | undefined): string {
  return `${protocol}://${workload}`;
}

function isRefused({ tokens }: AskedPair): boolean {
  return tokens.refused.length > 0;
}

/** Istio's echo server logs a line of the connection if it is TLS, one of the request, and one of its answer. */
const LINES_PER_REQUEST = 3;
/** For requests that are not looked for, such as those of strangers. */
const SPARE_LINES = 5_000;

/** Returns how many lines of a log have all of a step's requests to a workload. */
function linesOf(pairs: readonly AskedPair[]): number {
  const requests = pairs.flatMap(({ tokens }) => [tokens.answered.length, tokens.refused.length]);
  return SPARE_LINES + LINES_PER_REQUEST * requests.reduce((sum, count) => sum + count, 0);
}

/** Compares what a workload logged with the tokens of the cells of one protocol whose requests it may get. */
export function serverLog(
  server: { workload: string; protocol: Protocol },
  { podNames, shown }: ShownLog,
  { tokens, showedAnswered }: { tokens: TokensByCell; showedAnswered: boolean },
): Extract<ServerLog, { refused: object }> {
  const isIn = (token: string): boolean => shown.has(token);
  const answered = [...tokens.values()].flatMap((ofCell) => ofCell.answered);
  return {
    ...server,
    podNames,
    answered: answered.length,
    showsAnswered: answered.some(isIn),
    showedAnswered,
    refused: [...tokens]
      .filter(([, { refused }]) => refused.length > 0)
      .map(([cell, { refused }]) => ({ cell, refused: refused.length, came: refused.filter(isIn).length })),
  };
}

/**
 * Reads a log until it shows what it should: what a server writes takes a moment until the kubelet has it.
 * @param expected the tokens of requests that were answered, of each protocol of which one should be shown
 * @returns what was read last
 */
export async function caughtUp(
  read: () => Promise<Log>,
  expected: readonly (readonly string[])[],
  wait: Pick<Wait, 'limitMs' | 'signal'>,
): Promise<Log> {
  const isEnough = (log: Log): boolean =>
    'unread' in log ||
    expected.every((answered) => answered.length === 0 || answered.some((one) => log.shown.has(one)));
  let log = await read();
  const look = async (): Promise<boolean> => {
    if (!isEnough(log)) log = await read();
    return isEnough(log);
  };
  await waitFor(look, { what: "the servers' logs", ...wait }).catch(unlessLate);
  return log;
}

/** The tokens of requests that the pods of a workload logged since the step was applied. */
interface ShownLog {
  shown: ReadonlySet<string>;
  podNames: string;
}

/** What was logged, or why it could not be read. */
export type Log = ShownLog | { unread: string };

async function readLog(
  { kube, made, signal }: Pick<Run, 'kube' | 'made' | 'signal'>,
  workload: Workload,
  { serving, appliedAt, lines }: Pick<AskedRequests, 'serving' | 'appliedAt'> & { lines: number },
): Promise<Log> {
  const sinceMs = performance.timeOrigin + performance.now() - appliedAt;
  const pods = podsOf(workload, serving, made).filter((pod) => !isEnding(pod));
  try {
    const texts = await Promise.all(
      pods.flatMap(({ metadata: { namespace = '', name } }) =>
        applicationOf(made, workload).map((container) => {
          return logOf(kube, { namespace, pod: name, container }, sinceMs, lines);
        }),
      ),
    );
    return { shown: tokensIn(texts.join('\n')), podNames: pods.map(podName).join(', ') };
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
