import { z } from 'zod';
import { outcome } from '../../model/schemas.ts';
import { cluster } from '../../results/index.ts';

/** What is applied at one time: a PeerAuthentication of the server's namespace, and a DestinationRule for its host. */
export type Setting = z.infer<typeof setting>;
const setting = z.object({
  mode: z.enum(['none', 'PERMISSIVE', 'STRICT', 'DISABLE']),
  rule: z.enum(['none', 'DISABLE', 'ISTIO_MUTUAL']),
});

/** A setting with what the model expects of the client. */
export type ExpectedSetting = z.infer<typeof expectedSetting>;
const expectedSetting = setting.extend({
  outcomes: z.array(z.enum(outcome.options.map(({ shape }) => shape.kind.value))).min(1),
});

/** Settings of which each is applied once the one before has settled. */
export type Path = z.infer<typeof path>;
const path = z.object({
  name: z.string().describe('for `--path`, such as `permissive+disable:strict`'),
  aim: z
    .string()
    .exactOptional()
    .describe(
      'what people want who go from its first setting to its last, such as `lock down`; absent for other pairs',
    ),
  settings: z.array(setting),
});

/** Requests and losses in some time. All times are in milliseconds since the API call of the change. */
export type Losses = z.infer<typeof losses>;
const losses = z.object({
  sent: z.number(),
  lost: z.number(),
  codes: z
    .record(z.string(), z.number())
    .describe(
      "how many were lost with which code: an HTTP status, such as `503`, or curl's exit code, such as `curl 56`",
    ),
  firstMs: z.number().exactOptional().describe('when the first lost request ended; absent if none was lost'),
  lastMs: z.number().exactOptional().describe('when the last lost request ended; absent if none was lost'),
  longestMs: z
    .number()
    .describe('the longest time in which every request was lost, from the sending of the first; 0 if none was lost'),
  arrivedMs: z
    .number()
    .exactOptional()
    .describe('when every pair that the change acts on had given its new answer; absent if it acts on none'),
});

export type Try = z.infer<typeof oneTry>;
const oneTry = z.object({
  verdict: z
    .enum(['measured', 'fail', 'inconclusive'])
    .describe(
      'measured: every setting was seen to arrive and to do what the model says, under the whole load. ' +
        'fail: a setting did something else. ' +
        'inconclusive: it could not be told what was lost, or whether a setting arrived',
    ),
  why: z.array(z.string()).describe('why it is not `measured`, one sentence each'),
  rate: z.number().describe('the requests that ended in a second, on average over the whole path'),
  changes: z
    .array(losses)
    .describe('for each change, in order, what was lost from then until the next one; empty if the load was not read'),
});

export type TryVerdict = Try['verdict'];

/** A path that was tried, each time under the load of a client with a sidecar. */
export type PathResult = z.infer<typeof pathResult>;
const pathResult = path.extend({
  settings: z.array(expectedSetting).min(2),
  races: z
    .array(z.boolean())
    .describe(
      'for each change, whether the model says that the client is refused while one of the two sidecars knows of the ' +
        'change and the other does not',
    ),
  tries: z.array(oneTry),
});

/** What `npm run transitions` measured, and the contents of transitions.json. */
export type Transitions = z.infer<typeof transitions>;
export const transitions = z.object({
  schema: z.literal('automtls.dev/transitions/v1'),
  automtls: z.object({ version: z.string() }),
  startedAt: z.iso.datetime(),
  ms: z.number().describe("the total time in milliseconds, without the cluster's"),
  cluster,
  istio: z.object({ version: z.string(), release: z.string(), notes: z.array(z.string()) }),
  paths: z.array(pathResult).min(1),
  exitCode: z
    .literal([0, 1, 3])
    .describe('0 if every path was measured, 1 if one did not end as the model says, 3 if something is inconclusive'),
});

/** What `npm run transitions -- --steps` measured. */
export interface Propagation {
  /** RFC 3339. */
  startedAt: string;
  cluster: Transitions['cluster'];
  /** Istio's version. */
  istio: string;
  steps: number;
  arrivals: Arrival[];
  /** What was not as the model says, or could not be told. */
  problems: { verdict: 'fail' | 'inconclusive'; why: string }[];
}

/** When one client saw one step. Times are in milliseconds, those of its answers since the step's API call. */
export interface Arrival {
  /** The step's number, from 1. */
  step: number;
  before: Setting['mode'];
  mode: Setting['mode'];
  /** Such as `sleep.full`. */
  client: string;
  firstRightMs: number;
  /** Absent if no answer was wrong. */
  lastWrongMs?: number;
  /** How long the API calls of the step took. */
  applyMs: number;
  /** The longest batch of any client until then: a machine or a cluster that stands still makes one long. */
  batchMs: number;
  /** The longest time for which this process stood still during the step. */
  stallMs: number;
  /** The machine's load average of the last minute. */
  load: number;
}
