import { isWithin } from '../model/release.ts';
import type { Rule } from '../model/rules/rule.ts';
import { type RuleId, rules } from '../model/rules.ts';
import type { KubeObject, PeerAuthentication, Release } from '../model/types.ts';
import type { AskResult } from '../results/types.ts';

/** What random stacks have met so far. */
export interface Exercised {
  /** How many cells each rule had a part in, that the mesh agreed with. */
  rules: Map<RuleId, number>;
  /** How many stacks had a PeerAuthentication of a level and mode, such as `workload STRICT`. */
  modes: Map<string, number>;
}

/** Adds one stack with what it came to. */
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

/** Returns the rules that hold in a release and had no part in anything yet. */
export function notExercised({ rules: met }: Exercised, release: Release): RuleId[] {
  return (Object.keys(rules) as RuleId[]).filter((rule) => isWithin(release, rules[rule] as Rule) && !met.has(rule));
}
