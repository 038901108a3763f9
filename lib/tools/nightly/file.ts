import type { z } from 'zod';
import { formatSchemaError, parseJson, UsageError } from '../../platform/errors.ts';
import { type Night, night, type Plan, plan } from './types.ts';

/**
 * Reads the text of a plan.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid
 */
export function planFrom(text: string, name: string): Plan {
  return read(plan, text, name, { kind: 'nightly plan', wrote: 'plan --out' });
}

/**
 * Reads the text of a night.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid
 */
export function nightFrom(text: string, name: string): Night {
  return read(night, text, name, { kind: 'night', wrote: 'report' });
}

function read<T>(
  schema: z.ZodType<T>,
  text: string,
  name: string,
  { kind, wrote }: { kind: string; wrote: string },
): T {
  const advice = `use the file that npm run nightly -- ${wrote} wrote`;
  const parsed = schema.safeParse(parseJson(text, name, advice));
  if (parsed.success) return parsed.data;
  throw new UsageError(`${name} is not a ${kind} (${formatSchemaError(parsed.error)}): ${advice}.`);
}
