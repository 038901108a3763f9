import type { Observation } from '../types.ts';
import { reused } from './http.ts';
import { identityShown } from './identity.ts';
import type { ProtocolAdapter } from './protocol.ts';
import { headerOf } from './server-answer.ts';

/** gRPC's code for a server that cannot be reached, which a sidecar answers as HTTP's 503. */
const UNAVAILABLE = 14;

/** curl: an HTTP/2 stream was closed before its time. */
const STREAM_CLOSED = 92;

function errorOf(grpcStatus: number): Observation {
  return grpcStatus === UNAVAILABLE ? { kind: 'unavailable' } : { kind: 'other', status: 200, grpcStatus };
}

/** The echo service of Istio's tests, asked with an empty message: one byte for no compression, four for its length. */
export const grpc: ProtocolAdapter = {
  scheme: 'http',
  path: '/proto.EchoTestService/Echo',
  options: [
    '--http2-prior-knowledge',
    ...["-H 'Content-Type: application/grpc'", "-H 'TE: trailers'"],
    '--data-binary @-',
  ],
  body: "printf '\\000\\000\\000\\000\\000'",
  alone: true,
  passedOn: false,
  /**
   * A sidecar that answers in the server's place, before the request has come to its end, closes the stream together with
   * its answer: then curl reports a failure, and curl 7 may lose the answer.
   */
  failure(answer) {
    if (answer.curlExit !== STREAM_CLOSED) return undefined;
    if (answer.status === 0) return { kind: 'unavailable' };
    return answer.grpcStatus === undefined ? undefined : errorOf(answer.grpcStatus);
  },
  observe(answer) {
    if (!answer.fresh) return reused;
    if (answer.status !== 200) return { kind: 'other', status: answer.status };
    // An error has its status among the headers, an answer only after its message.
    if (answer.grpcStatus !== undefined) return errorOf(answer.grpcStatus);
    return identityShown(answer, headerOf(answer.body, 'x-request-id') === undefined);
  },
};
