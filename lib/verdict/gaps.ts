import { entry, type Told, wordsIn } from './entry.ts';

const failure = ({ curlExit, status }: { curlExit?: number; status?: number }): string =>
  status === undefined ? `curl exit ${curlExit ?? 'unknown'}` : `HTTP ${status}`;

const CLIENT_KEPT =
  'Port 15000 of the client’s pod must be the admin interface of its sidecar, and its annotation `sidecar.istio.io/statsInclusionSuffixes` must be kept.';
const SERVER_KEPT =
  'Port 15090 of the server’s pod must be reachable from a pod without a sidecar, and its annotation `sidecar.istio.io/statsInclusionPrefixes` must be kept.';

/** Why a sidecar's counters say nothing. */
export const gaps = {
  'server-port': entry<{ pod: string; curlExit?: number; status?: number }>({
    effect: 'doubt',
    means: 'The counters of the server’s sidecar could not be read.',
    advice: SERVER_KEPT,
    words: ({ pod, ...failed }) => `port 15090 of ${pod} answered ${failure(failed)}`,
  }),
  'server-uncounted': entry<{ pod: string; port?: number }>({
    effect: 'doubt',
    means: 'The server’s sidecar does not count what is needed.',
    advice: SERVER_KEPT,
    words: ({ pod, port }) =>
      `the sidecar of ${pod} does not count the connections ${port === undefined ? 'of ports that are not HTTP' : `of port ${port}`}`,
  }),
  'server-unasked': entry<{ pod?: string }>({
    effect: 'doubt',
    means: 'Nobody could ask the server’s sidecar what it counted.',
    advice: 'It takes a client without a sidecar that reaches the server’s pod.',
    words: ({ pod }) =>
      pod === undefined
        ? 'no sidecar of the server could be asked what it counted'
        : `the sidecar of ${pod} could not be asked`,
  }),
  'server-restarted': entry<{ pod: string }>({
    effect: 'doubt',
    means: 'The server’s Envoy was restarted, and counts from zero.',
    words: ({ pod }) => `the sidecar of ${pod} was started anew during the step`,
  }),
  'reading-lost': entry<{ error: string }>({
    effect: 'doubt',
    means: 'The exec that read the counters broke.',
    advice: 'A proxy or load balancer in front of the API server may close long connections.',
    words: ({ error }) => error,
  }),
  'client-port': entry<{ curlExit?: number; status?: number }>({
    effect: 'doubt',
    means: 'The client’s own sidecar does not tell what it sent.',
    advice: CLIENT_KEPT,
    words: (failed) => `port 15000 of the client's sidecar, which its pod alone reaches, answered ${failure(failed)}`,
  }),
  'client-unasked': entry<object>({
    effect: 'doubt',
    means: 'The client’s own sidecar was not asked what it sent.',
    words: () => "the client's sidecar was not asked",
  }),
  'client-uncounted': entry<{ cluster: string }>({
    effect: 'doubt',
    means: 'The client’s own sidecar does not count these requests by the server’s endpoints.',
    words: ({ cluster }) => `the client's sidecar counts no requests as ${cluster}`,
  }),
  'client-passes-on': entry<object>({
    effect: 'doubt',
    means: 'The client’s sidecar sends to the Service’s own address, so it does not know which endpoint gets it.',
    words: () => "the client's sidecar passes requests on to the Service's own address",
  }),
  'client-clusters-changed': entry<object>({
    effect: 'doubt',
    means: 'The client’s sidecar got new clusters or endpoints while answers counted, and these count from zero.',
    words: () => "the client's sidecar got new clusters or endpoints meanwhile",
  }),
  'client-no-handshakes': entry<object>({
    effect: 'doubt',
    means: 'The client’s own sidecar does not count TLS handshakes.',
    advice: CLIENT_KEPT,
    words: () => "the client's sidecar does not count TLS handshakes",
  }),
  'client-shared': entry<object>({
    effect: 'doubt',
    means: 'Somebody else’s handshake may have been under way when the counters were read.',
    words: () => "somebody else sends requests through the client's sidecar, too",
  }),
};

export type Gap = Told<typeof gaps>;

/** Returns why a sidecar's counters say nothing, in a few words. */
export function gapWords(gap: Gap): string {
  return wordsIn(gaps, gap);
}
