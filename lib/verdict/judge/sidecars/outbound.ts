import { type ExpectedOutcome, isPassedOn } from '../../../model/index.ts';
import type { Gap } from '../../gaps.ts';
import type { Judgement } from '../../judgement.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { ClusterCounts, EndpointCounts, OutboundReadings, Pair } from '../../record/asked.ts';
import { usual } from '../answers/rare.ts';
import { matches } from '../answers/tally.ts';

// The client's own sidecar counts the requests and connections that it makes to each endpoint, and the handshakes of
// each Service. The server cannot touch that.

/** What a client's sidecar says of the answers of a pair that count. */
export type ClientEvidence =
  /** It cannot tell, or was not asked. `isHeard` if it answered, but does not count this by the server's endpoints. */
  | { unknown: Gap; isHeard?: true }
  /** It sent requests to somebody who was none of the server's pods before the step. */
  | { strays: VerdictReason }
  /** It sent something else, or not as many. */
  | { contradicts: VerdictReason }
  /**
   * It sent each request to an endpoint of which such an answer is expected, and, where TLS is expected, over TLS.
   * `withoutTls` if it never makes a handshake with the Service, so that nothing can have gone over TLS.
   */
  | { agrees: true; withoutTls?: true };

/**
 * Compares the answers of a pair that count with what the client's sidecar made meanwhile.
 * @param workloads the workload of each address that may be an endpoint
 */
export function sentFor(
  pair: Pair,
  judgement: Pick<Judgement, 'seen' | 'requests'>,
  { first, last }: OutboundReadings,
  workloads: Readonly<Record<string, string>>,
): ClientEvidence {
  if (first === undefined || last === undefined) return { unknown: { code: 'client-unasked' } };
  if ('code' in first) return { unknown: first };
  if ('code' in last) return { unknown: last };
  const { clusters = [''], routed = [] } = pair;
  const [named, ...others] = clusters.map((cluster) => {
    const all = [...new Set([cluster, ...routed])].flatMap((name): Counted[] => {
      const after = last.clusters[name];
      return after === undefined ? [] : [{ before: first.clusters[name], after }];
    });
    return sentTo(pair, judgement, { cluster, all, isUnchanged: first.changes === last.changes, workloads });
  });
  return others.find((sent) => 'agrees' in sent) ?? (named as ClientEvidence);
}

/** What a sidecar makes for each answer: bytes that are passed on take a connection each. */
type Unit = 'connections' | 'requests';

/** What a client's sidecar had counted for one cluster before and after the answers that count. */
interface Counted {
  /** Absent if it had not counted anything. */
  before: ClusterCounts | undefined;
  after: ClusterCounts;
}

/** What a client's sidecar counted for a port of a Service: in its own cluster, and in those that routes lead to. */
interface Sent {
  cluster: string;
  all: readonly Counted[];
  /** Whether none of its clusters was made anew in between. */
  isUnchanged: boolean;
  workloads: Readonly<Record<string, string>>;
}

function sentTo(
  pair: Pair,
  judgement: Pick<Judgement, 'seen' | 'requests'>,
  { cluster, all, isUnchanged, workloads }: Sent,
): ClientEvidence {
  const { protocol, addresses } = pair;
  const made = all.flatMap((counted) =>
    madeOf(counted).map(({ address, counts }): Made => ({ address, workload: workloads[address], counts })),
  );
  if (made.length === 0) return { unknown: { code: 'client-uncounted', cluster }, isHeard: true };
  if (made.some(({ address, workload }) => addresses?.includes(address) && workload === undefined)) {
    return { unknown: { code: 'client-passes-on' }, isHeard: true };
  }
  const unit: Unit = isPassedOn(protocol) ? 'connections' : 'requests';
  const strange = made.filter(({ workload }) => workload === undefined);
  const strays = sumOf(countsOf(strange), unit);
  if (strays > 0) {
    const addresses = strange.map(({ address }) => address);
    return { strays: { code: 'client-strayed', unit, times: strays, addresses } };
  }
  const lost = lostOf(all, { unit, requests: judgement.requests, isUnchanged });
  const answers = judgement.seen.filter(({ observation: { kind } }) => ANSWERS.has(kind));
  const inAll = answers.reduce((sum, { counted }) => sum + counted, 0);
  const sentInAll = sumOf(countsOf(made), unit) + lost;
  if (inAll > sentInAll) return { contradicts: { code: 'client-sent-fewer', unit, answers: inAll, sent: sentInAll } };
  const { handshakes, ever } = handshakesOf(all);
  const sent = sentAsExpected(pair, judgement, { made, unit, lost, handshakes, ever });
  // A sidecar that keeps the totals would keep handshakes, too.
  const withoutTls = !ever && all.every(({ after }) => after.total !== undefined);
  return 'agrees' in sent && withoutTls ? { ...sent, withoutTls } : sent;
}

/** What a client's sidecar made to an endpoint between two readings. */
interface Made {
  address: string;
  /** Absent if it was none of the server's. */
  workload: string | undefined;
  counts: EndpointCounts;
}

/** Returns what a cluster made to each endpoint between two readings. */
function madeOf({ before, after }: Counted): Omit<Made, 'workload'>[] {
  return Object.entries(after.endpoints).map(([address, counts]) => {
    return { address, counts: since(counts, before?.endpoints[address]) };
  });
}

function countsOf(made: readonly Pick<Made, 'counts'>[]): EndpointCounts[] {
  return made.map(({ counts }) => counts);
}

/** What a client's sidecar made to the endpoints of a server between two readings. */
interface Account {
  made: readonly Made[];
  unit: Unit;
  lost: number;
  handshakes: number;
  ever: number | undefined;
}

