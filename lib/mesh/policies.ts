import { everyRunLists, meshKinds, policyKinds } from '../kinds/index.ts';
import type { KubeObject } from '../model/index.ts';
import { type Kube, list, lookAll, RUN_LABEL, servedVersion } from '../platform/kube/index.ts';

/**
 * Returns all objects on the cluster on which expectations depend. Before a run has created any, all of them are others'. Includes those
 * with a run's label, because anybody can set that.
 */
export async function everyPolicy(kube: Kube): Promise<KubeObject[]> {
  const found = policyKinds.map((policyKind) => {
    const apiVersion = servedVersion(kube.served, policyKind);
    return apiVersion === undefined ? [] : lookAll(kube, { ...policyKind, apiVersion });
  });
  return (await Promise.all(found)).flat();
}

/** Returns what the steps of a run applied, as far as it still exists. */
export async function policiesOf(kube: Kube, run: string): Promise<KubeObject[]> {
  const found = await Promise.all(
    meshKinds.filter(everyRunLists).map(async ({ group, kind }) => {
      const apiVersion = servedVersion(kube.served, { group, kind });
      return apiVersion === undefined ? [] : list(kube, { apiVersion, kind }, { labels: `${RUN_LABEL}=${run}` });
    }),
  );
  return found.flat();
}
