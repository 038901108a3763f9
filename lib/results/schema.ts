import { z } from 'zod';
import { isSummaryOf } from './summary.ts';
import { results } from './types.ts';
import { upgraded } from './v2.ts';

/** The schema of a results file; one of v2 is read as well. */
export const resultsSchema = z.preprocess(
  upgraded,
  results.refine(({ summary, ...unsealed }) => isSummaryOf(summary, unsealed), {
    path: ['summary'],
    error: 'it does not match the rest of the file',
  }),
);

/** Returns the JSON Schema of a results file, which is published in schemas/. */
export function resultsJsonSchema(): object {
  // The schema of the input, which allows unknown fields; the output of the reader has none.
  return z.toJSONSchema(results, { io: 'input' });
}
