import { protocols } from './protocols/index.ts';
import { isHttp, throughSidecar } from './read.ts';
import type { Answer, Cell, Observation } from './types.ts';

// X-Forwarded-Client-Cert is text that a request brings with it; what a server's sidecar counts of its connections is not.

/** What a sidecar counts together: the HTTP connections of one port, or the connections of all ports whose bytes it passes on. */
export type Part = number | 'passed-on';

/** Where the connections that a server's sidecar has taken can be read. */
export interface Counter {
  /** What is asked, as cells name it. */
  server: string;
  /** The workload, as expectations name it. */
  workload: string;
  /** The pod that is counted; its sidecar's counts begin with it. */
  pod: string;
  part: Part;
  /** Path of the sidecar's statistics. */
  url: string;
}

/** Returns where the sidecar of a pod tells what it counts; its port is never led through the mesh. */
export function counterUrl(podIp: string): string {
  const host = podIp.includes(':') ? `[${podIp}]` : podIp;
  return `http://${host}:15090/stats/prometheus?filter=${FILTER}`;
}

/** A regular expression; of the little that every version of Envoy and curl takes in a URL as it is. */
const FILTER = 'downstream_cx_|ssl';

/** The prefixes of the statistics that a sidecar must keep, as its pod's annotation asks for. */
export const STATS_ANNOTATION = { 'sidecar.istio.io/statsInclusionPrefixes': 'http.inbound,tcp.inbound,listener.' };

/** Inbound connections of a sidecar: since it started, and at this moment; with TLS and in all. */
export interface Connections {
  total: number;
  tls: number;
  active: number;
  activeTls: number;
}

/** One number of a sidecar's statistics. */
interface Sample {
  name: string;
  labels: string;
  value: number;
}

const HTTP: Record<keyof Connections, string> = {
  total: 'cx_total',
  tls: 'cx_ssl_total',
  active: 'cx_active',
  activeTls: 'cx_ssl_active',
};

/** The listener of a sidecar that takes all inbound connections. */
const INBOUND_LISTENER = 'listener_address="[^"]*_15006"';

/** Attempts at TLS with that listener, successful and not: a connection is counted before its handshake is over. */
const HANDSHAKES = /^envoy_listener_ssl_(handshake|connection_error|fail_verify_\w+)$/;

/**
 * Reads a sidecar's statistics, in Prometheus' format. Undefined if they do not count a port's connections, or have no
 * number where one must be. Which listener a number is of says a label, or (seen before Istio 1.28) the number's own name.
 * Not by parse-prometheus-text-format: of thousands of numbers few are wanted, and telling listeners apart would stay.
 */
export function connectionsIn(statistics: string, part: Part): Connections | undefined {
  const samples = statistics.split('\n').flatMap(sampleIn);
  if (samples.some(({ value }) => Number.isNaN(value))) return undefined;
  return part === 'passed-on' ? passedOnIn(samples) : httpIn(samples, part);
}

function sampleIn(line: string): Sample[] {
  const [, name, labels, value] = /^(envoy_\w+){(.*)} (\S+)$/.exec(line) ?? [];
  return name === undefined || labels === undefined ? [] : [{ name, labels, value: Number(value) }];
}

function httpIn(samples: Sample[], port: number): Connections | undefined {
  const read = Object.entries(HTTP).map(([key, name]) => {
    const inName = new RegExp(`^envoy_http_inbound_\\w*_${port}_downstream_${name}$`);
    const inLabel = new RegExp(`"inbound_[^"]*_${port};?"`);
    const own = samples.filter(
      (one) => inName.test(one.name) || (one.name === `envoy_http_downstream_${name}` && inLabel.test(one.labels)),
    );
    return [key, own.length === 0 ? undefined : sumOf(own)] as const;
  });
  if (read.some(([, value]) => value === undefined)) return undefined;
  return Object.fromEntries(read) as unknown as Connections;
}

