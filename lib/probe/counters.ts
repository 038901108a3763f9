import { isHttp, throughSidecar } from './read.ts';
import type { Answer, Cell } from './types.ts';

// X-Forwarded-Client-Cert is text that a request brings with it; what a server's sidecar counts of its connections is not.

/** Where the connections that a server's sidecar has taken can be read. */
export interface Counter {
  /** The Service that the workload serves, as cells name it. */
  server: string;
  /** The workload, as expectations name it. */
  workload: string;
  /** The pod that is counted; its sidecar's counts begin with it. */
  pod: string;
  /** Path of the sidecar's statistics. */
  url: string;
}

/** Returns where the sidecar of a pod tells what it counts; its port is never led through the mesh. */
export function counterUrl(podIp: string): string {
  const host = podIp.includes(':') ? `[${podIp}]` : podIp;
  return `http://${host}:15090/stats/prometheus?filter=downstream_cx_`;
}

/** The prefix of the statistics that a sidecar must keep, as its pod's annotation asks for. */
export const STATS_ANNOTATION = { 'sidecar.istio.io/statsInclusionPrefixes': 'http.inbound' };

/** A sidecar's inbound HTTP connections: since it started, and at this moment; with TLS and in all. */
export interface Connections {
  total: number;
  tls: number;
  active: number;
  activeTls: number;
}

const NAMES: Record<keyof Connections, string> = {
  total: 'downstream_cx_total',
  tls: 'downstream_cx_ssl_total',
  active: 'downstream_cx_active',
  activeTls: 'downstream_cx_ssl_active',
};

/**
 * Reads a sidecar's statistics, in Prometheus' format. Undefined where they do not count inbound connections. Which
 * listener a number is of says a label, or (seen before Istio 1.28) the number's own name.
 * Not by parse-prometheus-text-format: of thousands of numbers four are wanted, and to tell listeners apart would stay.
 */
export function connectionsIn(statistics: string): Connections | undefined {
  const lines = statistics.split('\n');
  const sum = (name: string): number | undefined => {
    const pattern = new RegExp(`^envoy_http_(inbound\\w*_)?${name}{(.*)} (\\S+)$`);
    const values = lines.flatMap((line) => {
      const [found, inName, labels, value] = pattern.exec(line) ?? [];
      const inbound = inName !== undefined || labels?.includes('"inbound');
      return found !== undefined && inbound ? [Number(value)] : [];
    });
    return values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0);
  };
  const read = Object.entries(NAMES).map(([key, name]) => [key, sum(name)] as const);
  if (read.some(([, value]) => value === undefined || Number.isNaN(value))) return undefined;
  return Object.fromEntries(read) as unknown as Connections;
}

/** What the sidecars of all servers counted at one moment, by pod; a text says why one could not be read. */
export type Reading = ReadonlyMap<string, Connections | string>;

/** Returns what the answers of the counters' URLs hold. */
export function readingOf(counters: Counter[], answers: Answer[]): Reading {
  return new Map(
    counters.map(({ pod }, at) => {
      const { status, curlExit, body } = answers[at] as Answer;
      const failed = curlExit === 0 ? `HTTP ${status}` : `curl exit ${curlExit}`;
      if (status !== 200 || curlExit !== 0) return [pod, `port 15090 of ${pod} answered ${failed}`];
      return [pod, connectionsIn(body) ?? `the sidecar of ${pod} does not count its inbound connections`];
    }),
  );
}

/**
 * Returns how many requests of one batch may have come to a sidecar of each Service that was asked. A client without a
 * sidecar brings each over a plain-text connection of its own.
 * @param mixed the Services of whose endpoints only some have a sidecar: there the answers tell which one it was
 */
export function requestsTo(asked: { cell: Cell; answer: Answer }[], mixed: ReadonlySet<string>): Map<string, number> {
  const came = asked.filter(({ cell, answer }) =>
    mixed.has(cell.server) ? throughSidecar(answer) !== false : isHttp(answer),
  );
  return new Map([...Map.groupBy(came, ({ cell }) => cell.server)].map(([server, own]) => [server, own.length]));
}

/** What the sidecars of a Service's pods show of the traffic of clients that have a sidecar. */
export type Witness =
  | { unknown: string }
  | {
      /** Whether any connection was TLS. */
      tls: boolean;
      /** Plain-text connections that no client without a sidecar has made. */
      plain: number;
    };

/**
 * Returns what two readings show of a Service.
 * @param requests how many clients without a sidecar brought it in between, at most
 */
export function witnessOf(
  own: Counter[],
  first: Reading | undefined,
  last: Reading | undefined,
  requests: number,
): Witness {
  if (own.length === 0) return { unknown: 'no sidecar of the server could be asked what it counted' };
  let tls = 0;
  let plain = -requests;
  for (const { pod } of own) {
    const [before, after] = [first?.get(pod), last?.get(pod)];
    if (before === undefined || after === undefined) return { unknown: `the sidecar of ${pod} could not be asked` };
    if (typeof before === 'string') return { unknown: before };
    if (typeof after === 'string') return { unknown: after };
    if (after.total < before.total) return { unknown: `the sidecar of ${pod} was started anew during the step` };
    tls += before.activeTls + after.tls - before.tls;
    plain += before.active - before.activeTls + (after.total - after.tls) - (before.total - before.tls);
  }
  return { tls: tls > 0, plain: Math.max(0, plain) };
}

/** What a Service's endpoints with a sidecar are expected to take from clients with one: one kind alone, or several. */
export type Kind = 'mtls' | 'plain' | 'mixed';

/** Returns that kind; undefined where no client with a sidecar asks the Service, or none of its endpoints has one. */
export function kindAt(server: string, own: Counter[], cells: Cell[]): Kind | undefined {
  const workloads = new Set(own.map(({ workload }) => workload));
  const kinds = new Set(
    cells
      .filter((cell) => cell.sidecar && cell.server === server)
      .flatMap(({ expectation }) => expectation.outcomes)
      // Mutual TLS ends at a sidecar, also at one of which nothing is known.
      .filter(({ outcome, endpoints }) => outcome.kind === 'mtls' || endpoints.some((one) => workloads.has(one)))
      .map(({ outcome }) => outcome.kind),
  );
  const [only, ...more] = kinds;
  if (only === undefined) return undefined;
  return more.length === 0 && (only === 'mtls' || only === 'plain') ? only : 'mixed';
}

/** Returns whether the counters say that no connection is open of a kind that no client with a sidecar is to use any more. */
export function isSettled(own: Counter[], kind: Kind | undefined, reading: Reading): boolean {
  return own.every(({ pod }) => {
    const connections = reading.get(pod);
    if (connections === undefined || typeof connections === 'string') return false;
    if (kind === 'mtls') return connections.active === connections.activeTls;
    return kind !== 'plain' || connections.activeTls === 0;
  });
}
