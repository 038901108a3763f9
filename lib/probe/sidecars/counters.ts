import {
  type Answer,
  type ConnectionCounts,
  type Counter,
  type CounterPart,
  counterId,
  type Gap,
  type Reading,
} from '../../verdict/index.ts';

// A client can forge X-Forwarded-Client-Cert, but not the connection counters of the server's sidecar.

/** A counter, and where to read it. */
export interface ReadCounter extends Counter {
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

/** One value of a sidecar's statistics. */
interface Statistic {
  name: string;
  labels: string;
  value: number;
}

const HTTP: Record<keyof ConnectionCounts, string> = {
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
export function connectionsIn(statistics: string, part: CounterPart): ConnectionCounts | undefined {
  const samples = statistics.split('\n').flatMap(sampleIn);
  if (samples.some(({ value }) => Number.isNaN(value))) return undefined;
  return part === 'passed-on' ? passedOnIn(samples) : httpIn(samples, part);
}

function sampleIn(line: string): Statistic[] {
  const [, name, labels, value] = /^(envoy_\w+){(.*)} (\S+)$/.exec(line) ?? [];
  return name === undefined || labels === undefined ? [] : [{ name, labels, value: Number(value) }];
}

function httpIn(samples: Statistic[], port: number): ConnectionCounts | undefined {
  const read = Object.entries(HTTP).map(([key, name]) => {
    const inName = new RegExp(`^envoy_http_inbound_\\w*_${port}_downstream_${name}$`);
    const inLabel = new RegExp(`"inbound_[^"]*_${port};?"`);
    const statistics = samples.filter(
      (sample) =>
        inName.test(sample.name) || (sample.name === `envoy_http_downstream_${name}` && inLabel.test(sample.labels)),
    );
    return [key, statistics.length === 0 ? undefined : sumOf(statistics)] as const;
  });
  const found = Object.fromEntries(read.filter(([, value]) => value !== undefined));
  const { requests: _, ...connections } = HTTP;
  return Object.keys(connections).every((key) => key in found) ? (found as unknown as ConnectionCounts) : undefined;
}

/**
 * A sidecar counts TLS only for the whole listener, so the TLS connections that it passes on are those that are not
 * HTTP. They close with their request, so none is active. Connections to ports that no Service declares are counted as
 * `InboundPassthroughCluster`, for each IP version before Istio 1.23. A listener that takes no TLS at all, as under
 * DISABLE, counts none.
 */
function passedOnIn(samples: Statistic[]): ConnectionCounts | undefined {
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

function sumOf(samples: Statistic[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

/** Reads the counters from the answers of their URLs. */
export function readingOf(counters: ReadCounter[], answers: ReadonlyMap<string, Answer>): Reading {
  return Object.fromEntries(
    counters.map((counter): [string, ConnectionCounts | Gap] => {
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
