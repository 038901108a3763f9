import type { Effect, Told } from './entry.ts';
import { answers } from './reasons/answers.ts';
import { checked } from './reasons/checks.ts';
import { harness, others, serving } from './reasons/mesh.ts';
import { sidecars } from './reasons/sidecars.ts';

/** Every kind of reason for a verdict, by its code. */
export const reasons = { ...answers, ...sidecars, ...serving, ...others, ...checked, ...harness };

/** Why something has its verdict: a code and its facts. */
export type VerdictReason = Told<typeof reasons>;

/** Returns a reason in words: one sentence, without a capital and a full stop. */
export function reasonWords(reason: VerdictReason): string {
  return (reasons[reason.code].words as (facts: VerdictReason) => string)(reason);
}

/** Returns what a reason does to a verdict. */
export function effectOf({ code }: VerdictReason): Effect {
  return reasons[code].effect;
}

/** The verdict of a cell or a check. pass: observed as expected. fail: otherwise. inconclusive: the harness could not tell. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** Returns the verdict that reasons come to: any doubt leaves it open, and then any failure decides. */
export function verdictOf(all: readonly VerdictReason[]): Verdict {
  const effects = new Set(all.map(effectOf));
  if (effects.has('doubt')) return 'inconclusive';
  return effects.has('fail') ? 'fail' : 'pass';
}

/** Returns the reasons in the same order, without those that are said already. */
export function distinct(all: readonly VerdictReason[]): VerdictReason[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

/** Returns reasons in one sentence: what is wrong or in doubt, and then what may have caused it. */
export function whyOf(all: readonly VerdictReason[]): string {
  const of = (...effects: Effect[]): string[] => all.filter((one) => effects.includes(effectOf(one))).map(reasonWords);
  const causes = of('cause');
  const blame = causes.length === 0 ? [] : [`a likely cause: ${causes.join('; ')}`];
  return [...of('pass', 'fail', 'doubt'), ...blame, ...of('note')].join('; ');
}
