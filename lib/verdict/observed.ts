import { z } from 'zod';
import { coded, ms } from './fields.ts';
import type { Unseen } from './unseen.ts';

// What came back, as results have it: schema and type in one.

/** Who gave an answer, as far as the answer itself shows. */
export type Answerer = z.infer<typeof answerer>;
export const answerer = z
  .enum(['client-sidecar', 'server-sidecar', 'sidecar', 'application', 'server-side', 'nobody'])
  .describe("sidecar: one of the two. server-side: the server's sidecar or the application. nobody: no answer came");

/** curl's result of one request. */
export type Answer = z.infer<typeof answer>;
export const answer = z.object({
  at: z.number().describe('when it was complete, in milliseconds since the epoch'),
  status: z.int().describe('HTTP status; 0 if there was no answer'),
  curlExit: z.int(),
  curlMessage: z.string(),
  ms,
  grpcStatus: z.int().exactOptional().describe('only if it is an error'),
  fresh: z.boolean().describe('whether it came over a new connection'),
  address: z.string().exactOptional().describe('the address that was asked; absent if no connection was made'),
  sent: z
    .string()
    .exactOptional()
    .describe('method, path and size of the request, if they were not those of a request by hand'),
  headers: z
    .record(z.string(), z.string())
    .exactOptional()
    .describe('its headers that show who gave it; absent with curl before 7.84'),
  body: z.string().describe('empty for requests made at once, whose bodies are discarded'),
});

const strayed = z
  .string()
  .exactOptional()
  .describe('the workload whose pod gave the answer, if none such was expected of it');

/** An answer that shows nothing. */
export type NotObserved = z.infer<typeof notObserved>;
const notObserved = z.object({
  kind: z.literal('not-observed').describe('the harness could not tell'),
  why: z.string().describe('in a few words'),
  because: coded<Unseen>().exactOptional().describe('the same as data; absent in results of older versions'),
});

/** What one answer shows. */
export type Observation = z.infer<typeof observation>;
export const observation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mtls').describe("200 with the client's SPIFFE ID"), identity: z.string(), strayed }),
  z.object({ kind: z.literal('plain').describe("200 without the client's SPIFFE ID"), strayed }),
  z.object({
    kind: z.literal('answered').describe('200, over a protocol that does not tell mutual TLS from plain text'),
    workload: z.string().describe('who answered, as `namespace/name`'),
  }),
  z.object({
    kind: z.literal('unavailable').describe('503, or gRPC status 14'),
    lost: z
      .literal(true)
      .exactOptional()
      .describe('over gRPC: a sidecar closed the stream with its answer, which curl lost; it may have been a 403'),
  }),
  z.object({
    kind: z.literal('refused').describe('no HTTP answer, for a reason that can be the mesh'),
    curlExit: z.int(),
  }),
  z.object({
    kind: z
      .literal('other')
      .describe('any other status, or 200 to one of many requests made at once, whose bodies are discarded'),
    status: z.int(),
    grpcStatus: z.int().exactOptional(),
  }),
  notObserved,
]);
