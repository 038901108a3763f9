import { isWithin, type Release } from '../world/release.ts';
import { clientRules } from './client.ts';
import { resultRules } from './result.ts';
import type { Rule } from './rule.ts';
import { scopeRules } from './scope.ts';
import { serverRules } from './server.ts';
import { strangerRules } from './stranger.ts';

/** Every rule that a prediction can give as a reason, by its stable name. */
export const rules = { ...serverRules, ...scopeRules, ...clientRules, ...resultRules, ...strangerRules };

export type RuleId = keyof typeof rules;

/** Returns whether a rule holds in a release. All release checks use this, so that a reason can name the rule. */
export function holds(rule: RuleId, release: Release): boolean {
  const gate: Rule = rules[rule];
  return isWithin(release, gate);
}
