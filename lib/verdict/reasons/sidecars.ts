import { counted, entry } from '../entry.ts';
import { type Gap, gapWords } from '../gaps.ts';

type Unit = 'requests' | 'connections';

const PAST =
  'Look for ports or addresses that are excluded from capture, rules of iptables, and who else answers for the server.';
const BETWEEN = 'Look what sits between the two sidecars, and for EnvoyFilters that write the header.';

/** What the counters and certificates of the two sidecars say about answers. */
export const sidecars = {
  'client-counted': entry<object>({
    effect: 'pass',
    means: 'The client’s own sidecar sent each request to the right endpoint, over TLS where TLS is expected.',
    words: () => "the client's sidecar counted what it sent",
  }),
  'server-counted-tls': entry<object>({
    effect: 'pass',
    means: 'The server’s sidecar counted TLS connections alone.',
    words: () => "the server's sidecar counted TLS connections alone",
  }),
  'server-counted-plain': entry<object>({
    effect: 'pass',
    means: 'The server’s sidecar counted no TLS connection.',
    words: () => "the server's sidecar counted no TLS connection",
  }),
  'client-sent-fewer': entry<{ unit: Unit; answers: number; sent: number; to?: string[]; over?: 'mtls' | 'plain' }>({
    effect: 'fail',
    means:
      'More answers came than the client’s own sidecar sent requests: the others went past it, or somebody else answered.',
    advice: PAST,
    words: ({ unit, answers, sent, to, over }) => {
      if (to === undefined) {
        return `${answers} answers came, but the client's own sidecar made only ${sent} ${unit} to the server: somebody else answered the others, or they went past it`;
      }
      const how = over === undefined ? '' : over === 'mtls' ? ' over mutual TLS' : ' in plain text';
      return `${answers} answers came${how} as if from ${to.join(', ')}, but the client's own sidecar made only ${sent} ${unit} there: the others went past it, or somewhere else`;
    },
  }),
  'client-sent-plain': entry<{ endpoints: string[]; connections: number; handshakes: number; ever: number }>({
    effect: 'fail',
    means: 'The client’s own sidecar opened connections without a TLS handshake where mutual TLS is expected.',
    advice: 'Look at the DestinationRules and EnvoyFilters that act on the client.',
    words: ({ endpoints, connections, handshakes, ever }) =>
      `the client's own sidecar opened ${connections} connections to ${endpoints.join(', ')} with ${handshakes} TLS handshakes, ${ever} since it started: requests went in plain text`,
  }),
  'client-strayed': entry<{ unit: Unit; times: number; addresses: string[] }>({
    effect: 'doubt',
    means: 'The client’s own sidecar sent requests to an endpoint that the server did not have before the step.',
    advice: 'A pod was replaced, or somebody added an endpoint, such as a WorkloadEntry.',
    words: ({ unit, times, addresses }) =>
      `the client's own sidecar made ${times} ${unit} to ${addresses.join(', ')}, which was none of the server's pods before the step`,
  }),
  'server-took-fewer': entry<{ requests: number; answers: number }>({
    effect: 'fail',
    means: 'More answers came than the server’s sidecar took requests: somebody else answers in the server’s place.',
    advice: PAST,
    words: ({ requests, answers }) =>
      `the server's sidecar took only ${requests} requests for the ${answers} answers that seem to be its server's: somebody else answers`,
  }),
  'header-alone-mixed': entry<{ gap?: Gap }>({
    effect: 'doubt',
    means:
      'The server’s sidecar takes mutual TLS and plain text from clients with a sidecar, and nothing but the header tells which it was.',
    advice: 'The client’s own sidecar would tell: see what is said of it.',
    words: ({ gap }) =>
      `only the header that came with the requests tells mutual TLS from plain text: the server's sidecar takes several kinds of traffic from clients with a sidecar, and its counters do not tell them apart${also(gap)}`,
  }),
  'header-alone': entry<{ claim: 'mtls' | 'plain'; server: Gap; gap?: Gap }>({
    effect: 'doubt',
    means:
      'Nothing but the header of the requests says whether it was mutual TLS: the server’s counters could not be read, and the client’s neither.',
    advice: 'Make one of the two readable: see what is said of each.',
    words: ({ claim, server, gap }) =>
      `only the header that came with the requests says ${claim === 'mtls' ? 'mutual TLS' : 'plain text'}: ${gapWords(server)}${also(gap)}`,
  }),
  'server-alone': entry<{ gap: Gap }>({
    effect: 'doubt',
    means:
      'The server’s sidecar saw mutual TLS with some client; that it was this one is not known, so somebody may be in between.',
    advice: 'Port 15000 of the client’s pod must be the admin interface of its sidecar.',
    words: ({ gap }) =>
      `only the side of the server says mutual TLS, so somebody may be in between: ${gapWords(gap)}, and which certificates it has is not known`,
  }),
  'other-certificate': entry<object>({
    effect: 'doubt',
    means: 'The header shows the right identity with a certificate that the client’s sidecar does not have.',
    advice: BETWEEN,
    words: () =>
      "X-Forwarded-Client-Cert says mutual TLS as the client, but its hash is of no certificate that the client's sidecar has: the header is not the server's own",
  }),
  'tls-unexpected': entry<object>({
    effect: 'doubt',
    means:
      'The mesh shows no identity in X-Forwarded-Client-Cert, or somebody else connects to the server over mutual TLS.',
    words: () => "the server's sidecar counted TLS connections, though no answer showed an identity",
  }),
  'header-not-its-own': entry<{ connections: number }>({
    effect: 'fail',
    means: 'The header says mutual TLS, but the server’s sidecar counted none: somebody else wrote the header.',
    advice: BETWEEN,
    words: ({ connections }) =>
      `X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted no TLS connection and ${counted(connections, 'plain-text connection')}: the header is not its own`,
  }),
  'plain-beside': entry<{ connections: number }>({
    effect: 'doubt',
    means: 'Beside mutual TLS, the server’s sidecar counted connections in plain text that the run did not make.',
    advice:
      'A scraper or a probe may connect to the run’s servers; or the mesh adds no request ids (`proxyHeaders.requestId`).',
    words: ({ connections }) =>
      `X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted ${counted(connections, 'plain-text connection')} that no client without a sidecar made (a scraper or a probe may have, or proxyHeaders.requestId is off)`,
  }),
  'identity-hidden': entry<object>({
    effect: 'doubt',
    means: 'It was mutual TLS, but from whom is not known.',
    advice:
      'The mesh sanitizes X-Forwarded-Client-Cert: see proxyHeaders.forwardedClientCert in the mesh configuration.',
    words: () =>
      "mutual TLS, identity not shown: the server's sidecar counted TLS connections alone, and no answer has X-Forwarded-Client-Cert (proxyHeaders.forwardedClientCert: SANITIZE does that)",
  }),
  'bytes-untold': entry<{ protocol: string; gap: Gap }>({
    effect: 'doubt',
    means: 'Over TCP and HTTPS no answer tells mutual TLS from plain text, and no counter could be read that does.',
    words: ({ protocol, gap }) =>
      `no answer over ${protocol.toUpperCase()} tells mutual TLS from plain text; ${gapWords(gap)}`,
  }),
  'bytes-uncounted': entry<{ protocol: string; server: Gap | 'mixed'; gap: Gap }>({
    effect: 'doubt',
    means: 'Over TCP and HTTPS only counters tell mutual TLS from plain text, and those of neither side do.',
    words: ({ protocol, server, gap }) => {
      const why =
        server === 'mixed' ? "the server's takes several kinds from clients with a sidecar" : gapWords(server);
      return `${onlyCounters(protocol)}; ${why}; ${gapWords(gap)}`;
    },
  }),
  'bytes-server-alone': entry<{ protocol: string; gap: Gap }>({
    effect: 'doubt',
    means: 'Over TCP and HTTPS only counters tell mutual TLS from plain text, and only the server’s could be read.',
    words: ({ protocol, gap }) => `${onlyCounters(protocol)}; only the server's could be asked: ${gapWords(gap)}`,
  }),
  'bytes-in-plain': entry<{ connections: number }>({
    effect: 'fail',
    means: 'Mutual TLS was expected, and the server’s sidecar counted connections in plain text alone.',
    advice: PAST,
    words: ({ connections }) =>
      `expected mutual TLS; the server's sidecar counted no TLS connection and ${counted(connections, 'plain-text connection')}`,
  }),
  'bytes-plain-beside': entry<{ connections: number }>({
    effect: 'doubt',
    means: 'Beside mutual TLS, the server’s sidecar counted connections in plain text that the run did not make.',
    advice: 'A scraper or a probe may connect to the run’s servers.',
    words: ({ connections }) =>
      `expected mutual TLS; the server's sidecar counted TLS connections, and ${counted(connections, 'plain-text connection')} that no client without a sidecar made`,
  }),
  'bytes-over-tls': entry<object>({
    effect: 'fail',
    means: 'Plain text was expected, and the server’s sidecar counted TLS connections alone.',
    words: () => "expected plain text; the server's sidecar counted TLS connections alone",
  }),
  'bytes-tls-beside': entry<{ connections: number }>({
    effect: 'doubt',
    means: 'Plain text was expected, and the server’s sidecar counted TLS connections as well.',
    words: ({ connections }) =>
      `expected plain text; the server's sidecar counted TLS connections, and ${counted(connections, 'plain-text connection')}`,
  }),
};

function also(gap: Gap | undefined): string {
  return gap === undefined ? '' : `; ${gapWords(gap)}`;
}

function onlyCounters(protocol: string): string {
  return `over ${protocol.toUpperCase()} only the counters of sidecars tell mutual TLS from plain text`;
}
