import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { z } from 'zod';
import { formatSchemaError, messageOf, parseJson, UsageError } from '../platform/errors.ts';
import type { RunRecord } from '../verdict/index.ts';

/** The file beside results.json with all that its verdicts follow from: JSON, compressed with Brotli. */
export const RECORD = 'record.json.br';

/** What of a record is checked before it is judged: what kinds of things it has. The rest is as this project wrote it. */
const recordsSchema = z.array(
  z.looseObject({
    schema: z.literal('automtls.dev/record/v1'),
    run: z.string(),
    setting: z.looseObject({ topology: z.looseObject({}), mesh: z.looseObject({}), made: z.array(z.unknown()) }),
    steps: z.array(
      z.looseObject({
        suite: z.string(),
        step: z.string(),
        decided: z.array(z.unknown()),
        kind: z.enum(['asked', 'unasked', 'check']),
      }),
    ),
  }),
);

/**
 * Returns a record, or those of several runs, as a file has them. Most of a step's record is as in the steps before it, so
 * it becomes small.
 */
export function packed(records: RunRecord | RunRecord[]): Uint8Array {
  const text = JSON.stringify(records);
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 9,
      // All of a run's steps are within its reach.
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
    },
  });
}

/**
 * Reads a file with a record, or with those of several runs.
 * @param name the file's name, for messages
 * @throws UsageError if it is not valid, or of another version
 */
export function recordsFrom(file: Uint8Array, name: string): RunRecord[] {
  const advice = `name the folder of a run, which has results.json and ${RECORD}`;
  const parsed = recordsSchema.safeParse([parseJson(textIn(file, name, advice), name, advice)].flat());
  if (parsed.success) return parsed.data as unknown as RunRecord[];
  throw new UsageError(
    `${name} is no record of automtls.dev/record/v1 (${formatSchemaError(parsed.error)}): ${advice}.`,
  );
}

function textIn(file: Uint8Array, name: string, advice: string): string {
  try {
    return brotliDecompressSync(file).toString('utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be unpacked (${messageOf(error)}): ${advice}.`);
  }
}