/** A sidecar counts TLS for its listener as a whole: what is not HTTP's is of connections that it passes on. They end with their request. */
function passedOnIn(samples: Sample[]): Connections | undefined {
  const handshakes = samples.filter(
    ({ name, labels }) => HANDSHAKES.test(name) && new RegExp(INBOUND_LISTENER).test(labels),
  );
  if (handshakes.length === 0) return undefined;
  const passedOn = samples.filter(
    ({ name, labels }) =>
      /^envoy_tcp_inbound\w*_downstream_cx_total$/.test(name) ||
      (name === 'envoy_tcp_downstream_cx_total' && labels.includes('"inbound')),
  );
  const http = samples.filter(
    ({ name, labels }) =>
      /^envoy_http_inbound_\w*_downstream_cx_ssl_total$/.test(name) ||
      (name === 'envoy_http_downstream_cx_ssl_total' && labels.includes('"inbound')),
  );
  return { total: sumOf(passedOn), tls: sumOf(handshakes) - sumOf(http), active: 0, activeTls: 0 };
}

function sumOf(samples: Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

/** What the sidecars of all servers counted at one moment, by counter; a text says why one could not be read. */
export type Reading = ReadonlyMap<string, Connections | string>;

/** Returns what tells a counter from all others. */
export function counterId({ pod, part }: Pick<Counter, 'pod' | 'part'>): string {
  return `${pod} ${part}`;
}

/** Returns what the answers of the counters' URLs hold. */
export function readingOf(counters: Counter[], answers: ReadonlyMap<string, Answer>): Reading {
  return new Map(
    counters.map((counter) => {
      const { pod, part, url } = counter;
      const { status, curlExit, body } = answers.get(url) as Answer;
      const failed = curlExit === 0 ? `HTTP ${status}` : `curl exit ${curlExit}`;
      if (status !== 200 || curlExit !== 0) {
        return [counterId(counter), `port 15090 of ${pod} answered ${failed}`];
      }
      const where = part === 'passed-on' ? 'of ports that are not HTTP' : `of port ${part}`;
      const none = `the sidecar of ${pod} does not count the connections ${where}`;
      return [counterId(counter), connectionsIn(body, part) ?? none];
    }),
  );
}

/**
 * Returns how many requests of one batch may have come to a sidecar of each Service that was asked. A client without a
 * sidecar brings each over a plain-text connection of its own.
 * @param mixed the Services of whose endpoints only some have a sidecar: there the answers tell which one it was
 * @param counted the workloads with a sidecar
 */
export function requestsTo(
  asked: { cell: Cell; answer: Answer; observation: Observation }[],
  mixed: ReadonlySet<string>,
  counted: ReadonlySet<string>,
): Map<string, number> {
  const came = asked.filter(({ cell, answer, observation }) => {
    if (observation.kind === 'answered') return counted.has(observation.workload);
    return mixed.has(cell.server) && !protocols[cell.protocol].passedOn
      ? throughSidecar(answer) !== false
      : isHttp(answer);
  });
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
  for (const counter of own) {
    const { pod } = counter;
    const [before, after] = [first?.get(counterId(counter)), last?.get(counterId(counter))];
    if (before === undefined || after === undefined) return { unknown: `the sidecar of ${pod} could not be asked` };
    if (typeof before === 'string') return { unknown: before };
    if (typeof after === 'string') return { unknown: after };
    if (after.total < before.total || after.tls < before.tls)
      return { unknown: `the sidecar of ${pod} was started anew during the step` };
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

/** Whether two readings show new connections of the kind that a step leads to, and none of the other. */
export function isArrived(kind: Kind | undefined, witness: Witness): boolean {
  if ('unknown' in witness) return false;
  if (kind === 'mtls') return witness.tls && witness.plain === 0;
  return kind !== 'plain' || !witness.tls;
}

/** Returns whether the counters say that no connection is open of a kind that no client with a sidecar is to use any more. */
export function isSettled(own: Counter[], kind: Kind | undefined, reading: Reading): boolean {
  return own.every((counter) => {
    const connections = reading.get(counterId(counter));
    if (connections === undefined || typeof connections === 'string') return false;
    if (kind === 'mtls') return connections.active === connections.activeTls;
    return kind !== 'plain' || connections.activeTls === 0;
  });
}
