import { z } from 'zod';
import type { Diff, Side, Told } from '../diff/types.ts';
import { outcome, reason, resultsSchema, sight, verdict } from '../results/schema.ts';
import type { Comparison, Leg, LegOfNight, Night, Plan, Trouble } from './types.ts';

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

const side = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  istio: z.object({ version: z.string(), release: z.string() }),
  cluster: z.object({ provider: z.string(), name: z.string(), kubernetes: z.string() }),
  automtls: z.string(),
  doubts: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Side>;

const place = {
  suite: z.string(),
  step: z.string(),
  client: z.string().exactOptional(),
  server: z.string().exactOptional(),
};

const told = z.object({
  verdict,
  expected: z.array(outcome),
  seen: z.array(sight),
  why: z.string(),
}) satisfies z.ZodType<Told>;

const diff = z.object({
  schema: z.literal('automtls.dev/diff/v1'),
  a: side,
  b: side,
  compared: z.int(),
  changes: z.array(
    z.object({ ...place, a: told, b: told, explained: z.boolean(), gates: z.array(reason), why: z.string() }),
  ),
  untold: z.array(z.object({ ...place, a: verdict, b: verdict, why: z.string() })),
  only: z.object({ a: z.array(z.string()), b: z.array(z.string()) }),
  propagation: z.array(
    z.object({
      suite: z.string(),
      step: z.string(),
      aMs: z.number().exactOptional(),
      bMs: z.number().exactOptional(),
    }),
  ),
  summary: z.object({ explained: z.int(), unexplained: z.int(), exitCode: z.literal([0, 1, 3]) }),
}) satisfies z.ZodType<Diff>;

const trouble = z.strictObject({
  legs: z.array(z.string()).min(1),
  kind: z.enum(['fails', 'changed']),
  place: z.string(),
  why: z.string(),
  required: z.boolean(),
}) satisfies z.ZodType<Trouble>;

export const comparisonSchema = z.strictObject({
  schema: z.literal('automtls.dev/comparison/v1'),
  startedAt: z.iso.datetime(),
  nights: z.array(z.strictObject({ istio: z.string(), diff })),
  releases: z.array(z.strictObject({ from: z.string(), to: z.string(), diff })),
  alone: z.array(z.string()),
  summary: z.strictObject({
    troubles: z.array(trouble),
    untold: z.array(z.strictObject({ istio: z.string(), why: z.string() })),
    exitCode: z.literal([0, 1, 3]),
  }),
}) satisfies z.ZodType<Comparison>;
