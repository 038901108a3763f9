import type { Kube } from '../kube/connect.ts';
import { isServed } from '../kube/kinds.ts';
import type { Right } from '../kube/rights.ts';
import { otherResources } from './others.ts';
import { watchedResources } from './watching.ts';

/**
 * Rights to see what else can act on the workloads. A run works without them, but then one of its steps is
 * inconclusive.
 */
export const rightsToOthers: Right[] = otherResources
  // A run needs these rights anyway: it applies VirtualServices, and expectations depend on the others.
  .filter(({ resource }) => !['virtualservices', 'sidecars', 'serviceentries'].includes(resource))
  .map((what) => ({ verb: 'list', ...what }));

/**
 * Rights to see what comes and goes within a step. A run works without them: it compares what there is before and after
 * a step, and says so.
 */
export const rightsToWatch: Right[] = [...watchedResources, { group: '', resource: 'configmaps' }].map((what) => ({
  verb: 'watch',
  ...what,
}));

/**
 * The right to learn whether a refused request reached a server all the same, and, in istiod's words, that a sidecar
 * rejects its configuration. It is less than the right to exec.
 */
export const rightToLogs: Right = { verb: 'get', resource: 'pods', subresource: 'log' };

/** Rights to change the mesh configuration, and to let others change it afterwards. */
const meshWideRights: Right[] = [
  { verb: 'patch', resource: 'configmaps' },
  { verb: 'delete', group: 'coordination.k8s.io', resource: 'leases' },
];

/** Kinds that only some suites apply. */
const kindsBesides: Record<string, Omit<Right, 'verb'>> = {
  Sidecar: { group: 'networking.istio.io', resource: 'sidecars' },
  AuthorizationPolicy: { group: 'security.istio.io', resource: 'authorizationpolicies' },
};

/** The API group of policies up to Istio 1.5. A run only lists its MeshPolicies. */
const OLD = 'authentication.istio.io';

/**
 * Returns the rights that the user of a run needs. manifests/rights.yaml grants these and `rightsToOthers`.
 * @param doing whether a suite of the run changes the mesh configuration, and which kinds its suites apply as objects
 */
export function rightsFor(
  { served }: Pick<Kube, 'served'>,
  { meshWide, kinds = new Set() }: { meshWide: boolean; kinds?: ReadonlySet<string> | undefined },
): Right[] {
  const policies = [
    { group: 'security.istio.io', kind: 'PeerAuthentication', resource: 'peerauthentications' },
    { group: OLD, kind: 'Policy', resource: 'policies' },
    { group: 'networking.istio.io', kind: 'DestinationRule', resource: 'destinationrules' },
    // For traffic to subsets.
    { group: 'networking.istio.io', kind: 'VirtualService', resource: 'virtualservices' },
  ].filter((one) => isServed(served, one));
  const scopes = [
    { group: 'networking.istio.io', kind: 'Sidecar', resource: 'sidecars' },
    { group: 'networking.istio.io', kind: 'ServiceEntry', resource: 'serviceentries' },
  ].filter((one) => isServed(served, one));
  return [
    ...['create', 'get', 'delete', 'list', 'patch'].map((verb) => ({ verb, resource: 'namespaces' })),
    ...policies.flatMap(({ group, resource }) =>
      ['create', 'get', 'patch', 'delete', 'list'].map((verb) => ({ verb, group, resource })),
    ),
    // They decide which Services a client sees.
    ...scopes.map(({ group, resource }) => ({ verb: 'list', group, resource })),
    ...(isServed(served, { group: OLD, kind: 'MeshPolicy' })
      ? [{ verb: 'list', group: OLD, resource: 'meshpolicies' }]
      : []),
    ...['serviceaccounts', 'services'].map((resource) => ({ verb: 'create', resource })),
    ...['create', 'list', 'delete'].map((verb) => ({ verb, group: 'apps', resource: 'deployments' })),
    // Before and after every step, a run checks which pods serve the requests.
    { verb: 'list', resource: 'services' },
    { verb: 'list', group: 'apps', resource: 'replicasets' },
    { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices' },
    ...['get', 'list'].map((verb) => ({ verb, resource: 'configmaps' })),
    { verb: 'list', resource: 'pods' },
    // A WebSocket is opened with GET. Newer API servers also require `create` for it.
    ...['get', 'create'].map((verb) => ({ verb, resource: 'pods', subresource: 'exec' })),
    rightToLogs,
    ...['create', 'get', 'patch'].map((verb) => ({ verb, group: 'coordination.k8s.io', resource: 'leases' })),
    ...(meshWide ? meshWideRights : []),
    ...Object.entries(kindsBesides).flatMap(([kind, what]) =>
      kinds.has(kind) ? ['create', 'get', 'patch', 'delete'].map((verb) => ({ verb, ...what })) : [],
    ),
  ];
}
