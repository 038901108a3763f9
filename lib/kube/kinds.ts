import type { Kube } from './connect.ts';
import { raw } from './raw.ts';

/**
 * Returns a group's kinds, each with the newest API version that serves it: a group may serve one kind in `v1` and
 * another only in `v1alpha3`. None where the group is not served.
 * @throws UsageError where the API server does not tell
 */
export async function kindsOf(kube: Kube, group: string): Promise<Map<string, string>> {
  const versions = (kube.served.get(group) ?? []).map((version) => `${group}/${version}`);
  const lists = await Promise.all(
    versions.map((version) => raw<{ resources: { kind: string }[] }>(kube, `/apis/${version}`)),
  );
  const kinds = new Map<string, string>();
  // Newest first in discovery: what is there already stays.
  for (const [at, { resources }] of lists.entries()) {
    for (const { kind } of resources) if (!kinds.has(kind)) kinds.set(kind, versions[at] as string);
  }
  return kinds;
}
