import type { ExpectedOutcome } from '../model/types.ts';
import type { Gap } from '../verdict/gaps.ts';
import type { VerdictReason } from '../verdict/reasons.ts';
import { protocols } from './protocols/index.ts';
import { usual } from './rare.ts';
import { matches } from './tally.ts';
import type { Cell, Judgement } from './types.ts';

// The client's own sidecar counts the requests and connections that it makes to each endpoint, and the handshakes of
// each Service. The server cannot touch that.

/** The pod annotation with the endings of the statistics that a sidecar must keep. */
export const HANDSHAKES_ANNOTATION = { 'sidecar.istio.io/statsInclusionSuffixes': 'ssl.handshake' };

const ADMIN = 'http://localhost:15000';
/** What Envoy counts when it replaces a cluster, whose endpoints then begin to count at zero. */
const CHANGED = 'cluster_manager.cluster_(added|modified|removed)';
const STATISTICS = `${ADMIN}/stats?filter=(^cluster\\.outbound.*ssl\\.handshake$|^${CHANGED}$)`;

/** What a client's sidecar made to one endpoint since that was added. */
interface EndpointCounts {
  requests: number;
  connections: number;
  /** Connections that could not be made. */
  failed: number;
}

/** What a client's sidecar counts for one port of a Service. */
interface ClusterCounts {
  /** Complete TLS handshakes since the sidecar started; undefined if it does not count them. */
  handshakes: number | undefined;
  /** By the endpoint's address. */
  endpoints: Map<string, EndpointCounts>;
}

/** What a client's sidecar had counted at one time, or why it could not be read. */
export type OutboundReading = Gap | Counted;

interface Counted {
  clusters: Map<string, ClusterCounts>;
  /** How often any of its clusters was made or changed. */
  changes: string;
}

/**
 * Returns a shell script that reads what the client's own sidecar has counted for some clusters.
 * @param mark the beginning of a line that no server's name can be
 * @param seconds the time limit of each request
 */
export function outboundScript(clusters: string[], { mark, seconds }: { mark: string; seconds: number }): string {
  const writeOut = `-w '\\n${mark} %{exitcode} %{http_code}\\n'`;
  const names = clusters.map((cluster) => cluster.replaceAll(/[|.]/g, '[$&]')).join('|');
  const kept = [mark, 'cluster_manager', 'cluster[.]outbound', `(${names})::.*::(cx_total|cx_connect_fail|rq_total)::`];
  // A sidecar knows all Services of the mesh, and tells much of each. What is not needed stays in the pod.
  return `curl -s -m ${seconds} ${writeOut} '${ADMIN}/clusters' '${STATISTICS}' | grep -E '^(${kept.join('|')})'`;
}

/**
 * Reads the output of outboundScript's script.
 * @returns the reading, and what else was printed after it
 */
export function outboundIn(output: string, mark: string): { reading: OutboundReading; rest: string } {
  const parts = output.split(new RegExp(`^${mark} (.*)\n`, 'm'));
  const [listed = '', first = '', counted = '', second = '', rest = ''] = parts;
  const failed = [first, second].find((ended) => ended !== '0 200');
  if (failed !== undefined) {
    const [exit = '', status = ''] = failed.split(' ');
    const how = exit === '0' ? { status: Number(status) } : exit === '' ? {} : { curlExit: Number(exit) };
    return { reading: { code: 'client-port', ...how }, rest };
  }
  const clusters = new Map<string, ClusterCounts>();
  const of = (name: string): ClusterCounts => {
    const counts = clusters.get(name) ?? { handshakes: undefined, endpoints: new Map() };
    clusters.set(name, counts);
    return counts;
  };
  for (const line of `${listed}${counted}`.split('\n')) readLine(line, of);
  const changes = counted.split('\n').filter((line) => line.startsWith('cluster_manager.'));
  return { reading: { clusters, changes: changes.sort().join() }, rest };
}

const FIELDS: Record<string, keyof EndpointCounts> = {
  cx_total: 'connections',
  cx_connect_fail: 'failed',
  rq_total: 'requests',
};

