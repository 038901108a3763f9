import { isWithin } from '../model/release.ts';
import type { Rule } from '../model/rules/rule.ts';
import { type RuleId, rules } from '../model/rules.ts';
import type { KubeObject, PeerAuthentication, Release } from '../model/types.ts';
import type { AskResult } from '../results/types.ts';

/** What random stacks have covered so far. */
export interface Exercised {
  /** The number of passed cells whose expectation involved each rule. */
  rules: Map<RuleId, number>;
  /** The number of stacks with a PeerAuthentication of each level and mode, such as `workload STRICT`. */
  modes: Map<string, number>;
}

/** Adds a stack and its result. */
export function exercise(exercised: Exercised, stack: KubeObject[], { cells }: Pick<AskResult, 'cells'>): void {
  for (const cell of cells) {
    if (cell.verdict !== 'pass') continue;
    for (const { rule } of cell.expectation.reasons) count(exercised.rules, rule as RuleId);
  }
  for (const one of new Set(stack.flatMap(modesOf))) count(exercised.modes, one);
}

function count<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function modesOf(object: KubeObject): string[] {
  if (object.kind !== 'PeerAuthentication') return [];
  const { spec = {} } = object as PeerAuthentication;
  const level = spec.selector === undefined ? 'namespace' : 'workload';
  const ports = Object.values(spec.portLevelMtls ?? {}).map(({ mode = 'UNSET' }) => `port ${mode}`);
  return [`${level} ${spec.mtls?.mode ?? 'UNSET'}`, ...ports];
}

/** Returns the rules that apply in a release and that no stack has covered yet. */
export function notExercised({ rules: met }: Exercised, release: Release): RuleId[] {
  return (Object.keys(rules) as RuleId[]).filter((rule) => isWithin(release, rules[rule] as Rule) && !met.has(rule));
}
