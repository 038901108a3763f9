import type { Kube } from '../kube/connect.ts';
import { isServed } from '../kube/kinds.ts';
import type { Right } from '../kube/rights.ts';
import { otherResources } from './others.ts';

/** To know what else can act on the workloads; a run does without, but a step of it is then inconclusive. */
export const rightsToOthers: Right[] = otherResources
  // A run applies some of its own, and needs the right anyway.
  .filter(({ resource }) => resource !== 'virtualservices')
  .map((what) => ({ verb: 'list', ...what }));

/** To be told at once, and in istiod's words, of a sidecar that rejects its configuration; a run does without. */
export const rightToLogs: Right = { verb: 'get', resource: 'pods', subresource: 'log' };

/** To change the mesh configuration, and to let others do so afterwards. */
const meshWideRights: Right[] = [
  { verb: 'patch', resource: 'configmaps' },
  { verb: 'delete', group: 'coordination.k8s.io', resource: 'leases' },
];

/** The API up to Istio 1.5, and its policy of the whole mesh, which a run only looks at. */
const OLD = 'authentication.istio.io';

/**
 * Returns what the user of a run must be allowed to do; manifests/rights.yaml grants it, `rightsToOthers` and `rightToLogs`.
 * @param meshWide whether a suite of the run changes the mesh configuration
 */
export function rightsFor({ served }: Pick<Kube, 'served'>, meshWide: boolean): Right[] {
  const policies = [
    { group: 'security.istio.io', kind: 'PeerAuthentication', resource: 'peerauthentications' },
    { group: OLD, kind: 'Policy', resource: 'policies' },
    { group: 'networking.istio.io', kind: 'DestinationRule', resource: 'destinationrules' },
    // For traffic to subsets.
    { group: 'networking.istio.io', kind: 'VirtualService', resource: 'virtualservices' },
  ].filter((one) => isServed(served, one));
  return [
    ...['create', 'get', 'delete', 'list', 'patch'].map((verb) => ({ verb, resource: 'namespaces' })),
    ...policies.flatMap(({ group, resource }) =>
      ['create', 'get', 'patch', 'delete', 'list'].map((verb) => ({ verb, group, resource })),
    ),
    ...(isServed(served, { group: OLD, kind: 'MeshPolicy' })
      ? [{ verb: 'list', group: OLD, resource: 'meshpolicies' }]
      : []),
    ...['serviceaccounts', 'services'].map((resource) => ({ verb: 'create', resource })),
    ...['create', 'list', 'delete'].map((verb) => ({ verb, group: 'apps', resource: 'deployments' })),
    // Who serves is looked at around every step.
    { verb: 'list', resource: 'services' },
    { verb: 'list', group: 'apps', resource: 'replicasets' },
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices' },
    ...['get', 'list'].map((verb) => ({ verb, resource: 'configmaps' })),
    { verb: 'list', resource: 'pods' },
    // A socket is opened with GET, for which newer API servers ask `create`, too.
    ...['get', 'create'].map((verb) => ({ verb, resource: 'pods', subresource: 'exec' })),
    ...['create', 'get', 'patch'].map((verb) => ({ verb, group: 'coordination.k8s.io', resource: 'leases' })),
    ...(meshWide ? meshWideRights : []),
  ];
}
