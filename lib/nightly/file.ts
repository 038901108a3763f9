import type { z } from 'zod';
import { formatSchemaError, parseJson, UsageError } from '../errors.ts';
import { comparisonSchema, nightSchema, planSchema } from './schema.ts';
import type { Comparison, Night, Plan } from './types.ts';

/**
 * Reads the text of a plan.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid
 */
export function planFrom(text: string, name: string): Plan {
  return read(planSchema, text, name, { kind: 'nightly plan', step: 'plan' });
}

/**
 * Reads the text of a night.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid
 */
export function nightFrom(text: string, name: string): Night {
  return read(nightSchema, text, name, { kind: 'night', step: 'merge' });
}

/**
 * Reads the text of a night's comparison.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid
 */
export function comparisonFrom(text: string, name: string): Comparison {
  return read(comparisonSchema, text, name, { kind: 'nightly comparison', step: 'compare' });
}

function read<T>(schema: z.ZodType<T>, text: string, name: string, { kind, step }: { kind: string; step: string }): T {
  const advice = `use the file that npm run nightly -- ${step} --out wrote`;
  const parsed = schema.safeParse(parseJson(text, name, advice));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${name} is not a ${kind} (${formatSchemaError(parsed.error)}): ${advice}.`);
}
