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

/** The requests of a pair, which its Service may lead to any of the workloads, as `namespace/name`. */
export interface AskedPair extends Tokens {
  cell: string;
  protocol: Protocol;
  workloads: string[];
}

/** Reads the logs of the servers whose requests were refused, and looks for the tokens of a step's requests. */
export async function readServerLogs(
  run: Pick<Run, 'kube' | 'topology' | 'made' | 'signal' | 'limits'>,
  { logging }: Pick<Learned, 'logging'>,
  { cells, tokens, serving, appliedAt }: AskedRequests,
): Promise<ServerLog[]> {
  const pairs = cells.map(({ id, question }): AskedPair => {
    const workloads = workloadsAsked(run.topology, question.server).map(workloadName);
    const { refused = [], answered = [] } = tokens.get(id) ?? {};
    return { cell: id, protocol: question.protocol, workloads, refused, answered };
  });
  const refusing = new Set(pairs.filter(isRefused).flatMap(({ workloads }) => workloads));
  const servers = run.topology.workloads.filter((workload) => refusing.has(workloadName(workload)));
  const read = (workload: Workload): Promise<Log> => {
    const lines = linesOf(pairs.filter(({ workloads }) => workloads.includes(workloadName(workload))));
    return readLog(run, workload, { serving, appliedAt, lines });
  };
  const reads = new Map(servers.map((workload) => [workloadName(workload), () => read(workload)]));
  const compare = (logs: ReadonlyMap<string, Log>): ServerLog[] => compareLogs(pairs, logs, logging);
  return caughtUp(reads, compare, { limitMs: run.limits.servingMs, signal: run.signal });
}

function isRefused({ refused }: AskedPair): boolean {
  return refused.length > 0;
}

/** Istio's echo server logs a line of the connection if it is TLS, one of the request, and one of its answer. */
const LINES_PER_REQUEST = 3;
/** For requests that are not looked for, such as those whose answers were not read. */
const SPARE_LINES = 5_000;

/** Returns how many lines of a log have all of a step's requests to a workload. */
function linesOf(pairs: readonly AskedPair[]): number {
  const requests = pairs.reduce((sum, { answered, refused }) => sum + answered.length + refused.length, 0);
  return SPARE_LINES + LINES_PER_REQUEST * requests;
}

/** Returns the servers and protocols whose logs show requests that were answered, as `Learned` has them. */
export function showing(logs: readonly ServerLog[]): string[] {
  return logs.flatMap((log) => ('unread' in log || !log.showsAnswered ? [] : [loggingKey(log.workload, log.protocol)]));
}

/** A server may log the requests of one protocol, and none of another. */
function loggingKey(workload: string, protocol: Protocol | undefined): string {
  return `${protocol}://${workload}`;
}

/**
 * Compares what workloads logged with the tokens of the requests that they may have got, protocol by protocol.
 * @param logs by workload
 * @param logging what was seen to show requests that were answered, as `Learned` has it
 */
export function compareLogs(
  pairs: readonly AskedPair[],
  logs: ReadonlyMap<string, Log>,
  logging: Learned['logging'],
): ServerLog[] {
  return [...logs].flatMap(([workload, log]): ServerLog[] => {
    if ('unread' in log) return [{ workload, unread: log.unread }];
    const others = [...logs.values()].flatMap((other) => ('unread' in other || other === log ? [] : [other]));
    const isAnotherOnes = (token: string): boolean => others.some(({ shown }) => shown.has(token));
    const own = pairs.filter(({ workloads }) => workloads.includes(workload));
    const refusing = [...Map.groupBy(own, ({ protocol }) => protocol)].filter(([, all]) => all.some(isRefused));
    return refusing.map(([protocol, all]) => {
      const answered = all.flatMap((pair) => pair.answered).filter((token) => !isAnotherOnes(token));
      return {
        workload,
        protocol,
        podNames: log.podNames,
        answered: answered.length,
        showsAnswered: answered.some((token) => log.shown.has(token)),
        showedAnswered: logging.has(loggingKey(workload, protocol)),
        refused: all.filter(isRefused).map(({ cell, refused }) => {
          return { cell, refused: refused.length, came: refused.filter((token) => log.shown.has(token)).length };
        }),
      };
    });
  });
}

/**
 * Reads logs until each shows what it should: what a server writes takes a moment until the kubelet has it.
 * @param reads reads the log of a workload
 * @returns what was read last, compared
 */
export async function caughtUp(
  reads: ReadonlyMap<string, () => Promise<Log>>,
  compare: (logs: ReadonlyMap<string, Log>) => ServerLog[],
  wait: Pick<Wait, 'limitMs' | 'signal'>,
): Promise<ServerLog[]> {
  const readAll = (some: Iterable<[string, () => Promise<Log>]>): Promise<[string, Log][]> =>
    Promise.all([...some].map(async ([workload, read]) => [workload, await read()]));
  let logs = new Map(await readAll(reads));
  let compared = compare(logs);
  const look = async (): Promise<boolean> => {
    const behind = new Set(compared.filter(isBehind).map(({ workload }) => workload));
    if (behind.size > 0) {
      logs = new Map([...logs, ...(await readAll([...reads].filter(([workload]) => behind.has(workload))))]);
      compared = compare(logs);
    }
    return !compared.some(isBehind);
  };
  await waitFor(look, { what: "the servers' logs", ...wait }).catch(unlessLate);
  return compared;
}

/** Returns whether a log does not show yet what it did in an earlier step. */
function isBehind(log: ServerLog): boolean {
  return !('unread' in log) && log.showedAnswered && log.answered > 0 && !log.showsAnswered;
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
