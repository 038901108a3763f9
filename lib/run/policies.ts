import type { Kube } from '../kube/connect.ts';
import { servedVersion } from '../kube/kinds.ts';
import { lookAll } from '../kube/look.ts';
import { list } from '../kube/objects.ts';
import { RUN_LABEL } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';

/** The kinds on which expectations depend: policies, rules, and what decides which Services a client sees. */
export const policyKinds = [
  { group: 'security.istio.io', kind: 'PeerAuthentication', resource: 'peerauthentications' },
  { group: 'authentication.istio.io', kind: 'Policy', resource: 'policies' },
  { group: 'authentication.istio.io', kind: 'MeshPolicy', resource: 'meshpolicies' },
  { group: 'networking.istio.io', kind: 'DestinationRule', resource: 'destinationrules' },
  { group: 'networking.istio.io', kind: 'Sidecar', resource: 'sidecars' },
  { group: 'networking.istio.io', kind: 'ServiceEntry', resource: 'serviceentries' },
] as const;

/**
 * Returns all objects on the cluster on which expectations depend. Before a run has created any, all of them are others'. Includes those
 * with a run's label, because anybody can set that.
 */
export async function everyPolicy(kube: Kube): Promise<KubeObject[]> {
  const found = policyKinds.map((one) => {
    const apiVersion = servedVersion(kube.served, one);
    return apiVersion === undefined ? [] : lookAll(kube, { ...one, apiVersion });
  });
  return (await Promise.all(found)).flat();
}

/** Returns what the steps of a run applied, as far as it still exists. */
export async function policiesOf(kube: Kube, run: string): Promise<KubeObject[]> {
  const kinds = [...policyKinds, { group: 'networking.istio.io', kind: 'VirtualService' }];
  const found = await Promise.all(
    kinds.map(async ({ group, kind }) => {
      const apiVersion = servedVersion(kube.served, { group, kind });
      return apiVersion === undefined ? [] : list(kube, { apiVersion, kind }, { labels: `${RUN_LABEL}=${run}` });
    }),
  );
  return found.flat();
}
