import { reused } from './http.ts';
import { identityShown } from './identity.ts';
import type { ProtocolAdapter } from './protocol.ts';
import { headerOf } from './server-answer.ts';

/** gRPC's code for a server that cannot be reached, which a sidecar answers as HTTP's 503. */
const UNAVAILABLE = 14;

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
  observe(answer) {
    if (!answer.fresh) return reused;
    if (answer.status !== 200) return { kind: 'other', status: answer.status };
    // An error has its status among the headers, an answer only after its message.
    if (answer.grpcStatus === UNAVAILABLE) return { kind: 'unavailable' };
    if (answer.grpcStatus !== undefined) return { kind: 'other', status: 200, grpcStatus: answer.grpcStatus };
    return identityShown(answer, headerOf(answer.body, 'x-request-id') === undefined);
  },
};
