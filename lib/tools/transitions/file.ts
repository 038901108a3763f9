import { formatSchemaError, parseJson, UsageError } from '../../platform/errors.ts';
import { type Transitions, transitions } from './types.ts';

const ADVICE = 'name a transitions.json, or its folder';

/** Returns the text of transitions.json. Times and rates are rounded to tenths; they are not more precise. */
export function textOf(measured: Transitions): string {
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value);
  return `${JSON.stringify(measured, rounded, 2)}\n`;
}

/**
 * Reads the text of transitions.json.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid, or has another version
 */
export function transitionsFrom(text: string, name: string): Transitions {
  const parsed = transitions.safeParse(parseJson(text, name, ADVICE));
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `${name} is not a file of automtls.dev/transitions/v1 (${formatSchemaError(parsed.error)}): ${ADVICE}.`,
  );
}