function readLine(line: string, of: (cluster: string) => ClusterCounts): void {
  const [, cluster, address = '', field = '', value] =
    /^(outbound\|[^:]*)::\[?(.+?)\]?:\d+::(\w+)::(\d+)$/.exec(line) ?? [];
  const name = FIELDS[field];
  if (cluster !== undefined && name !== undefined) {
    const { endpoints } = of(cluster);
    const counts = endpoints.get(address) ?? { requests: 0, connections: 0, failed: 0 };
    endpoints.set(address, { ...counts, [name]: counts[name] + Number(value) });
    return;
  }
  // Some releases end the name of a cluster with a semicolon here.
  const [, counted, handshakes] = /^cluster\.(outbound\|.*?);?\.ssl\.handshake: (\d+)$/.exec(line) ?? [];
  if (counted !== undefined) of(counted).handshakes = Number(handshakes);
}

/** What a client's sidecar says of the answers of a cell that count. */
export type Sent =
  /** It cannot tell, or was not asked. `isHeard` if it answered, but does not count this by the server's endpoints. */
  | { unknown: Gap; isHeard?: true }
  /** It sent requests to somebody who was none of the server's pods before the step. */
  | { strays: VerdictReason }
  /** It sent something else, or not as many. */
  | { contradicts: VerdictReason }
  /** It sent each request to an endpoint of which such an answer is expected, and, where TLS is expected, over TLS. */
  | { agrees: true };

/** The readings before the first and after the last answer that counts; undefined if nobody asked. */
export interface OutboundReadings {
  first: OutboundReading | undefined;
  last: OutboundReading | undefined;
}

/**
 * Compares the answers of a cell that count with what the client's sidecar made meanwhile.
 * @param workloads the workload of each address that may be an endpoint
 */
export function sentFor(
  cell: Cell,
  judgement: Pick<Judgement, 'seen' | 'requests'>,
  { first, last }: OutboundReadings,
  workloads: ReadonlyMap<string, string>,
): Sent {
  if (first === undefined || last === undefined) return { unknown: { code: 'client-unasked' } };
  if ('code' in first) return { unknown: first };
  if ('code' in last) return { unknown: last };
  const [named, ...others] = (cell.clusters ?? ['']).map((cluster) =>
    sentTo(cell, cluster, judgement, { first, last, workloads }),
  );
  return others.find((sent) => 'agrees' in sent) ?? (named as Sent);
}

function sentTo(
  cell: Cell,
  cluster: string,
  judgement: Pick<Judgement, 'seen' | 'requests'>,
  { first, last, workloads }: { first: Counted; last: Counted; workloads: ReadonlyMap<string, string> },
): Sent {
  const { protocol, expectation, addresses } = cell;
  const [before, after] = [first.clusters.get(cluster), last.clusters.get(cluster)];
  if (after === undefined || after.endpoints.size === 0) {
    return { unknown: { code: 'client-uncounted', cluster }, isHeard: true };
  }
  const unit = protocols[protocol].passedOn ? 'connections' : 'requests';
  // Endpoints of a cluster that was made anew begin at zero, and then this comes to less than was sent.
  const isSure = first.changes === last.changes || sumOf([...after.endpoints.values()], unit) > judgement.requests;
  const handshakes = (after.handshakes ?? Number.NaN) - (before?.handshakes ?? 0);
  if ([...after.endpoints.keys()].some((address) => addresses?.has(address) && !workloads.has(address))) {
    return { unknown: { code: 'client-passes-on' }, isHeard: true };
  }
  const made = [...after.endpoints].map(([address, counts]) => {
    return { address, workload: workloads.get(address), counts: since(counts, before?.endpoints.get(address)) };
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
    const endpoints = [expected, ...others].flatMap((one) => one.endpoints);
    const own = countsOf(made.filter(({ workload }) => workload !== undefined && endpoints.includes(workload)));
    const came = judgement.seen
      .filter(({ observation }) => matches(expected, observation))
      .reduce((sum, { counted }) => sum + counted, 0);
    const sent = sumOf(own, unit);
    const tls = { handshakes, ever: after.handshakes, isShared: sent > came };
    const wrong =
      wronglySent({ expected: { ...expected, endpoints }, unit }, came, sent) ??
      (outcome.kind === 'mtls' ? wronglyOpened(endpoints, own, tls) : undefined);
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
): Sent | undefined {
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
): Sent | undefined {
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
