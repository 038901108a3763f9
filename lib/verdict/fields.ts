import { z } from 'zod';

// What many schemas have in common.

export const ms = z.number().nonnegative().describe('milliseconds');
export const sinceApplied = ms.describe("milliseconds since the step's API call");
export const count = z.int().nonnegative();
export const chance = z.number().min(0).max(1);

/** The verdict of a cell or a check. */
export type Verdict = z.infer<typeof verdict>;
export const verdict = z
  .enum(['pass', 'fail', 'inconclusive'])
  .describe('inconclusive: the harness could not determine the answer');

/** Returns the schema of a code with its facts. A later version may know other codes, so any is read. */
export function coded<Told extends { code: string }>(): z.ZodType<Told> {
  const told = z.looseObject({ code: z.string().describe('the kind of reason; the other fields are its facts') });
  return told as unknown as z.ZodType<Told>;
}
