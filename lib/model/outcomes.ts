import { type AskingClient, type Attempt, identityOf, type TryResult } from './clients/attempt.ts';
import type { Retries } from './clients/call.ts';
import type { ExpectedOutcome, Outcome } from './expected.ts';
import { workloadName } from './reason.ts';
import { holds } from './rules/rules.ts';
import type { Workload } from './types.ts';
import { hasSidecar } from './world/labels.ts';
import { isPassedOn } from './world/protocol.ts';

/** The result of a try at the pods of one workload. */
export interface TriedWorkload extends Pick<Attempt, 'result' | 'over'> {
  workload: Workload;
}

/**
 * istio/istio pilot/pkg/networking/core/route/retry/retry.go, the same from 1.4 to 1.31: two retries, and only if no
 * connection was established.
 */
const retriesOnNoConnection = 2;

/**
 * How often a retry draws a host, if each was tried before: `HostSelectionRetryMaxAttempts` of retry.go and once more.
 * It then goes to the last. envoyproxy/envoy source/extensions/load_balancing_policies/common/load_balancer_impl.cc,
 * ZoneAwareLoadBalancerBase::chooseHost.
 */
const drawsOfRetry = 6;

/**
 * Where all retries may fail, the 503 is rare if fewer requests than this share have it. It is the share of wrong
 * answers that a run finds by default: the answers to a pair may well not show what is rarer. A 503 where kube-proxy
 * draws is rare at any share: the sidecar keeps a connection that brought an answer, and uses it for later requests.
 */
const RARE = 0.05;

/**
 * Returns the outcomes of requests, and the share of each, if endpoints are drawn evenly. A try without a connection is
 * repeated on hosts not tried yet, or on a pod that kube-proxy draws. If none succeeds, the outcome is a 503.
 *
 * How Envoy draws depends on its load balancer. Least request, the default from 1.14, draws evenly and anew each time
 * while the sidecar has no other request to the Service. Round robin, the default before, takes turns, and so finds a
 * host not tried yet. The share of a rare outcome is therefore the most that is expected.
 */
export function outcomesOf(tried: TriedWorkload[], retries: Retries, asker: AskingClient): ExpectedOutcome[] {
  const pods = (some: TriedWorkload[]) => some.reduce((sum, { workload }) => sum + workload.replicas, 0);
  const failing = tried.filter(({ result }) => result === 'no-connection');
  const all = pods(tried);
  const lost = lostShare(pods(failing), all, retries);
  const answered = all - pods(failing);
  const isRare = repeats(retries) && (lost < RARE || (lost < 1 && retries === 'drawn-again'));
  // A connection that was cut off is not used again, unlike one to a pod that answers.
  const isKept = retries === 'drawn-again' && tried.some(({ result }) => answers(result));
  const found = new Map<string, ExpectedOutcome>();
  for (const one of tried) {
    const own = one.workload.replicas;
    const share = failing.includes(one) ? lost * (own / pods(failing)) : (1 - lost) * (own / answered);
    if (share === 0) continue;
    const outcome = outcomeOf(one, asker);
    const key = JSON.stringify(outcome);
    const rare = (isRare && failing.includes(one)) || (isKept && one.result === 'cut-off');
    const same = found.get(key) ?? { outcome, endpoints: [], share: 0, ...(rare && { rare }) };
    // Another endpoint always has this outcome: then it must be seen.
    if (!rare) delete same.rare;
    same.endpoints.push(workloadName(one.workload));
    same.share += share;
    found.set(key, same);
  }
  return [...found.values()];
}

function answers(result: TryResult): boolean {
  return result === 'mtls' || result === 'plain';
}

/** Returns whether retries reach endpoints that answer in place of others that accept no connection. */
export function retriesSave(tried: TriedWorkload[], retries: Retries): boolean {
  const failing = tried.filter(({ result }) => result === 'no-connection');
  return repeats(retries) && failing.length > 0 && failing.length < tried.length;
}

function repeats(retries: Retries): boolean {
  return retries === 'other-host' || retries === 'drawn-again';
}

/** Returns the share of requests that never get a connection. */
function lostShare(failing: number, all: number, retries: Retries): number {
  if (failing === 0 || failing === all || !repeats(retries)) return failing / all;
  if (retries === 'drawn-again') return (failing / all) ** (1 + retriesOnNoConnection);
  /** @param tried how many hosts were tried so far, none of which answers */
  const lost = (tried: number, retriesLeft: number): number => {
    if (tried > failing) return 0;
    if (retriesLeft === 0) return 1;
    const again = (tried / all) ** drawsOfRetry;
    const another = (1 - again) * ((failing - tried) / (all - tried));
    return again * lost(tried, retriesLeft - 1) + another * lost(tried + 1, retriesLeft - 1);
  };
  return (failing / all) * lost(1, retriesOnNoConnection);
}

/** Returns what a client sees of the result of a try, and what the server's sidecar counts of it. */
export function outcomeOf({ result, over }: Pick<Attempt, 'result' | 'over'>, asker: AskingClient): Outcome {
  const outcome = seenOf(result, asker);
  return over !== undefined && (outcome.kind === 'denied' || outcome.kind === 'reset') ? { ...outcome, over } : outcome;
}

function seenOf(result: TryResult, asker: AskingClient): Outcome {
  const { client, mesh } = asker;
  if (result === 'mtls') return { kind: 'mtls', identity: identityOf(client, mesh) };
  if (result === 'plain') return { kind: 'plain' };
  if (result === 'denied') {
    return isPassedOn(asker.protocol) ? { kind: 'reset', curlExits: closedExits(asker) } : { kind: 'denied' };
  }
  if (result === 'cut-off' && !hasSidecar(client)) return { kind: 'reset', curlExits: cutOffExits(asker) };
  if (result !== 'server-503' && !hasSidecar(client)) return { kind: 'reset', curlExits: [connectionRefused] };
  if (!isPassedOn(asker.protocol)) return { kind: 'unavailable' };
  return { kind: 'reset', curlExits: result === 'cut-off' ? cutOffExits(asker) : closedExits(asker) };
}

/** curl: couldn't connect. */
const connectionRefused = 7;

/**
 * curl's exit code 56 is a failure to receive. Before 1.10 the connection may be closed cleanly: 52, no answer. A
 * client may also notice the end while it sends: 55. This happens with HTTP/2, and with TLS 1.3, where the client's
 * handshake is complete before the server has checked its certificate. A client's own sidecar may close the connection
 * in either way.
 */
function cutOffExits({ client, mesh, protocol }: AskingClient): number[] {
  if (protocol === 'grpc') return [55, 56];
  if (protocol === 'https') return [52, 55, 56];
  return hasSidecar(client) || holds('result.plain-text-ended', mesh.release) ? [52, 56] : [56];
}

/**
 * A sidecar that reaches no server, or that denies the client, closes the connection that it has accepted: for HTTPS,
 * during the TLS handshake.
 */
function closedExits({ protocol }: AskingClient): number[] {
  return protocol === 'https' ? [35] : [52, 56];
}
