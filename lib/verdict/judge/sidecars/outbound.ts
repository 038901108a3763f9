import { type ExpectedOutcome, isPassedOn } from '../../../model/index.ts';
import type { Gap } from '../../gaps.ts';
import type { Judgement } from '../../judgement.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { ClusterCounts, EndpointCounts, OutboundCounts, OutboundReadings, Pair } from '../../record/asked.ts';
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
  /** It sent each request to an endpoint of which such an answer is expected, and, where TLS is expected, over TLS. */
  | { agrees: true };

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
    const all = [cluster, ...routed];
    const [before, after] = [together(first, all), together(last, all)];
    // What a sidecar had not counted before was not there.
    const isSame = before === undefined || before.memberChanges === after?.memberChanges;
    const isUnchanged = first.changes === last.changes && isSame;
    return sentTo(pair, judgement, { cluster, before, after, isUnchanged, workloads });
  });
  return others.find((sent) => 'agrees' in sent) ?? (named as ClientEvidence);
}

/** Returns what some clusters have counted, as one sum; undefined if none has counted anything. */
function together({ clusters }: OutboundCounts, names: readonly string[]): ClusterCounts | undefined {
  const all = [...new Set(names)].flatMap((name) => clusters[name] ?? []);
  const [only, ...more] = all;
  if (more.length === 0) return only;
  const endpoints: ClusterCounts['endpoints'] = {};
  for (const [address, counts] of all.flatMap((one) => Object.entries(one.endpoints))) {
    const { requests, connections, failed } = endpoints[address] ?? { requests: 0, connections: 0, failed: 0 };
    endpoints[address] = {
      requests: requests + counts.requests,
      connections: connections + counts.connections,
      failed: failed + counts.failed,
    };
  }
  const handshakes = all.flatMap((one) => one.handshakes ?? []);
  const memberChanges = all.flatMap((one) => one.memberChanges ?? []);
  const sum = (counts: readonly number[]): number => counts.reduce((left, count) => left + count, 0);
  return {
    endpoints,
    ...(handshakes.length > 0 && { handshakes: sum(handshakes) }),
    ...(memberChanges.length > 0 && { memberChanges: sum(memberChanges) }),
  };
}

/** What a client's sidecar counted before and after the answers that count. */
interface Sent {
  cluster: string;
  before: ClusterCounts | undefined;
  after: ClusterCounts | undefined;
  /** Whether none of its clusters was made anew in between. */
  isUnchanged: boolean;
  workloads: Readonly<Record<string, string>>;
}

function sentTo(
  pair: Pair,
  judgement: Pick<Judgement, 'seen' | 'requests'>,
  { cluster, before, after, isUnchanged, workloads }: Sent,
): ClientEvidence {
  const { protocol, expectation, addresses } = pair;
  if (after === undefined || Object.keys(after.endpoints).length === 0) {
    return { unknown: { code: 'client-uncounted', cluster }, isHeard: true };
  }
  const unit = isPassedOn(protocol) ? 'connections' : 'requests';
  // Endpoints of a cluster that was made anew begin at zero, and then this comes to less than was sent.
  const isSure = isUnchanged || sumOf(Object.values(after.endpoints), unit) > judgement.requests;
  const handshakes = (after.handshakes ?? Number.NaN) - (before?.handshakes ?? 0);
  if (Object.keys(after.endpoints).some((address) => addresses?.includes(address) && !(address in workloads))) {
    return { unknown: { code: 'client-passes-on' }, isHeard: true };
  }
  const made = Object.entries(after.endpoints).map(([address, counts]) => {
    return { address, workload: workloads[address], counts: since(counts, before?.endpoints[address]) };
  });
  const countsOf = (some: typeof made): EndpointCounts[] => some.map(({ counts }) => counts);
  const strange = made.filter(({ workload }) => workload === undefined);
  const strays = sumOf(countsOf(strange), unit);
  if (strays > 0) {
    const addresses = strange.map(({ address }) => address);
    return { strays: { code: 'client-strayed', unit, times: strays, addresses } };
  }
  const answers = judgement.seen.filter(({ observation: { kind } }) => ANSWERS.has(kind));
  const all = answers.reduce((sum, { counted }) => sum + counted, 0);
  const sentInAll = sumOf(countsOf(made), unit);
  if (all > sentInAll && isSure) {
    return { contradicts: { code: 'client-sent-fewer', unit, answers: all, sent: sentInAll } };
  }
  const usually = usual(expectation.outcomes);
  const mutual = usually.filter(({ outcome }) => outcome.kind === 'mtls');
  const isHidden = !judgement.seen.some(({ observation: { kind } }) => kind === 'mtls');
  for (const expected of usually) {
    const { outcome } = expected;
    if (outcome.kind !== 'mtls' && outcome.kind !== 'plain') continue;
    // If the server shows no identity at all, answers over mutual TLS may be among those in plain text.
    const others = outcome.kind === 'plain' && isHidden ? mutual : [];
    const endpoints = [expected, ...others].flatMap((expected) => expected.endpoints);
    const counts = countsOf(made.filter(({ workload }) => workload !== undefined && endpoints.includes(workload)));
    const came = judgement.seen
      .filter(({ observation }) => matches(expected, observation))
      .reduce((sum, { counted }) => sum + counted, 0);
    const sent = sumOf(counts, unit);
    const tls = { handshakes, ever: after.handshakes, isShared: sent > came };
    const wrong =
      wronglySent({ expected: { ...expected, endpoints }, unit }, came, sent) ??
      (outcome.kind === 'mtls' ? wronglyOpened(endpoints, counts, tls) : undefined);
    if (wrong === undefined) continue;
    return isSure || 'unknown' in wrong ? wrong : { unknown: { code: 'client-clusters-changed' } };
  }
  return { agrees: true };
}

/** What an answer of a server is observed as. */
const ANSWERS: ReadonlySet<string> = new Set(['mtls', 'plain', 'answered']);

function wronglySent(
  { expected: { outcome, endpoints }, unit }: { expected: ExpectedOutcome; unit: 'connections' | 'requests' },
  came: number,
  sent: number,
): ClientEvidence | undefined {
  if (came <= sent) return undefined;
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
