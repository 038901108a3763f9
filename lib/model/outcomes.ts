import { type Asker, identityOf, type Result } from './attempt.ts';
import type { Retries } from './choice.ts';
import { hasSidecar } from './labels.ts';
import { isPassedOn } from './protocol.ts';
import { workloadName } from './reason.ts';
import { holds } from './rules.ts';
import type { ExpectedOutcome, Outcome, Workload } from './types.ts';

/** A try at the pods of one workload. */
export interface Tried {
  workload: Workload;
  result: Result;
}

/** istio/istio pilot/pkg/networking/core/route/retry/retry.go: two retries, and only where no connection came about. */
const retriesOnNoConnection = 2;

/**
 * Returns what requests come to, and in which share, where endpoints are drawn evenly.
 * A try without a connection is repeated: on hosts not tried yet, or wherever kube-proxy draws; what is left is a 503.
 */
export function outcomesOf(tried: Tried[], retries: Retries, asker: Asker): ExpectedOutcome[] {
  const pods = (some: Tried[]) => some.reduce((sum, { workload }) => sum + workload.replicas, 0);
  const failing = tried.filter(({ result }) => result === 'no-connection');
  const all = pods(tried);
  const lost = lostShare(pods(failing), all, retries);
  const answered = all - pods(failing);
  const found = new Map<string, ExpectedOutcome>();
  for (const one of tried) {
    const own = one.workload.replicas;
    const share = failing.includes(one) ? lost * (own / pods(failing)) : (1 - lost) * (own / answered);
    if (share === 0) continue;
    const outcome = outcomeOf(one.result, asker);
    const key = JSON.stringify(outcome);
    const same = found.get(key) ?? { outcome, endpoints: [], share: 0 };
    same.endpoints.push(workloadName(one.workload));
    same.share += share;
    found.set(key, same);
  }
  return [...found.values()];
}

/** Whether retries reach endpoints that answer in place of some that take no connection. */
export function retriesSave(tried: Tried[], retries: Retries): boolean {
  const failing = tried.filter(({ result }) => result === 'no-connection');
  return repeats(retries) && failing.length > 0 && failing.length < tried.length;
}

function repeats(retries: Retries): boolean {
  return retries === 'other-host' || retries === 'drawn-again';
}

/** Returns the part of the requests that never get a connection. */
function lostShare(failing: number, all: number, retries: Retries): number {
  if (failing === 0 || failing === all || !repeats(retries)) return failing / all;
  let share = 1;
  for (let tried = 0; tried <= retriesOnNoConnection; tried++) {
    if (retries === 'drawn-again') share *= failing / all;
    else if (tried < failing) share *= (failing - tried) / (all - tried);
    else return 0;
  }
  return share;
}

/** Returns what a client sees of a try that comes to a result. */
export function outcomeOf(result: Result, asker: Asker): Outcome {
  const { client, mesh } = asker;
  if (result === 'mtls') return { kind: 'mtls', identity: identityOf(client, mesh) };
  if (result === 'plain') return { kind: 'plain' };
  if (result === 'cut-off' && !hasSidecar(client)) return { kind: 'reset', curlExits: cutOffExits(asker) };
  if (result !== 'server-503' && !hasSidecar(client)) return { kind: 'reset', curlExits: [connectionRefused] };
  if (!isPassedOn(asker.protocol)) return { kind: 'unavailable' };
  return { kind: 'reset', curlExits: result === 'cut-off' ? cutOffExits(asker) : closedExits(asker) };
}

/** curl: couldn't connect. */
const connectionRefused = 7;

/**
 * curl 56 is a failure to receive. Below 1.10 the connection may end in good order, of which curl says 52, no answer. An
 * HTTP/2 client may find out while it sends, of which curl says 55; so may one of TLS 1.3, whose handshake is over for
 * the client before the server has looked at its certificate. A client's own sidecar may close in either way.
 */
function cutOffExits({ client, mesh, protocol }: Asker): number[] {
  if (protocol === 'grpc') return [55, 56];
  if (protocol === 'https') return [52, 55, 56];
  return hasSidecar(client) || holds('result.plain-text-ended', mesh.release) ? [52, 56] : [56];
}

/** A sidecar that reaches no server closes the connection it has taken: for HTTPS, within the TLS handshake. */
function closedExits({ protocol }: Asker): number[] {
  return protocol === 'https' ? [35] : [52, 56];
}
