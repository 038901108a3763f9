import { type Rule, type RuleId, rules } from './rules.ts';
import type { KubeObject, Reason, Workload } from './types.ts';

/** Returns a reason: the rule's name, source and releases, a sentence, and the object that decided, if one did. */
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

/** Returns `Kind namespace/name`, or `Kind name` where the object has no namespace. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
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

/** Returns the reasons in their order, each once. */
export function unique(reasons: Reason[]): Reason[] {
  const seen = new Set<string>();
  return reasons.filter(({ rule, text }) => {
    const key = `${rule}\n${text}`;
    return !seen.has(key) && seen.add(key);
  });
}
