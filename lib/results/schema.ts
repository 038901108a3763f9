import { z } from 'zod';
import { cell, chance, count, minor, ms, reason, sentence, verdict, verdictReasons } from './schema-cell.ts';
import { isSummaryOf } from './summary.ts';
import type { AskResult, CheckResult, CheckRow, Results, SuiteResult, Summary } from './types.ts';
import { upgraded, V3 } from './v2.ts';

// The same as the types, to check and document files; `satisfies` keeps the two consistent. Unknown fields are ignored,
// as docs/results.md promises, because another version may have added them.

const ask = z.object({
  kind: z.literal('ask'),
  title: z.string(),
  ms,
  objects: z.array(z.string()).describe("the applied objects, as `Kind namespace/name`, with the topology's names"),
  autoMtls: z.boolean(),
  cells: z.array(cell),
  propagation: z.object({ firstRightMs: ms, lastWrongMs: ms.exactOptional(), flaps: count }).exactOptional(),
  parts: z
    .array(z.object({ name: z.string(), ms }))
    .exactOptional()
    .describe('how long each of its parts took, in order'),
  notes: z.array(sentence).exactOptional().describe('other observations that may explain the answers'),
}) satisfies z.ZodType<AskResult>;

const checkRow = z.object({
  client: z.string().describe('who asked, such as `a self-signed certificate`'),
  server: z.string().describe('who was asked, such as `httpbin.full:8080`'),
  expected: z.string().describe('such as `refused`'),
  observed: z.string().describe('what came back, and how often'),
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'not-tried']),
  why: sentence.exactOptional().describe('what is wrong, or why it was not tried'),
  reasons: z.array(reason),
}) satisfies z.ZodType<CheckRow>;

const check = z.object({
  kind: z.literal('check'),
  title: z.string(),
  ms,
  verdict,
  reasons: verdictReasons,
  why: sentence.describe('the reasons in one sentence'),
  objects: z.array(z.string()).exactOptional().describe('objects of others that it saw, and that can affect the run'),
  rows: z.array(checkRow).exactOptional().describe('what it tried, one by one'),
}) satisfies z.ZodType<CheckResult>;

const suite = z.object({
  name: z.string(),
  title: z.string(),
  skipped: sentence.exactOptional().describe('why it was not run'),
  notRun: z
    .array(z.string())
    .exactOptional()
    .describe('its steps that were not run, because --fail-fast ended the run'),
  steps: z.array(z.discriminatedUnion('kind', [ask, check])),
}) satisfies z.ZodType<SuiteResult>;

const summary = z.object({
  verdict: z.enum(['pass', 'fail', 'inconclusive', 'interrupted']),
  exitCode: z.literal([0, 1, 3, 130]),
  passed: count,
  failed: count,
  inconclusive: count,
  inconclusiveBy: z
    .record(z.string(), z.int().positive())
    .describe('how many cells and checks are inconclusive for a reason of each code'),
  skipped: count.describe('chosen suites that were not run'),
  partial: z.array(sentence).describe('why it was not a complete run'),
}) satisfies z.ZodType<Summary>;

export const cluster = z.object({
  provider: z.string(),
  name: z.string(),
  kubernetes: z.string(),
}) satisfies z.ZodType<Results['cluster']>;

const resultsV3 = z
  .object({
    schema: z.literal(V3),
    automtls: z.object({ version: z.string() }),
    summary,
    run: z.object({
      id: z.string(),
      startedAt: z.iso.datetime(),
      namespaces: z.record(z.string(), z.string()).describe("the run's namespaces, by their names in the topologies"),
      chosen: z.array(z.string()).exactOptional().describe('the suites that --suite named'),
      cell: z.string().exactOptional().describe('the cell that --cell named'),
      seed: z.int().nonnegative().exactOptional().describe('what the variations of requests follow from'),
      sensitivity: z
        .object({ share: chance, chance })
        .describe('the share of wrong answers that a step must detect, and the probability of missing it'),
      limits: z
        .record(z.string(), z.number())
        .describe('how long the run waits for each thing (names in Ms: milliseconds), and how often it sends requests'),
      interrupted: z.boolean(),
      stoppedAfter: z
        .object({ suite: z.string(), step: z.string() })
        .exactOptional()
        .describe('the step whose failure ended the run, with --fail-fast'),
    }),
    cluster,
    istio: z.object({
      version: z.string(),
      release: minor.describe('the minor whose rules it was judged by, such as 1.31'),
      policyApi: z.string(),
      notes: z.array(sentence),
    }),
    phases: z.array(z.object({ name: z.string(), ms })),
    runErrors: z.array(sentence).describe('errors of the whole run; with any, no pass can be trusted'),
    suites: z.array(suite),
  })
  .describe('The results of one run of automtls on a mesh')
  .refine(({ summary, ...findings }) => isSummaryOf(summary, findings), {
    path: ['summary'],
    error: 'it does not match the rest of the file',
  }) satisfies z.ZodType<Results>;

/** The schema of a results file; one of v2 is read as well. */
export const resultsSchema = z.preprocess(upgraded, resultsV3);

/** Returns the JSON Schema of a results file, which is published in schemas/. */
export function resultsJsonSchema(): object {
  // The schema of the input, which allows unknown fields; the output of the reader has none.
  return z.toJSONSchema(resultsV3, { io: 'input' });
}
