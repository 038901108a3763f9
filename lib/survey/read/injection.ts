import type { KubeObject } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { namespacesNamed, objectsOf, type Snapshot } from '../snapshot.ts';

/**
 * Returns manifests in which some namespaces have the label for injection: often it is set by hand, and no manifest has
 * it.
 * @throws UsageError if nothing of the manifests is in such a namespace
 */
export function withInjection(snapshot: Snapshot, names: readonly string[]): Snapshot {
  if (names.length === 0) return snapshot;
  const used = namespacesNamed(snapshot);
  const unknown = names.find((name) => !used.has(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--inject ${unknown}: nothing of ${snapshot.label} is in such a namespace. There are ${[...used].sort().join(', ')}.`,
    );
  }
  const given = objectsOf(snapshot, 'Namespace');
  const labelled = names.map((name): KubeObject => {
    const found = given.find(({ metadata }) => metadata.name === name) ?? {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    };
    const labels = { ...found.metadata.labels, 'istio-injection': 'enabled' };
    return { ...found, metadata: { ...found.metadata, labels } };
  });
  const others = given.filter(({ metadata }) => !names.includes(metadata.name));
  return { ...snapshot, objects: new Map([...snapshot.objects, ['Namespace', [...others, ...labelled]]]) };
}
