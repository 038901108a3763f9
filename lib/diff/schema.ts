import { z } from 'zod';
import { cluster } from '../results/schema.ts';
import { observation, outcome, protocol, reason, verdict } from '../results/schema-cell.ts';
import type { Diff, Observed, Side } from './types.ts';

const side = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  istio: z.object({ version: z.string(), release: z.string() }),
  cluster,
  automtls: z.string(),
  runErrors: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Side>;

const place = {
  suite: z.string(),
  step: z.string(),
  client: z.string().exactOptional(),
  server: z.string().exactOptional(),
  port: z.int().exactOptional(),
  protocol: protocol.exactOptional(),
  subset: z.string().exactOptional(),
};

const told = z.object({
  verdict,
  expected: z.array(outcome),
  seen: z.array(observation),
  why: z.string(),
}) satisfies z.ZodType<Observed>;

/** The schema of a comparison of two runs in a file. */
export const diffSchema = z.object({
  schema: z.literal('automtls.dev/diff/v1'),
  a: side,
  b: side,
  compared: z.int(),
  changes: z.array(
    z.object({ ...place, a: told, b: told, explained: z.boolean(), gates: z.array(reason), why: z.string() }),
  ),
  notComparable: z.array(z.object({ ...place, a: verdict, b: verdict, why: z.string() })),
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
