import { z } from 'zod';
import { chance, coded, count, sinceApplied, verdict } from './fields.ts';
import { answer, answerer, observation } from './observed.ts';
import type { VerdictReason } from './reasons.ts';

// What a pair comes to, as results have it: schema and type in one.

/** The share of wrong answers that a run must find, and the chance that it may miss it. */
export type Sensitivity = z.infer<typeof sensitivity>;
export const sensitivity = z
  .object({ share: chance, chance })
  .describe('the share of wrong answers that a step must detect, and the probability of missing it');

export const verdictReasons = z
  .array(coded<VerdictReason>())
  .describe('what the verdict follows from, as data; docs/reasons.md has each code');

/** The number of observations of one sort. */
export type Seen = z.infer<typeof seen>;
const seen = z.object({
  observation,
  count,
  counted: count.describe('how many of them count, because they came after the arrival and the grace'),
  firstMs: sinceApplied,
  lastMs: sinceApplied,
  evidence: answer
    .exactOptional()
    .describe('the first one that counts; the last one if none counts; absent if the client was lost'),
  by: z.array(answerer).exactOptional().describe('who gave them, if they were wrong and show it'),
});

/** Consecutive observations that were all right, all wrong, or all not observed. */
export type Interval = z.infer<typeof interval>;
const interval = z.object({
  state: z.enum(['right', 'wrong', 'not-observed']),
  fromMs: sinceApplied,
  toMs: sinceApplied,
  count,
});

/** What is known of a pair after a step. */
export type Judgement = z.infer<typeof judgement>;
export const judgement = z.object({
  verdict,
  reasons: verdictReasons,
  requests: count.describe('all requests, whether their answers count or not'),
  seen: z.array(seen),
  timeline: z
    .array(interval)
    .describe('intervals with answers of one kind; after 64, the last one includes all later observations'),
  counted: count.describe('answers that count: readable, and after the arrival and the grace'),
  wrong: count.describe('how many of these were wrong; if any was, the cell does not pass'),
  missChance: chance.describe('the probability of having missed an endpoint that answers differently'),
  firstRightMs: sinceApplied
    .exactOptional()
    .describe("the first right answer, in milliseconds since the step's API call"),
  lastWrongMs: sinceApplied
    .exactOptional()
    .describe("the last wrong answer, in milliseconds since the step's API call"),
  flaps: count.describe('changes from right to wrong'),
});
