import type { Gap } from '../verdict/gaps.ts';
import type { Observation } from '../verdict/observation.ts';
import { protocols } from './protocols/index.ts';
import { isHttp, throughSidecar } from './read.ts';
import type { Answer, Cell } from './types.ts';

// A client can forge X-Forwarded-Client-Cert, but not the connection counters of the server's sidecar.

/** What one counter of a sidecar covers: one HTTP port, or all ports whose bytes the sidecar passes on. */
export type Part = number | 'passed-on';

/** Where to read how many connections a server's sidecar has accepted. */
export interface Counter {
  /** The server as in `Cell.server`. */
  server: string;
  /** The workload, as in an expectation's endpoints. */
  workload: string;
  /** The pod with the sidecar, whose counters start at zero with it. */
  pod: string;
  part: Part;
  /** The URL of the sidecar's statistics. */
  url: string;
}

/** Returns the URL of a sidecar's statistics. Istio never redirects their port through the mesh. */
export function counterUrl(podIp: string): string {
  const host = podIp.includes(':') ? `[${podIp}]` : podIp;
  return `http://${host}:15090/stats/prometheus?filter=${FILTER}`;
}

/** The port of a sidecar's listener for all inbound connections. */
const INBOUND_PORT = 15_006;

/**
 * Only what is read: a sidecar has hundreds of statistics more, which would all pass through the API server. A regular
 * expression that uses only characters which every version of Envoy and curl accepts unescaped in a URL.
 */
const FILTER = [
  'nbound.*downstream_(cx_total|cx_ssl_total|cx_active|cx_ssl_active|rq_total)',
  `_${INBOUND_PORT}.(downstream_cx_total|ssl.(handshake|connection_error|fail_verify))`,
].join('|');

/** The pod annotation with the prefixes of the statistics that the sidecar must keep. */
export const STATS_ANNOTATION = {
  'sidecar.istio.io/statsInclusionPrefixes': 'http.inbound,tcp.inbound,tcp.Inbound,listener.',
};

/** Inbound connections of a sidecar, with TLS and in total: since it started, and currently open. */
export interface Connections {
  total: number;
  tls: number;
  active: number;
  activeTls: number;
  /** The requests since it started; absent if it does not count them. */
  requests?: number;
}

/** One value of a sidecar's statistics. */
interface Sample {
  name: string;
  labels: string;
  value: number;
}

const HTTP: Record<keyof Connections, string> = {
  requests: 'rq_total',
  total: 'cx_total',
  tls: 'cx_ssl_total',
  active: 'cx_active',
  activeTls: 'cx_ssl_active',
};

const INBOUND_LISTENER = new RegExp(`listener_address="[^"]*_${INBOUND_PORT}"`);

/** TLS handshakes of that listener, failed ones too: connections are counted before their handshake is complete. */
const HANDSHAKES = /^envoy_listener_ssl_(handshake|connection_error|fail_verify_\w+)$/;

/**
 * Reads connection counters from a sidecar's statistics in the Prometheus format. Returns undefined if they have no
 * counters for the part, or a value is not a number. The listener of a value is in a label or (seen before Istio 1.28)
 * in the value's name. parse-prometheus-text-format would not help: it parses thousands of values of which we need a
 * few, and we would still have to tell listeners apart.
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
  const found = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  const { requests: _, ...connections } = HTTP;
  return Object.keys(connections).every((key) => key in found) ? (found as unknown as Connections) : undefined;
}

/**
 * A sidecar counts TLS only for the whole listener, so the TLS connections that it passes on are those that are not
 * HTTP. They close with their request, so none is active. Connections to ports that no Service declares are counted as
 * `InboundPassthroughCluster`, for each IP version before Istio 1.23. A listener that takes no TLS at all, as under
 * DISABLE, counts none.
 */
function passedOnIn(samples: Sample[]): Connections | undefined {
  const listener = samples.filter(({ labels }) => INBOUND_LISTENER.test(labels));
  if (listener.length === 0) return undefined;
  const handshakes = listener.filter(({ name }) => HANDSHAKES.test(name));
  const passedOn = samples.filter(
    ({ name, labels }) =>
      /^envoy_tcp_inbound\w*_downstream_cx_total$/i.test(name) ||
      (name === 'envoy_tcp_downstream_cx_total' && /"inbound/i.test(labels)),
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

/** The counters of all servers' sidecars at one time, by counter id, or why one could not be read. */
export type Reading = ReadonlyMap<string, Connections | Gap>;

/** Returns the unique id of a counter. */
export function counterId({ pod, part }: Pick<Counter, 'pod' | 'part'>): string {
  return `${pod} ${part}`;
}

/** Reads the counters from the answers of their URLs. */
export function readingOf(counters: Counter[], answers: ReadonlyMap<string, Answer>): Reading {
  return new Map(
    counters.map((counter): [string, Connections | Gap] => {
      const { pod, part, url } = counter;
      const { status, curlExit, body } = answers.get(url) as Answer;
      if (status !== 200 || curlExit !== 0) {
        return [counterId(counter), { code: 'server-port', pod, ...(curlExit === 0 ? { status } : { curlExit }) }];
      }
      const none: Gap = { code: 'server-uncounted', pod, ...(part !== 'passed-on' && { port: part }) };
      return [counterId(counter), connectionsIn(body, part) ?? none];
    }),
  );
}

/**
 * Returns how many requests of a batch may have reached a sidecar of each Service. A client without a sidecar sends
 * each request over its own plain-text connection.
 * @param mixed Services of which only some endpoints have a sidecar: there, the answers show which kind was reached
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

/** What the counters of a Service's sidecars show about traffic from clients with a sidecar. */
export type Witness =
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
export function witnessOf(
  own: Counter[],
  first: Reading | undefined,
  last: Reading | undefined,
  requests: number,
): Witness {
  if (own.length === 0) return { unknown: { code: 'server-unasked' } };
  let tls = 0;
  let plain = -requests;
  let taken = 0;
  for (const counter of own) {
    const { pod } = counter;
    const [before, after] = [first?.get(counterId(counter)), last?.get(counterId(counter))];
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
