import { z } from 'zod';

// What the model says, as results have it: schema and type in one.

export const sentence = z.string().describe('one sentence for a person');
export const minor = z.string().regex(/^\d+\.\d+$/);

/** A port's protocol, as its Service declares it. A sidecar passes on `tcp` and `https` as bytes. */
export type Protocol = z.infer<typeof protocol>;
export const protocol = z.enum(['http', 'grpc', 'tcp', 'https']);

const over = z
  .enum(['mtls', 'plain'])
  .exactOptional()
  .describe("what the server's sidecar takes and counts before it refuses, or its application does; absent if nothing");

/** What one request can lead to. */
export type Outcome = z.infer<typeof outcome>;
export const outcome = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('mtls').describe("answered, and the server's sidecar saw the client's SPIFFE ID"),
    identity: z.string().describe('SPIFFE ID of the client'),
  }),
  z.object({ kind: z.literal('plain').describe('answered, without a client certificate') }),
  z.object({ kind: z.literal('unavailable').describe("503, or gRPC status 14, of a sidecar in the server's place") }),
  z.object({ kind: z.literal('denied').describe("403, or gRPC status 7, of the server's sidecar"), over }),
  z.object({
    kind: z.literal('reset').describe('no answer'),
    curlExits: z.array(z.int()).min(1).describe('curl ends with one of these'),
    over,
  }),
]);

/** One rule of Istio's that contributed to an expectation. */
export type Reason = z.infer<typeof reason>;
export const reason = z.object({
  rule: z.string().describe("stable name of one of Istio's rules"),
  text: sentence,
  object: z.string().exactOptional().describe('the object that decided, as `Kind namespace/name`'),
  source: z.string().describe("the place in Istio's sources or documentation that defines the rule"),
  since: minor.exactOptional().describe('the first Istio minor with the rule, if releases differ'),
  until: minor.exactOptional().describe('the first Istio minor without the rule, if releases differ'),
});

export type ExpectedOutcome = z.infer<typeof expectedOutcome>;
const expectedOutcome = z.object({
  outcome,
  endpoints: z.array(z.string()).describe('workloads whose endpoints have this outcome, as `namespace/name`'),
  share: z.number().positive().max(1).describe('the share of requests; at most this if it is rare'),
  rare: z.literal(true).exactOptional().describe('only where all retries happen to fail: it need not be observed'),
});

/** What the rules predict for one question. */
export type Expectation = z.infer<typeof expectation>;
export const expectation = z.object({
  outcomes: z.array(expectedOutcome).describe('each must be observed unless it is rare, and no other may be'),
  reasons: z.array(reason),
  notJudged: z.array(sentence).exactOptional().describe('why the outcomes are not certain; the cell is inconclusive'),
});
