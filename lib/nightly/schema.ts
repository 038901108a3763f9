import { z } from 'zod';
import { resultsSchema } from '../results/schema.ts';
import type { JobOfNight, Night, NightlyJob, Plan } from './types.ts';

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
