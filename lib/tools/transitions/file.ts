import { z } from 'zod';
import { formatSchemaError, parseJson, UsageError } from '../../platform/errors.ts';
import type { ExpectedSetting, Losses, PathResult, Transitions, Try } from './types.ts';

const ADVICE = 'name a transitions.json, or its folder';

const setting = z.object({
  mode: z.enum(['none', 'PERMISSIVE', 'STRICT', 'DISABLE']),
  rule: z.enum(['none', 'DISABLE', 'ISTIO_MUTUAL']),
  outcomes: z.array(z.enum(['mtls', 'plain', 'unavailable', 'reset', 'denied'])).min(1),
}) satisfies z.ZodType<ExpectedSetting>;

const losses = z.object({
  sent: z.number(),
  lost: z.number(),
  codes: z.record(z.string(), z.number()),
  firstMs: z.number().exactOptional(),
  lastMs: z.number().exactOptional(),
  longestMs: z.number(),
  arrivedMs: z.number().exactOptional(),
}) satisfies z.ZodType<Losses>;

const oneTry = z.object({
  verdict: z.enum(['measured', 'fail', 'inconclusive']),
  why: z.array(z.string()),
  rate: z.number(),
  changes: z.array(losses),
}) satisfies z.ZodType<Try>;

const path = z.object({
  name: z.string(),
  aim: z.string().exactOptional(),
  settings: z.array(setting).min(2),
  races: z.array(z.boolean()),
  tries: z.array(oneTry),
}) satisfies z.ZodType<PathResult>;

const schema = z.object({
  schema: z.literal('automtls.dev/transitions/v1'),
  automtls: z.object({ version: z.string() }),
  startedAt: z.iso.datetime(),
  ms: z.number(),
  cluster: z.object({ provider: z.string(), name: z.string(), kubernetes: z.string() }),
  istio: z.object({ version: z.string(), release: z.string(), notes: z.array(z.string()) }),
  paths: z.array(path).min(1),
  exitCode: z.literal([0, 1, 3]),
}) satisfies z.ZodType<Transitions>;

/** Returns the text of transitions.json. Times and rates are rounded to tenths; they are not more precise. */
export function textOf(transitions: Transitions): string {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value);
  return `${JSON.stringify(transitions, rounded, 2)}\n`;
}

/**
 * Reads the text of transitions.json.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid, or has another version
 */
export function transitionsFrom(text: string, name: string): Transitions {
  const parsed = schema.safeParse(parseJson(text, name, ADVICE));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${name} is not a file of automtls.dev/transitions/v1 (${formatSchemaError(parsed.error)}): ${ADVICE}.`,
  );
}
