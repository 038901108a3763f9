import type { Reason } from './expected.ts';
import type { Rule } from './rules/rule.ts';
import { type RuleId, rules } from './rules/rules.ts';
import type { KubeObject, Workload } from './types.ts';
import { nameOf } from './world/name.ts';

/** Returns a reason: the rule's name, source and releases, a sentence, and the object that decided, if any. */
export function reason(rule: RuleId, text: string, object?: KubeObject): Reason {
  const { source, since, until }: Rule = rules[rule];
  return {
    rule,
    text,
    ...(object === undefined ? {} : { object: nameOf(object) }),
    source,
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** Returns `namespace/name`. */
export function workloadName({ namespace, name }: { namespace: string; name: string }): string {
  return `${namespace}/${name}`;
}

/** Returns the labels as a person writes them: `app=httpbin,version=v1`. */
export function labelText(labels: Workload['labels']): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Returns the reasons in the same order, without duplicates. */
export function unique(reasons: Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ rule, text }) => {
    const key = `${rule}\n${text}`;
    return !seen.has(key) && seen.add(key);
  });
}
