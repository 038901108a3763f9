import { InconclusiveError, UsageError } from '../errors.ts';
import { logOf } from '../kube/logs.ts';
import { aliasTarget, serviceNamed } from '../model/endpoints.ts';
import { nameOf } from '../model/name.ts';
import { workloadName } from '../model/reason.ts';
import type { KubeObject, Workload } from '../model/types.ts';
import type { Asking, Cell, Judgement } from '../probe/types.ts';
import { isUnanswered } from '../verdict/answers/control.ts';
import { type VerdictReason, verdictOf } from '../verdict/reasons.ts';
import { unlessLate, type Wait, waitFor } from '../wait.ts';
import type { RunCell } from './cells.ts';
import { isEnding, podName, podsOf } from './pods.ts';
import type { Run } from './run.ts';
import { backing, type Serving } from './serving.ts';

// A request that was refused must not have been done: the server's application must never have got it. Servers log
// each request with its path, or with its headers where that is always the same, and so with the token of the request.

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
    const own = tokens.get(cell.id) ?? { refused: [], answered: [] };
    tokens.set(cell.id, own);
    if (kind === 'mtls' || kind === 'plain' || kind === 'answered') own.answered.push(token);
    if (counts && isUnanswered(cell) && kind !== 'not-observed' && own.answered.at(-1) !== token)
      own.refused.push(token);
  };
  return { tokens, collect };
}

/** What the logs of a step's servers say about refused requests. */
export interface RefusedReview {
  notes: string[];
  /** Returns the judgement of a cell in view of this. */
  judge(cell: Cell, judgement: Judgement): Judgement;
}

/** The newest lines of a log that are read: more than a step sends. */
const LINES = 5_000;

/** A cell with the workloads behind the Service that it asks, as `namespace/name`. */
type Behind = { cell: Cell; workloads: string[] };

/**
 * Looks into the logs of the servers whose requests were refused, whether any of these reached the application. A server
 * whose log does not show what it answered says nothing: a note says so.
 */
export async function reviewRefused(
  run: Pick<Run, 'kube' | 'topology' | 'made' | 'signal' | 'logging' | 'limits'>,
  {
    cells,
    tokens,
    serving,
    appliedAt,
  }: { cells: RunCell[]; tokens: TokensByCell; serving: Serving; appliedAt: number },
): Promise<RefusedReview> {
  const refused = cells.filter(({ id }) => (tokens.get(id)?.refused.length ?? 0) > 0);
  const workloads = new Set(refused.flatMap((cell) => behind(run, cell)));
  const all = cells.map((cell) => ({ cell, workloads: behind(run, cell).map(workloadName) }));
  const logs = await Promise.all(
    [...workloads].map(async (one) => {
      const path = workloadName(one);
      const { answered } = atWorkload(all, path, tokens);
      const read = (): Promise<Log> => readLog(run, one, serving, appliedAt);
      const limitMs = run.limits.servingMs;
      const log = run.logging.has(path)
        ? await caughtUp(read, answered, { limitMs, signal: run.signal })
        : await read();
      return [path, log] as const;
    }),
  );
  return refusedReview(all, { tokens, logs: new Map(logs), logging: run.logging });
}

/** Returns the cells whose requests a workload may get, and the tokens of those that were answered. */
function atWorkload(all: Behind[], workload: string, tokens: TokensByCell): { own: Cell[]; answered: string[] } {
  const own = all.filter(({ workloads }) => workloads.includes(workload)).map(({ cell }) => cell);
  return { own, answered: own.flatMap(({ id }) => tokens.get(id)?.answered ?? []) };
}

/**
 * Compares tokens with logs.
 * @param known.logs by workload
 * @param known.logging the workloads whose logs have shown answered requests; those that do now are added
 */
export function refusedReview(
  all: Behind[],
  { tokens, logs, logging }: { tokens: TokensByCell; logs: ReadonlyMap<string, Log>; logging: Set<string> },
): RefusedReview {
  const notes: string[] = [];
  const found = new Map<string, VerdictReason>();
  for (const [workload, log] of logs) {
    const { own, answered } = atWorkload(all, workload, tokens);
    const doubt = (reason: VerdictReason): void => {
      for (const { id } of own) found.set(id, reason);
    };
    if ('unread' in log) {
      doubt({ code: 'log-unread', workload, error: log.unread });
      continue;
    }
    const isIn = (token: string): boolean => log.text.includes(token);
    if (answered.some(isIn)) logging.add(workload);
    else if (answered.length > 0 && logging.has(workload)) doubt({ code: 'log-silent', workload });
    else if (answered.length > 0) {
      const silent = 'its log does not show the requests that it answered';
      notes.push(`whether refused requests reached ${workload} is not known: ${silent}`);
    }
    for (const { id } of own) {
      const refused = tokens.get(id)?.refused ?? [];
      const came = refused.filter(isIn).length;
      if (came === 0) continue;
      found.set(id, { code: 'refused-but-done', came, refused: refused.length, podNames: log.pods });
    }
  }
  return {
    notes,
    judge: (cell, judgement) => {
      const reason = found.get(cell.id);
      if (reason === undefined || !isUnanswered(cell) || judgement.verdict !== 'pass') return judgement;
      return { ...judgement, verdict: verdictOf([reason]), reasons: [reason] };
    },
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
export type Log = { text: string; pods: string } | { unread: string };

async function readLog(
  { kube, made, signal }: Pick<Run, 'kube' | 'made' | 'signal'>,
  workload: Workload,
  serving: Serving,
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
    return { text: texts.join('\n'), pods: pods.map(podName).join(', ') };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof UsageError || error instanceof InconclusiveError)) throw error;
    return { unread: error.message };
  }
}

interface Deployment extends KubeObject {
  spec: { template: { spec: { containers: { name: string }[] } } };
}

/** Returns the containers of a workload's own, without those that the cluster adds. */
function applicationOf(made: KubeObject[], { namespace, name }: Workload): string[] {
  const isIt = (object: KubeObject): object is Deployment =>
    nameOf(object) === `Deployment ${namespace}/${name}` && 'spec' in object;
  return made.filter(isIt).flatMap(({ spec }) => spec.template.spec.containers.map((container) => container.name));
}

/** Returns the workloads that serve the Service that a cell asks. */
function behind({ topology }: Pick<Run, 'topology'>, { question: { server } }: RunCell): Workload[] {
  const named = serviceNamed(topology.services, server);
  return named === undefined ? [] : backing(aliasTarget(topology, named), topology.workloads);
}