function sentAsExpected(
  { expectation }: Pair,
  { seen }: Pick<Judgement, 'seen'>,
  { made, unit, lost, handshakes, ever }: Account,
): ClientEvidence {
  const usually = usual(expectation.outcomes);
  const mutual = usually.filter(({ outcome }) => outcome.kind === 'mtls');
  const isHidden = !seen.some(({ observation: { kind } }) => kind === 'mtls');
  for (const expected of usually) {
    const { outcome } = expected;
    if (outcome.kind !== 'mtls' && outcome.kind !== 'plain') continue;
    // If the server shows no identity at all, answers over mutual TLS may be among those in plain text.
    const others = outcome.kind === 'plain' && isHidden ? mutual : [];
    const endpoints = [expected, ...others].flatMap((expected) => expected.endpoints);
    const counts = countsOf(made.filter(({ workload }) => workload !== undefined && endpoints.includes(workload)));
    const came = seen
      .filter(({ observation }) => matches(expected, observation))
      .reduce((sum, { counted }) => sum + counted, 0);
    const sent = sumOf(counts, unit);
    const tls = { handshakes, ever, isShared: sent > came };
    const wrong =
      wronglySent({ expected: { ...expected, endpoints }, unit, lost }, came, sent) ??
      (outcome.kind === 'mtls' ? wronglyOpened(endpoints, counts, tls) : undefined);
    if (wrong === undefined) continue;
    return Number.isFinite(lost) || 'unknown' in wrong ? wrong : { unknown: { code: 'client-clusters-changed' } };
  }
  return { agrees: true };
}

/**
 * Returns how much went to endpoints that no longer count it: one that comes anew begins at zero, while its cluster counts
 * on. Infinite if a cluster may have begun at zero, too.
 */
function lostOf(
  all: readonly Counted[],
  { unit, requests, isUnchanged }: { unit: Unit; requests: number; isUnchanged: boolean },
): number {
  const ofEach = all.map(({ before, after }) => {
    const total = totalOf(after, unit);
    // A cluster that began at zero meanwhile counts no more than was sent.
    if (!isUnchanged && total <= requests) return Number.POSITIVE_INFINITY;
    const made = sumOf(countsOf(madeOf({ before, after })), unit);
    return Math.max(total - (before === undefined ? 0 : totalOf(before, unit)) - made, 0);
  });
  return ofEach.reduce((sum, lost) => sum + lost, 0);
}

/** Returns what a cluster counted in all; a sidecar that does not keep that has only what its endpoints counted. */
function totalOf({ total, endpoints }: ClusterCounts, unit: Unit): number {
  return total?.[unit] ?? sumOf(Object.values(endpoints), unit);
}

/** Returns how many handshakes clusters counted between two readings, and ever; NaN and undefined if they do not count. */
function handshakesOf(all: readonly Counted[]): { handshakes: number; ever: number | undefined } {
  const counting = all.flatMap(({ before, after }) =>
    after.handshakes === undefined ? [] : [{ before: before?.handshakes ?? 0, after: after.handshakes }],
  );
  if (counting.length === 0) return { handshakes: Number.NaN, ever: undefined };
  const ever = counting.reduce((sum, { after }) => sum + after, 0);
  return { handshakes: ever - counting.reduce((sum, { before }) => sum + before, 0), ever };
}

/** What an answer of a server is observed as. */
const ANSWERS: ReadonlySet<string> = new Set(['mtls', 'plain', 'answered']);

/** @param lost how much went to endpoints that no longer count it, which may be these */
function wronglySent(
  { expected, unit, lost }: { expected: ExpectedOutcome; unit: Unit; lost: number },
  came: number,
  counted: number,
): ClientEvidence | undefined {
  if (came <= counted) return undefined;
  const sent = counted + lost;
  if (came <= sent) {
    return { unknown: { code: 'client-clusters-changed' }, ...(Number.isFinite(lost) && { isHeard: true }) };
  }
  const { outcome, endpoints } = expected;
  const over = unit === 'connections' ? {} : { over: outcome.kind === 'mtls' ? ('mtls' as const) : ('plain' as const) };
  return { contradicts: { code: 'client-sent-fewer', unit, answers: came, sent, to: [...endpoints], ...over } };
}

/** A sidecar's usual number of workers, each of which may be about to open a connection. */
const WORKERS = 2;

/** @param tls.isShared whether somebody else sends requests, too, so that a handshake may be under way */
function wronglyOpened(
  endpoints: readonly string[],
  made: EndpointCounts[],
  { handshakes, ever, isShared }: { handshakes: number; ever: number | undefined; isShared: boolean },
): ClientEvidence | undefined {
  if (ever === undefined) return { unknown: { code: 'client-no-handshakes' } };
  const opened = sumOf(made, 'connections') - sumOf(made, 'failed');
  if (opened <= handshakes && ever > 0) return undefined;
  if (isShared && ever > 0 && opened - handshakes <= WORKERS) {
    return { unknown: { code: 'client-shared' } };
  }
  return {
    contradicts: { code: 'client-sent-plain', endpoints: [...endpoints], connections: opened, handshakes, ever },
  };
}

function sumOf(all: EndpointCounts[], field: keyof EndpointCounts): number {
  return all.reduce((sum, counts) => sum + counts[field], 0);
}

function since(after: EndpointCounts, before: EndpointCounts | undefined): EndpointCounts {
  // A cluster that is made anew begins at zero.
  if (before === undefined || after.requests < before.requests || after.connections < before.connections) return after;
  return {
    requests: after.requests - before.requests,
    connections: after.connections - before.connections,
    failed: after.failed - before.failed,
  };
}
