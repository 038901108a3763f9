import type { KubeObject } from '../../model/index.ts';
import type { Snapshot } from '../snapshot.ts';

/** Labels by which a mesh goes without any selector. */
const always = [
  'security.istio.io/tlsMode',
  'istio.io/rev',
  'istio.io/dataplane-mode',
  'topology.istio.io/network',
  'sidecar.istio.io/inject',
];

interface Selecting extends KubeObject {
  spec?: {
    selector?: Record<string, unknown>;
    workloadSelector?: { labels?: Labels; matchLabels?: Labels };
    subsets?: { labels?: Labels }[];
  };
}

type Labels = Record<string, string>;

/**
 * Returns the keys of all labels that any Service, policy or rule can select. Pods that differ in others alone are
 * alike to a mesh.
 */
export function selectableKeys({ objects }: Pick<Snapshot, 'objects'>): ReadonlySet<string> {
  const keys = new Set(always);
  for (const [kind, all] of objects) {
    if (kind === 'Pod' || kind === 'Namespace' || kind === 'EndpointSlice') continue;
    for (const object of all) for (const key of keysOf(object as Selecting)) keys.add(key);
  }
  return keys;
}

function keysOf({ kind, spec = {} }: Selecting): string[] {
  const { selector = {}, workloadSelector = {}, subsets = [] } = spec;
  const selected = kind === 'Service' ? selector : ((selector['matchLabels'] ?? {}) as Labels);
  const of = [selected, workloadSelector.labels, workloadSelector.matchLabels, ...subsets.map(({ labels }) => labels)];
  return of.flatMap((labels) => Object.keys(labels ?? {}));
}

/** Returns the labels with these keys. */
export function labelsWith(keys: ReadonlySet<string>, labels: Labels = {}): Labels {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([key]) => keys.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
