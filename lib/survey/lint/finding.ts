import type { KubeObject } from '../../model/index.ts';
import type { Place } from '../snapshot.ts';
import type { Pair, Subject, SurveyContext } from './context.ts';
import type { Refusal } from './refusals.ts';

/** What checks look at. */
export interface LintContext extends SurveyContext {
  refusals: readonly Refusal[];
}

/** `error` breaks traffic now, `warning` does not do what it seems to do, `note` is good to know. */
export type Severity = 'error' | 'warning' | 'note';

/** A kind of finding: what is wrong, how to mend it, and how to find it. */
export interface Check {
  /** Stable, in the words of the field. */
  code: string;
  severity: Severity;
  /** What it means, in one sentence. */
  meaning: string;
  /** What to do, in one sentence. */
  remedy: string;
  /** Kinds of objects without which nothing can be said. */
  needs?: readonly string[];
  find(context: LintContext): readonly Problem[];
}

/** Checks of one subject. */
export interface CheckGroup {
  title: string;
  /** Kinds of objects without which nothing can be said of any. */
  needs?: readonly string[];
  checks: readonly Check[];
}

/** What a check finds. */
export interface Problem {
  subject: Subject;
  /** Why, in one sentence with the names at hand. */
  reason: string;
  /** The pairs that it concerns; none if no request that is judged depends on it. */
  pairs: readonly Pair[];
}

/** A problem, as it is printed. */
export interface Finding extends Problem, Pick<Check, 'code' | 'severity' | 'remedy'> {
  /** Where the object stands; undefined on a cluster. */
  place: Place | undefined;
}

/** An object of any kind, with its spec as the check reads it. */
export type Specified<Spec> = KubeObject & { spec?: Spec };
