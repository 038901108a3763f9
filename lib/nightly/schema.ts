import { z } from 'zod';
import { resultsSchema } from '../results/schema.ts';
import type { Leg, LegOfNight, Night, Plan } from './types.ts';

// Files that one step of a night leaves for the next, as whoever reads them may rely on.

const leg = z.strictObject({
  // It names a folder.
  istio: z.string().regex(/^\w[\w.-]*$/),
  version: z.string().min(1),
  cluster: z.enum(['kind', 'native']),
  node: z.string(),
  required: z.boolean(),
}) satisfies z.ZodType<Leg>;

const legOfNight = leg
  .extend({ results: resultsSchema.exactOptional(), missing: z.string().exactOptional() })
  .refine(({ results, missing }) => (results === undefined) !== (missing === undefined), {
    error: 'a leg has either results or the reason why there are none',
  }) satisfies z.ZodType<LegOfNight>;

export const planSchema = z.strictObject({ include: z.array(leg).min(1) }) satisfies z.ZodType<Plan>;

export const nightSchema = z.strictObject({
  schema: z.literal('automtls.dev/night/v1'),
  startedAt: z.iso.datetime(),
  legs: z.array(legOfNight).min(1),
}) satisfies z.ZodType<Night>;
