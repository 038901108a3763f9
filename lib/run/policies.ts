import type { Kube } from '../kube/connect.ts';
import { list } from '../kube/objects.ts';
import { RUN_LABEL } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { inServedVersion } from './manifests.ts';

const kinds = [
  { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' },
  { apiVersion: 'authentication.istio.io/v1alpha1', kind: 'Policy' },
  { apiVersion: 'authentication.istio.io/v1alpha1', kind: 'MeshPolicy' },
  { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule' },
];

/**
 * Returns the policies and rules on the cluster, whoever made them: before a run has made any, all are others'. Those
 * of other runs count, too, since anybody can put on a run's label.
 */
export async function everyPolicy(kube: Kube): Promise<KubeObject[]> {
  return policies(kube);
}

/** Returns the policies and rules that a run made and that are still there. */
export async function policiesOf(kube: Kube, run: string): Promise<KubeObject[]> {
  return policies(kube, `${RUN_LABEL}=${run}`);
}

async function policies(kube: Kube, labels?: string): Promise<KubeObject[]> {
  const served = kinds
    .filter(({ apiVersion }) => kube.served.has(apiVersion.split('/')[0] as string))
    .map(({ apiVersion, kind }) => inServedVersion({ apiVersion, kind, metadata: { name: '' } }, kube.served));
  const found = await Promise.all(
    served.map(({ apiVersion, kind }) => list(kube, { apiVersion, kind }, labels === undefined ? {} : { labels })),
  );
  return found.flat();
}
