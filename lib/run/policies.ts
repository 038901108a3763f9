import type { Kube } from '../kube/connect.ts';
import { servedVersion } from '../kube/kinds.ts';
import { list } from '../kube/objects.ts';
import { RUN_LABEL } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';

const kinds = [
  { group: 'security.istio.io', kind: 'PeerAuthentication' },
  { group: 'authentication.istio.io', kind: 'Policy' },
  { group: 'authentication.istio.io', kind: 'MeshPolicy' },
  { group: 'networking.istio.io', kind: 'DestinationRule' },
];

/**
 * Returns the policies and rules on the cluster, whoever made them: before a run has made any, all are others'. Those
 * of other runs count, too, since anybody can put on a run's label.
 */
export async function everyPolicy(kube: Kube): Promise<KubeObject[]> {
  return all(kube, kinds);
}

/** Returns what steps of a run applied and is still there. */
export async function policiesOf(kube: Kube, run: string): Promise<KubeObject[]> {
  return all(kube, [...kinds, { group: 'networking.istio.io', kind: 'VirtualService' }], `${RUN_LABEL}=${run}`);
}

async function all(kube: Kube, which: typeof kinds, labels?: string): Promise<KubeObject[]> {
  const found = await Promise.all(
    which.map(async ({ group, kind }) => {
      const apiVersion = servedVersion(kube.served, { group, kind });
      return apiVersion === undefined ? [] : list(kube, { apiVersion, kind }, labels === undefined ? {} : { labels });
    }),
  );
  return found.flat();
}
