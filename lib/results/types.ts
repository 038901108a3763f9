import { z } from 'zod';
import { expectation, minor, protocol, reason, sentence } from '../model/schemas.ts';
import { count, judgement, ms, sensitivity, verdict, verdictReasons } from '../verdict/schemas.ts';
import { V3 } from './v2.ts';

// The format of results.json: schema and type in one. Unknown fields are ignored, as docs/results.md promises, because
// another version may have added them.

const objects = z.array(z.string());

/** The traffic of a cell. Together with the suite and the step, it identifies the cell. */
export type TrafficKey = z.infer<typeof trafficKey>;
const trafficKey = z.object({
  client: z.string().describe('such as sleep.full'),
  server: z.string().describe('such as httpbin.partial'),
  port: z.int().positive().describe('the port of the Service'),
  protocol,
  subset: z.string().exactOptional().describe('named by the requests, for a VirtualService to route to'),
});

/** What was expected of a pair under a step, what was observed, and what came of it. */
export type CellResult = z.infer<typeof cell>;
export const cell = judgement.extend({
  why: sentence.describe('the reasons in one sentence, without what likely made it go wrong'),
  ...trafficKey.shape,
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
});

export type AskResult = z.infer<typeof ask>;
const ask = z.object({
  kind: z.literal('ask'),
  title: z.string(),
  ms,
  objects: objects.describe("the applied objects, as `Kind namespace/name`, with the topology's names"),
  autoMtls: z.boolean(),
  cells: z.array(cell),
  propagation: z
    .object({ firstRightMs: ms, lastWrongMs: ms.exactOptional(), flaps: count })
    .exactOptional()
    .describe("since the step's API call; absent if the step changes no pair, or none was right"),
  parts: z
    .array(z.object({ name: z.string(), ms }))
    .exactOptional()
    .describe('how long each of its parts took, in order'),
  notes: z.array(sentence).exactOptional().describe('other observations that may explain the answers'),
});

/** One thing that a check tried: somebody asked a server. */
export type CheckRow = z.infer<typeof checkRow>;
const checkRow = z.object({
  client: z.string().describe('who asked, such as `a self-signed certificate`'),
  server: z.string().describe('who was asked, such as `httpbin.full:8080`'),
  expected: z.string().describe('such as `refused`'),
  observed: z.string().describe('what came back, and how often'),
  verdict: z.enum([...verdict.options, 'not-tried']),
  why: sentence.exactOptional().describe('what is wrong, or why it was not tried'),
  reasons: z.array(reason).describe('why it was expected'),
});

export type CheckResult = z.infer<typeof check>;
const check = z.object({
  kind: z.literal('check'),
  title: z.string(),
  ms,
  verdict,
  reasons: verdictReasons,
  why: sentence.describe('the reasons in one sentence'),
  objects: objects.exactOptional().describe('objects of others that it saw, and that can affect the run'),
  rows: z.array(checkRow).exactOptional().describe('what it tried, one by one'),
});

export type StepResult = AskResult | CheckResult;

export type SuiteResult = z.infer<typeof suite>;
const suite = z.object({
  name: z.string(),
  title: z.string(),
  skipped: sentence.exactOptional().describe('why it was not run'),
  notRun: z
    .array(z.string())
    .exactOptional()
    .describe('its steps that were not run, because --fail-fast ended the run'),
  steps: z.array(z.discriminatedUnion('kind', [ask, check])),
});

/** The result of a run in short. */
export type Summary = z.infer<typeof summary>;
const summary = z.object({
  verdict: z.enum([...verdict.options, 'interrupted']),
  exitCode: z
    .literal([0, 1, 3, 130])
    .describe('0 all pass, 1 the mesh does not conform, 3 inconclusive, 130 interrupted'),
  passed: count,
  failed: count,
  inconclusive: count,
  inconclusiveBy: z
    .record(z.string(), z.int().positive())
    .describe('how many cells and checks are inconclusive for a reason of each code'),
  skipped: count.describe('chosen suites that were not run'),
  partial: z.array(sentence).describe('why it was not a complete run'),
});

/** The number of checks and cells with each verdict, and of suites that were not run. */
export type Count = Pick<Summary, 'passed' | 'failed' | 'inconclusive' | 'skipped'>;

export const cluster = z.object({ provider: z.string(), name: z.string(), kubernetes: z.string() });

/** The results of one run. All reports are made from these alone. */
export type Results = z.infer<typeof results>;
export const results = z
  .object({
    schema: z.literal(V3),
    automtls: z.object({ version: z.string() }).describe('the automtls that ran'),
    summary,
    run: z.object({
      id: z.string(),
      startedAt: z.iso.datetime(),
      namespaces: z.record(z.string(), z.string()).describe("the run's namespaces, by their names in the topologies"),
      chosen: z.array(z.string()).exactOptional().describe('the suites that --suite named'),
      cell: z.string().exactOptional().describe('the cell that --cell named'),
      seed: z
        .int()
        .nonnegative()
        .exactOptional()
        .describe('what the variations of requests follow from; --seed takes it'),
      sensitivity,
      limits: z
        .record(z.string(), z.number())
        .describe('how long the run waits for each thing (names in Ms: milliseconds), and how often it sends requests'),
      interrupted: z.boolean().describe('whether the run was interrupted, for example by ^C'),
      stoppedAfter: z
        .object({ suite: z.string(), step: z.string() })
        .exactOptional()
        .describe('the step whose failure ended the run, with --fail-fast'),
    }),
    cluster,
    istio: z.object({
      version: z.string().describe('the version that was found on the cluster'),
      release: minor.describe('the minor whose rules it was judged by, such as 1.31'),
      policyApi: z.string(),
      notes: z.array(sentence),
    }),
    phases: z.array(z.object({ name: z.string(), ms })).describe('how long each phase of the run took, in order'),
    runErrors: z.array(sentence).describe('errors of the whole run; with any, no pass can be trusted'),
    suites: z.array(suite),
  })
  .describe('The results of one run of automtls on a mesh');

/** The results of a run that is going on: they are sealed with a summary at its end. */
export type UnsealedResults = Omit<Results, 'summary'>;
