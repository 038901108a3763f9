import { z } from 'zod';
import { diffSchema } from '../diff/schema.ts';
import { resultsSchema } from '../results/schema.ts';
import type { Comparison, JobOfNight, Night, NightlyJob, Plan, Regression } from './types.ts';

// The format of the files that one step of a night writes for the next.

const job = z.object({
  // It names a folder.
  istio: z.string().regex(/^\w[\w.-]*$/),
  version: z.string().min(1),
  // It names an issue.
  cluster: z.string().regex(/^[a-z][a-z0-9-]*$/),
  node: z.string(),
  required: z.boolean(),
}) satisfies z.ZodType<NightlyJob>;

const jobOfNight = job
  .extend({ results: resultsSchema.exactOptional(), missing: z.string().exactOptional() })
  .refine(({ results, missing }) => (results === undefined) !== (missing === undefined), {
    error: 'a job needs either results or the reason why it has none',
  }) satisfies z.ZodType<JobOfNight>;

export const planSchema = z.object({ include: z.array(job).min(1) }) satisfies z.ZodType<Plan>;

export const nightSchema = z.object({
  schema: z.literal('automtls.dev/night/v1'),
  run: z.string().exactOptional(),
  startedAt: z.iso.datetime(),
  jobs: z.array(jobOfNight).min(1),
}) satisfies z.ZodType<Night>;

const regression = z.object({
  jobs: z.array(z.string()).min(1),
  kind: z.enum(['fails', 'changed']),
  place: z.string(),
  why: z.string(),
  required: z.boolean(),
}) satisfies z.ZodType<Regression>;

export const comparisonSchema = z.object({
  schema: z.literal('automtls.dev/comparison/v1'),
  startedAt: z.iso.datetime(),
  nights: z.array(z.object({ istio: z.string(), diff: diffSchema })),
  releases: z.array(z.object({ from: z.string(), to: z.string(), diff: diffSchema })),
  alone: z.array(z.string()),
  summary: z.object({
    regressions: z.array(regression),
    inconclusive: z.array(z.object({ istio: z.string(), why: z.string() })),
    exitCode: z.literal([0, 1, 3]),
  }),
}) satisfies z.ZodType<Comparison>;
