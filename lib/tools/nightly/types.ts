import { z } from 'zod';
import type { Diff } from '../../results/diff/index.ts';
import { resultsSchema } from '../../results/index.ts';

/** One job of a night: a release on its own cluster. It is an entry of the workflow's matrix. */
export type NightlyJob = z.infer<typeof job>;
const job = z.object({
  istio: z
    .string()
    // It names a folder.
    .regex(/^\w[\w.-]*$/)
    .describe("the value of --istio and the job's name: a minor such as 1.31, a patch, or a snapshot such as 1.31-dev"),
  version: z.string().min(1),
  cluster: z
    .string()
    // It names an issue.
    .regex(/^[a-z][a-z0-9-]*$/)
    .describe('the value of --cluster'),
  node: z.string(),
  required: z.boolean(),
});

/** The jobs of a night, newest release first, in the form of a workflow's matrix. */
export type Plan = z.infer<typeof plan>;
export const plan = z.object({ include: z.array(job).min(1) });

/** A job after the night, with its results. */
export type JobOfNight = z.infer<typeof jobOfNight>;
const jobOfNight = job
  .extend({
    results: resultsSchema.exactOptional().describe('absent if the job has none, which is not a pass'),
    missing: z.string().exactOptional().describe('why the job has no results'),
  })
  .refine(({ results, missing }) => (results === undefined) !== (missing === undefined), {
    error: 'a job needs either results or the reason why it has none',
  });

/** The results of a night. */
export type Night = z.infer<typeof night>;
export const night = z.object({
  schema: z.literal('automtls.dev/night/v1'),
  run: z
    .string()
    .exactOptional()
    .describe('the id of the workflow run, if it is one; re-running a job belongs to the same night'),
  startedAt: z.iso.datetime().describe('when its first job began'),
  jobs: z.array(jobOfNight).min(1).describe('every planned job, newest release first'),
});

/** A night compared with the last one, and its releases with each other. */
export interface Comparison {
  schema: 'automtls.dev/comparison/v1';
  /** The start of the night. */
  startedAt: string;
  /** Release by release against the night before; none in the first night. */
  nights: { istio: string; diff: Diff }[];
  /** Each release against the next older one that brought results. */
  releases: { from: string; to: string; diff: Diff }[];
  /** Jobs with nothing to compare with, a sentence each. */
  alone: string[];
  summary: NightSummary;
}

/** The summary of a night. */
export interface NightSummary {
  regressions: Regression[];
  /** Required jobs that are inconclusive, wholly or in part. */
  inconclusive: { istio: string; why: string }[];
  /** 1 a regression of required jobs, 3 something inconclusive, 0 otherwise; informational jobs do not count. */
  exitCode: 0 | 1 | 3;
}

/** A cell or check that fails, or an unexplained difference between two passes. */
export interface Regression {
  /** The job, or the older and the newer of two releases that differ. */
  jobs: string[];
  kind: 'fails' | 'changed';
  /** Such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
  place: string;
  /** One sentence. */
  why: string;
  /** Whether all of its jobs are required; informational jobs never fail the night. */
  required: boolean;
}
