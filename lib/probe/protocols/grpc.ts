import type { Observation } from '../../verdict/index.ts';
import { reused } from './http.ts';
import { identityShown } from './identity.ts';
import { type ProtocolAdapter, textOf } from './protocol.ts';

/** gRPC's status for an unreachable server. A sidecar sends it instead of a 503. */
const UNAVAILABLE = 14;

/** curl's exit code if an HTTP/2 stream was closed too early. */
const STREAM_CLOSED = 92;

function errorOf(grpcStatus: number): Observation {
  return grpcStatus === UNAVAILABLE ? { kind: 'unavailable' } : { kind: 'other', status: 200, grpcStatus };
}

/** The size above which the length of a field no longer fits into one byte. */
const SHORT = 127;

/**
 * Returns the shell command that prints a message for the echo service: one byte for no compression, four for the length,
 * and, if there is a text, its field (1, of type 2), its length and itself.
 */
function message(bytes: number): string {
  if (bytes === 0) return "printf '\\000\\000\\000\\000\\000'";
  const text = Math.min(bytes, SHORT);
  const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
  return `{ printf '\\000\\000\\000\\000${octal(text + 2)}\\012${octal(text)}'; ${textOf(text)}; }`;
}

/** Asks the echo service of Istio's tests. */
export const grpc: ProtocolAdapter = {
  scheme: 'http',
  path: '/proto.EchoTestService/Echo',
  options: ['--http2-prior-knowledge', "-H 'Content-Type: application/grpc'", "-H 'TE: trailers'"],
  varies: false,
  message,
  kept: true,
  passedOn: false,
  /**
   * If a sidecar answers for the server before the request is complete, it closes the stream with its answer. curl then
   * reports a failure, and curl 7 may lose the answer.
   */
  failure(answer) {
    if (answer.curlExit !== STREAM_CLOSED) return undefined;
    if (answer.status === 0) return { kind: 'unavailable', lost: true };
    return answer.grpcStatus === undefined ? undefined : errorOf(answer.grpcStatus);
  },
  observe(answer) {
    if (!answer.fresh) return reused;
    if (answer.status !== 200) return { kind: 'other', status: answer.status };
    // An error has its status in the headers, a successful answer only after its message.
    if (answer.grpcStatus !== undefined) return errorOf(answer.grpcStatus);
    return identityShown(answer);
  },
};
