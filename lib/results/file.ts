import { formatSchemaError, UsageError } from '../errors.ts';
import { resultsSchema } from './schema.ts';
import type { Results } from './types.ts';

/** Returns the text of a results file. Times are rounded to tenths of a millisecond; they are not more precise. */
export function textOf(results: Results): string {
  const rounded = (key: string, value: unknown) =>
    typeof value === 'number' && /^ms$|Ms$/.test(key) ? Math.round(value * 10) / 10 : value;
  return `${JSON.stringify(results, rounded, 2)}\n`;
}

/**
 * Reads the text of a results file.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid, or has another version
 */
export function resultsFrom(text: string, name: string): Results {
  const parsed = resultsSchema.safeParse(json(text, name));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${name} is not a results file of automtls.dev/results/v2 (${formatSchemaError(parsed.error)}): name a results.json, or the folder that a run wrote.`,
  );
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON: name a results.json, or the folder that a run wrote.`);
  }
}
