import { isPassedOn, type Outcome } from '../../../model/index.ts';
import type { Gap } from '../../gaps.ts';
import type { AskedRecord, Batch, Counter, Pair, Reading, Shown } from '../../record/asked.ts';
import { isHttp } from '../answers/shown.ts';

// A client can forge X-Forwarded-Client-Cert, but not the connection counters of the server's sidecar.

/** Returns the unique id of a counter. */
export function counterId({ pod, part }: Pick<Counter, 'pod' | 'part'>): string {
  return `${pod} ${part}`;
}

/** Returns the workloads whose sidecars have these counters. */
export function workloadsOf(counters: Counter[]): ReadonlySet<string> {
  return new Set(counters.map(({ workload }) => workload));
}

/** Returns the servers with an endpoint that has no counted sidecar. */
export function mixedOf(pairs: Pair[], counters: Counter[]): ReadonlySet<string> {
  const counted = workloadsOf(counters);
  const isBare = ({ expectation }: Pair): boolean =>
    expectation.outcomes.some(({ endpoints }) => endpoints.some((endpoint) => !counted.has(endpoint)));
  return new Set(pairs.filter(isBare).map(({ server }) => server));
}

/**
 * Returns the maximum number of requests that clients without a sidecar sent to the sidecars of a server since a time. Each
 * of their requests makes a plain-text connection of its own.
 * @param sinceMs milliseconds since the step was applied
 */
export function plainRequestsTo(
  asked: Pick<AskedRecord, 'pairs' | 'shown' | 'batches'>,
  counters: Counter[],
  { server, sinceMs }: { server: string; sinceMs: number },
): number {
  const reach = { mixed: mixedOf(asked.pairs, counters), counted: workloadsOf(counters) };
  const without = new Set(asked.pairs.filter(({ sidecar }) => !sidecar).map(({ client }) => client));
  return asked.batches
    .filter((batch) => without.has(batch.client) && endOf(batch) > sinceMs)
    .flatMap((batch) => requestsOf(batch, asked))
    .filter(({ pair, shown }) => {
      return pair.server === server && (shown === undefined || isTaken(pair) || mayReach(pair, shown, reach));
    }).length;
}

/** The pod of a client that was lost may be sending requests still. */
function endOf(batch: Batch): number {
  return 'because' in batch ? Number.POSITIVE_INFINITY : batch.endedMs;
}

/** Returns the requests of a batch, with what their answers showed; of a lost batch, nothing is known of these. */
function requestsOf(
  batch: Batch,
  { pairs, shown }: Pick<AskedRecord, 'pairs' | 'shown'>,
): { pair: Pair; shown?: Shown }[] {
  if ('because' in batch) return batch.asked.map((pair) => ({ pair: pairs[pair] as Pair }));
  return batch.rounds.flatMap(({ came }) =>
    came.map(([pair, what]) => ({ pair: pairs[pair] as Pair, shown: shown[what] as Shown })),
  );
}

/**
 * Returns whether a request of a client without a sidecar may have reached a counted sidecar of its server.
 * @param reach.mixed servers of which only some endpoints have a sidecar: there, the answers show which kind was reached
 * @param reach.counted the workloads with a sidecar
 */
function mayReach(
  { server, protocol }: Pair,
  { observation, ...shown }: Shown,
  { mixed, counted }: { mixed: ReadonlySet<string>; counted: ReadonlySet<string> },
): boolean {
  if (observation.kind === 'answered') return counted.has(observation.workload);
  return mixed.has(server) && !isPassedOn(protocol) ? shown.through !== false : isHttp(shown);
}

/** Returns over what a server's sidecar takes a request that is then refused; undefined for others. */
export function takenOver(outcome: Outcome): 'mtls' | 'plain' | undefined {
  return 'over' in outcome ? outcome.over : undefined;
}

/** Returns whether a sidecar takes requests of a pair before they are refused: over TCP no answer shows it. */
function isTaken({ expectation, before }: Pair): boolean {
  const outcomes = [expectation, before].flatMap((one) => one?.outcomes ?? []);
  return outcomes.some(({ outcome }) => takenOver(outcome) !== undefined);
}

/** What the counters of a Service's sidecars show about traffic from clients with a sidecar. */
export type CounterEvidence =
  | { unknown: Gap }
  | {
      /** Whether any connection was TLS. */
      tls: boolean;
      /** The number of plain-text connections that did not come from clients without a sidecar. */
      plain: number;
      /** The number of requests of all clients; absent if a sidecar does not count them. */
      requests?: number;
    };

/**
 * Returns what two readings show about a Service.
 * @param requests the maximum number of requests that clients without a sidecar sent to it between the readings
 */
export function counterEvidenceOf(
  counters: Counter[],
  first: Reading | undefined,
  last: Reading | undefined,
  requests: number,
): CounterEvidence {
  if (counters.length === 0) return { unknown: { code: 'server-unasked' } };
  let tls = 0;
  let plain = -requests;
  let taken = 0;
  for (const counter of counters) {
    const { pod } = counter;
    const [before, after] = [first?.[counterId(counter)], last?.[counterId(counter)]];
    if (before === undefined || after === undefined) return { unknown: { code: 'server-unasked', pod } };
    if ('code' in before) return { unknown: before };
    if ('code' in after) return { unknown: after };
    if (after.total < before.total || after.tls < before.tls) return { unknown: { code: 'server-restarted', pod } };
    tls += before.activeTls + after.tls - before.tls;
    plain += before.active - before.activeTls + (after.total - after.tls) - (before.total - before.tls);
    taken += (after.requests ?? Number.NaN) - (before.requests ?? Number.NaN);
  }
  return { tls: tls > 0, plain: Math.max(0, plain), ...(!Number.isNaN(taken) && { requests: taken }) };
}
