import type { Reception } from '../../model/index.ts';
import type { Verdict } from '../../verdict/index.ts';
import { type Reply, TRIES } from './ask.ts';

/** What a reply shows: the request came in, or was refused as the mesh refuses; or something else. */
export type ReplyShows = Reception['comesTo'] | 'other' | 'not observed';

/** The end of a connection, as curl has it: 52 in good order, 55 and 56 by a reset, 35 in a handshake. */
const ENDED = [35, 52, 55, 56];

/** curl's exit code if an HTTP/2 stream was closed too early. */
const STREAM_CLOSED = 92;

/** gRPC's status in place of a 503. */
const UNAVAILABLE = 14;

/** A connection that somebody accepted and then ended, as Envoy's answer in the server's place has it. */
const ENDED_BY_SERVER = /TLS_error|connection_termination|remote_reset|protocol_error/;

/** Returns what a reply to a request shows that nobody passed on. */
export function shownInPlain({ status, curlExit, grpcStatus }: Reply): ReplyShows {
  if (status === 200 && grpcStatus > 0) return 'other';
  if (status === 200 && curlExit === 0) return 'let in';
  if (status === 0) return ENDED.includes(curlExit) ? 'refused' : 'not observed';
  return 'other';
}

/**
 * Returns what a reply shows to a request that Envoy passed on over TLS. Envoy answers 503 if the server ended the
 * connection, and says how; if it could not connect at all, that is no refusal.
 */
export function shownOverTls(reply: Reply): ReplyShows {
  const { status, tunnel, curlExit, grpcStatus, body } = reply;
  // Envoy has answered before the request was complete, and curl 7 then loses what it said.
  if (status === 0 && curlExit === STREAM_CLOSED) return 'refused';
  if (status !== 503 && tunnel !== 503 && grpcStatus !== UNAVAILABLE) return shownInPlain(reply);
  return ENDED_BY_SERVER.test(body) ? 'refused' : 'not observed';
}

/**
 * Returns what a reply shows to a request that a client's own sidecar made of an impostor. The sidecar answers 503 in its
 * place, whatever went wrong.
 * @param endedHandshakes whether the impostor saw a client end its handshake meanwhile
 */
export function shownOfImpostor({ status, curlExit }: Reply, endedHandshakes: boolean): ReplyShows {
  if (status === 200 && curlExit === 0) return 'let in';
  if (status === 503) return endedHandshakes ? 'refused' : 'not observed';
  return status === 0 ? 'not observed' : 'other';
}

/** What is said of some tries of the same thing. */
export interface RepliesVerdict {
  verdict: Verdict;
  /** What came back, and how often, such as `5 × 000 with curl exit 56`. */
  observed: string;
  /** What is wrong; absent if nothing is. */
  wrong?: string;
}

/**
 * Compares replies with what the model says. A single one that shows the opposite fails; one that shows nothing makes it
 * inconclusive.
 */
export function judged(
  comesTo: Reception['comesTo'],
  replies: Reply[],
  shown: (reply: Reply) => ReplyShows,
): RepliesVerdict {
  const told = replies.map((reply) => ({ reply, shows: shown(reply) }));
  const kinds = told.map(({ shows }) => shows);
  const observed = countsOf(told.map(({ reply, shows }) => replyWords(reply, shows, comesTo)));
  if (kinds.some((kind) => kind !== comesTo && kind !== 'not observed')) {
    return { verdict: 'fail', observed, wrong: `${observed}, where it had to be ${comesTo}` };
  }
  if (kinds.length < TRIES || kinds.includes('not observed')) {
    return {
      verdict: 'inconclusive',
      observed,
      wrong: `only ${kinds.filter((kind) => kind === comesTo).length} of ${TRIES} tries could be told: ${observed}`,
    };
  }
  return { verdict: 'pass', observed };
}

/** How much of an answer is shown that should not have come. */
const SHOWN = 60;

function replyWords(
  { status, tunnel, grpcStatus, curlExit, curlMessage, body }: Reply,
  shown: ReplyShows,
  comesTo: string,
): string {
  const code = `${status}`.padStart(3, '0');
  if (shown === 'let in')
    return shown === comesTo ? code : `${code} (${body.replaceAll(/\s+/g, ' ').slice(0, SHOWN)}…)`;
  const exit = curlExit === 0 ? '' : ` with curl exit ${curlExit}${curlMessage === '' ? '' : ` (${curlMessage})`}`;
  const grpc = grpcStatus > 0 ? ` with gRPC status ${grpcStatus}` : '';
  const failure = failureIn(body);
  return [
    `${code}${grpc}${exit}`,
    ...(tunnel > 200 ? [`the tunnel ${tunnel}`] : []),
    ...(failure === '' ? [] : [failure]),
  ].join(', ');
}

/** Returns how a connection failed, in Envoy's or the sidecar's words, without what differs from time to time. */
export function failureIn(body: string): string {
  const tls = /TLS_error:\|?(?:\d+:)?(?:SSL[ _]routines:)?(?:OPENSSL_internal:)?([A-Z0-9_]+)/.exec(body)?.[1];
  if (tls !== undefined) return `TLS error ${tls}`;
  return /_started\{([^|}]+)/.exec(body)?.[1]?.replaceAll('_', ' ') ?? '';
}

/** Returns `4 × 503, 1 × 200`, and `nothing` for none. */
function countsOf(words: string[]): string {
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, all]) => `${all.length} × ${word}`);
  return counts.join('; ') || 'nothing';
}
