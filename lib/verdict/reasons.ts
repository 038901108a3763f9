import { type Effect, type Entry, type Told, wordsIn } from './entry.ts';
import type { Verdict } from './fields.ts';
import { gaps } from './gaps.ts';
import { answers } from './reasons/answers.ts';
import { checked } from './reasons/checks.ts';
import { harness } from './reasons/harness.ts';
import { others } from './reasons/others.ts';
import { serving } from './reasons/serving.ts';
import { sidecars } from './reasons/sidecars.ts';
import { unseen } from './unseen.ts';

/** Every kind of reason for a verdict, by its code. */
export const reasons = { ...answers, ...sidecars, ...serving, ...others, ...checked, ...harness };

/** Every code, by what it is about, for the documentation. */
export const reasonGroups: readonly { title: string; about: string; codes: Record<string, Entry<never>> }[] = [
  { title: 'Answers', about: 'What the answers of a pair show by themselves.', codes: answers },
  {
    title: 'Answers that show nothing',
    about: 'Why an answer, or the lack of one, is no observation. Reasons above have one of these as their `because`.',
    codes: unseen,
  },
  {
    title: 'Counters and certificates of the two sidecars',
    about: 'Neither side’s word is enough: see [whom the harness trusts](verdicts.md#who-is-trusted-with-what).',
    codes: sidecars,
  },
  { title: 'Counters that say nothing', about: 'Reasons above have one of these as `gap` or `server`.', codes: gaps },
  {
    title: 'The run’s own pods, Services and policies',
    about: 'What is not, or does not stay, as the expectations assume.',
    codes: serving,
  },
  { title: 'Others on the mesh', about: 'What somebody else did, or what was there before.', codes: others },
  { title: 'Checks', about: 'What checks find before a run asks, in between, and at its end.', codes: checked },
  { title: 'The harness', about: 'What kept it from asking or looking.', codes: harness },
];

/** Why something has its verdict: a code and its facts. */
export type VerdictReason = Told<typeof reasons>;

/** Returns a reason in words: one sentence, without a capital and a full stop. */
export function reasonWords(reason: VerdictReason): string {
  return wordsIn(reasons, reason);
}

/** Returns what a reason does to a verdict. One of a later version, whose code is not known, leaves it open. */
export function effectOf({ code }: VerdictReason): Effect {
  return Object.hasOwn(reasons, code) ? reasons[code].effect : 'doubt';
}

/** What to do about something that did not pass, and the code of the reason that says so. */
export interface Advice {
  code: string;
  text: string;
}

/** Returns what to do about what these reasons say, each once. */
export function adviceFor(all: readonly VerdictReason[]): Advice[] {
  const known = all.filter(({ code }) => Object.hasOwn(reasons, code));
  const told = known.flatMap(({ code }) => {
    const { advice: text } = reasons[code] as Entry<never>;
    return text === undefined ? [] : [{ code, text }];
  });
  return [...new Map(told.map((advice) => [advice.text, advice])).values()];
}

/** Returns whether a reason leaves a verdict open. */
export function isDoubt(reason: VerdictReason): boolean {
  return effectOf(reason) === 'doubt';
}

/** Returns the verdict that reasons come to: any doubt leaves it open, and then any failure decides. */
export function verdictOf(all: readonly VerdictReason[]): Verdict {
  const effects = new Set(all.map(effectOf));
  if (effects.has('doubt')) return 'inconclusive';
  return effects.has('fail') ? 'fail' : 'pass';
}

/** Returns the reasons in the same order, without those that are said already. */
export function distinct(all: readonly VerdictReason[]): VerdictReason[] {
  return [...new Map(all.map((reason) => [JSON.stringify(reason), reason])).values()];
}

/**
 * Returns whether a reason is about what surrounds the pairs of a step, not about the answers of one: others, or what of
 * the run is not as it should be.
 */
export function isOfStep({ code }: VerdictReason): boolean {
  return Object.hasOwn(serving, code) || Object.hasOwn(others, code) || code === 'look-failed';
}

/** Returns the objects that a reason names, as `Kind namespace/name`. */
export function objectsOf(reason: VerdictReason): string[] {
  const { object, objects, pods } = reason as { object?: unknown; objects?: unknown; pods?: unknown };
  if (typeof object === 'string') return [object];
  if (Array.isArray(objects)) return objects.map(String);
  return Array.isArray(pods) ? pods.map((pod) => `Pod ${pod}`) : [];
}

/** Returns what is wrong or in doubt in one sentence, or why all is well; without what may have caused it. */
export function whyOf(all: readonly VerdictReason[]): string {
  const of = (...effects: Effect[]): string[] =>
    all.filter((reason) => effects.includes(effectOf(reason))).map(reasonWords);
  return [...of('pass', 'fail', 'doubt'), ...of('note')].join('; ');
}
