import type { ExpectedOutcome } from '../../../model/index.ts';
import type { Counter, Pair, Reading } from '../../record/asked.ts';
import { usual } from '../answers/rare.ts';
import { type CounterEvidence, counterId, takenOver, workloadsOf } from './counters.ts';

/** The traffic that a Service's endpoints with a sidecar should get from clients with one: one kind, or several. */
export type ExpectedTraffic = 'mtls' | 'plain' | 'mixed';

/**
 * Returns that kind; undefined if no endpoint with a sidecar should get any. Requests that a sidecar refuses are of no
 * kind, they bring no evidence for the other ones, and none against them: but for what it has taken and counted before, as
 * where an AuthorizationPolicy refuses it.
 */
export function expectedTrafficAt(server: string, counters: Counter[], pairs: Pair[]): ExpectedTraffic | undefined {
  const workloads = workloadsOf(counters);
  const asking = pairs.filter((pair) => pair.sidecar && pair.server === server);
  // Traffic that is not certain may be of any kind.
  if (counters.length > 0 && asking.some(({ expectation }) => expectation.notJudged !== undefined)) return 'mixed';
  const outcomes = asking.flatMap(({ expectation }) => usual(expectation.outcomes));
  const answered = outcomes
    .filter((outcome) => isCounted(outcome, workloads))
    .map(({ outcome }) => outcome.kind as 'mtls' | 'plain');
  if (answered.length === 0) return undefined;
  const [only, ...more] = new Set([...answered, ...outcomes.flatMap(({ outcome }) => takenOver(outcome) ?? [])]);
  return more.length === 0 ? only : 'mixed';
}

/**
 * Returns whether counters of these workloads show an outcome: an answer from one of them. Mutual TLS always ends at a
 * sidecar, even at one that has no counter here.
 */
export function isCounted({ outcome, endpoints }: ExpectedOutcome, workloads: ReadonlySet<string>): boolean {
  return outcome.kind === 'mtls' || (outcome.kind === 'plain' && endpoints.some((endpoint) => workloads.has(endpoint)));
}

/** Returns whether two readings show that a step has arrived: new connections only of the kind that it leads to. */
export function isArrived(kind: ExpectedTraffic | undefined, counts: CounterEvidence): boolean {
  if ('unknown' in counts) return false;
  if (kind === 'mtls') return counts.tls && counts.plain === 0;
  return kind !== 'plain' || !counts.tls;
}

/** Returns whether no connection is open of the kind that clients with a sidecar should no longer use. */
export function isSettled(counters: Counter[], kind: ExpectedTraffic | undefined, reading: Reading): boolean {
  return counters.every((counter) => {
    const connections = reading[counterId(counter)];
    if (connections === undefined || 'code' in connections) return false;
    if (kind === 'mtls') return connections.active === connections.activeTls;
    return kind !== 'plain' || connections.activeTls === 0;
  });
}
