import type { z } from 'zod';
import { UsageError } from '../errors.ts';
import { comparisonSchema, nightSchema, planSchema } from './schema.ts';
import type { Comparison, Night, Plan } from './types.ts';

/**
 * Reads the text of a plan.
 * @param name what the file is called, for messages
 * @throws UsageError where it is none
 */
export function planFrom(text: string, name: string): Plan {
  return read(planSchema, text, name, 'no plan of a night: name what npm run nightly -- plan --out wrote');
}

/**
 * Reads the text of a night.
 * @param name what the file is called, for messages
 * @throws UsageError where it is none
 */
export function nightFrom(text: string, name: string): Night {
  return read(nightSchema, text, name, 'no night: name what npm run nightly -- merge --out wrote');
}

/**
 * Reads the text of a night's comparison.
 * @param name what the file is called, for messages
 * @throws UsageError where it is none
 */
export function comparisonFrom(text: string, name: string): Comparison {
  return read(
    comparisonSchema,
    text,
    name,
    'no comparison of nights: name what npm run nightly -- compare --out wrote',
  );
}

function read<T>(schema: z.ZodType<T>, text: string, name: string, otherwise: string): T {
  const [what, advice] = otherwise.split(': ');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON, so it is ${what}: ${advice}.`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new UsageError(
    `${name} is ${what} (${first?.path.join('.') || 'at its beginning'}: ${first?.message}): ${advice}.`,
  );
}
