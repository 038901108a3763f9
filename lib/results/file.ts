import { formatSchemaError, parseJson, UsageError } from '../platform/errors.ts';
import { resultsSchema } from './schema.ts';
import type { Results } from './types.ts';

const ADVICE = 'name a results.json, or the folder that a run wrote';

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
  const parsed = resultsSchema.safeParse(parseJson(text, name, ADVICE));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${name} is not a results file of automtls.dev/results/v3 (${formatSchemaError(parsed.error)}): ${ADVICE}.`,
  );
}
