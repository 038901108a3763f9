import { z } from 'zod';
import type { Expectation, Outcome, Protocol, Reason } from '../model/types.ts';
import type { Answer, Answerer, Judgement } from '../probe/types.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Verdict, VerdictReason } from '../verdict/reasons.ts';
import type { Unseen } from '../verdict/unseen.ts';
import type { CellResult } from './types.ts';

// The schema of a cell: what was expected of a pair, what was observed, and what came of it.

export const ms = z.number().nonnegative().describe('milliseconds');
export const count = z.int().nonnegative();
export const chance = z.number().min(0).max(1);
export const sentence = z.string().describe('one sentence for a person');
export const minor = z.string().regex(/^\d+\.\d+$/);
export const protocol = z.enum(['http', 'grpc', 'tcp', 'https']) satisfies z.ZodType<Protocol>;
export const verdict = z
  .enum(['pass', 'fail', 'inconclusive'])
  .describe('inconclusive: the harness could not determine the answer') satisfies z.ZodType<Verdict>;

export const reason = z.object({
  rule: z.string().describe("stable name of one of Istio's rules"),
  text: sentence,
  object: z.string().exactOptional().describe('the object that decided, as `Kind namespace/name`'),
  source: z.string().describe("the place in Istio's sources or documentation that defines the rule"),
  since: minor.exactOptional().describe('the first Istio minor with the rule, if releases differ'),
  until: minor.exactOptional().describe('the first Istio minor without the rule, if releases differ'),
}) satisfies z.ZodType<Reason>;

export const outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mtls'), identity: z.string().describe('SPIFFE ID of the client') }),
  z.object({ kind: z.literal('plain') }),
  z.object({ kind: z.literal('unavailable').describe("503, or gRPC status 14, of a sidecar in the server's place") }),
  z.object({ kind: z.literal('denied').describe("403, or gRPC status 7, of the server's sidecar") }),
  z.object({ kind: z.literal('reset').describe('no answer'), curlExits: z.array(z.int()).min(1) }),
]) satisfies z.ZodType<Outcome>;

const expectation = z.object({
  outcomes: z
    .array(
      z.object({
        outcome,
        endpoints: z.array(z.string()),
        share: z.number().positive().max(1).describe('the share of requests; at most this if it is rare'),
        rare: z
          .literal(true)
          .exactOptional()
          .describe('only where all retries happen to fail: it need not be observed'),
      }),
    )
    .describe('each must be observed unless it is rare, and no other may be'),
  reasons: z.array(reason),
  notJudged: z.array(sentence).exactOptional().describe('why the outcomes are not certain; the cell is inconclusive'),
}) satisfies z.ZodType<Expectation>;

const strayed = z
  .string()
  .exactOptional()
  .describe('the workload whose pod gave the answer, if none such was expected of it');

/** A later version may know other codes, so any is read. */
const told = z.looseObject({ code: z.string().describe('the kind of reason; the other fields are its facts') });
const because = told as unknown as z.ZodType<Unseen>;
export const verdictReasons = z
  .array(told as unknown as z.ZodType<VerdictReason>)
  .describe('what the verdict follows from, as data; docs/reasons.md has each code');

export const observation = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mtls'), identity: z.string(), strayed }),
  z.object({ kind: z.literal('plain'), strayed }),
  z.object({
    kind: z.literal('answered').describe('200, over a protocol that does not tell mutual TLS from plain text'),
    workload: z.string().describe('who answered, as `namespace/name`'),
  }),
  z.object({ kind: z.literal('unavailable') }),
  z.object({ kind: z.literal('refused'), curlExit: z.int() }),
  z.object({ kind: z.literal('other'), status: z.int(), grpcStatus: z.int().exactOptional() }),
  z.object({ kind: z.literal('not-observed'), why: z.string(), because: because.exactOptional() }),
]) satisfies z.ZodType<Observation>;

const answer = z.object({
  at: z.number().describe('milliseconds since the epoch'),
  status: z.int().describe('HTTP status; 0 if there was no answer'),
  curlExit: z.int(),
  curlMessage: z.string(),
  ms,
  grpcStatus: z.int().exactOptional().describe('only if it is an error'),
  fresh: z.boolean().describe('whether it came over a new connection'),
  address: z.string().exactOptional().describe('the address that was asked'),
  sent: z.string().exactOptional().describe('method, path and size of the request'),
  headers: z.record(z.string(), z.string()).exactOptional().describe('its headers that show who gave it'),
  body: z.string(),
}) satisfies z.ZodType<Answer>;

const answerer = z.enum([
  ...(['client-sidecar', 'server-sidecar', 'sidecar'] as const),
  ...(['application', 'server-side', 'nobody'] as const),
]) satisfies z.ZodType<Answerer>;

const judgement = z.object({
  verdict,
  reasons: verdictReasons,
  requests: count.describe('all requests, whether their answers count or not'),
  seen: z.array(
    z.object({
      observation,
      count,
      counted: count.describe('how many of them count, because they came after the arrival and the grace'),
      firstMs: ms,
      lastMs: ms,
      evidence: answer.exactOptional().describe('the first one that counts; the last one if none counts'),
      by: z.array(answerer).exactOptional().describe('who gave them, if they were wrong and show it'),
    }),
  ),
  timeline: z
    .array(z.object({ state: z.enum(['right', 'wrong', 'not-observed']), fromMs: ms, toMs: ms, count }))
    .describe("intervals with answers of one kind; times since the step's API call"),
  counted: count.describe('answers that count: readable, and after the arrival and the grace'),
  wrong: count.describe('how many of these were wrong; if any was, the cell does not pass'),
  missChance: chance.describe('the probability of having missed an endpoint that answers differently'),
  firstRightMs: ms.exactOptional(),
  lastWrongMs: ms.exactOptional(),
  flaps: count.describe('changes from right to wrong'),
}) satisfies z.ZodType<Judgement>;

export const cell = judgement.extend({
  why: sentence.describe('the reasons in one sentence, without what likely made it go wrong'),
  client: z.string().describe('such as sleep.full'),
  server: z.string().describe('such as httpbin.partial'),
  port: z.int().positive().describe('the port of the Service'),
  protocol,
  subset: z.string().exactOptional().describe('named by the requests, for a VirtualService to route to'),
  expectation,
  changes: z.boolean().describe('whether the step changes what is expected of the pair'),
  repro: z.array(z.string()).describe("commands to reproduce it in the run's namespaces"),
  script: z
    .string()
    .regex(/^repro\/\w[\w.-]*\.sh$/)
    .exactOptional()
    .describe('a file beside this one: a shell script that reproduces it from nothing'),
  diagnosis: z
    .string()
    .regex(/^diagnosis\/\w[\w.-]*$/)
    .exactOptional()
    .describe('a folder beside this file: what the mesh was when it failed'),
}) satisfies z.ZodType<CellResult>;
