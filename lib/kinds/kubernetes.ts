import type { KubernetesFacts } from './types.ts';

const versions = [{ name: 'v1' }] as const;

/** Kubernetes' own kinds. Those of a topology are in the order in which to create them. */
export const kubernetes = {
  Namespace: {
    group: '',
    resource: 'namespaces',
    scope: 'cluster',
    versions,
    places: [{ path: 'metadata.name', holds: 'namespace' }],
    topology: true,
    rights: { always: ['create', 'get', 'delete', 'list', 'patch'] },
  },
  ServiceAccount: {
    group: '',
    resource: 'serviceaccounts',
    scope: 'namespace',
    versions,
    topology: true,
    rights: { always: ['create'] },
  },
  // Before and after every step, a run looks at which pods serve the requests.
  Service: {
    group: '',
    resource: 'services',
    scope: 'namespace',
    versions,
    places: [{ path: 'spec.externalName', holds: 'host' }],
    topology: true,
    rights: { always: ['create', 'list'] },
  },
  Deployment: {
    group: 'apps',
    resource: 'deployments',
    scope: 'namespace',
    versions,
    topology: true,
    rights: { always: ['create', 'list', 'delete'] },
  },
  ReplicaSet: {
    group: 'apps',
    resource: 'replicasets',
    scope: 'namespace',
    versions,
    rights: { always: ['list'] },
  },
  Pod: { group: '', resource: 'pods', scope: 'namespace', versions, rights: { always: ['list'] } },
  EndpointSlice: {
    group: 'discovery.k8s.io',
    resource: 'endpointslices',
    scope: 'namespace',
    versions,
    rights: { always: ['list'] },
  },
  Ingress: { group: 'networking.k8s.io', resource: 'ingresses', scope: 'namespace', versions },
  // The mesh configuration is in one.
  ConfigMap: {
    group: '',
    resource: 'configmaps',
    scope: 'namespace',
    versions,
    rights: { always: ['get', 'list'], meshWide: ['patch'], unlessDenied: ['watch'] },
  },
  // By one, a run shows that it is alive; by another, that it changes the mesh, which others may do afterwards.
  Lease: {
    group: 'coordination.k8s.io',
    resource: 'leases',
    scope: 'namespace',
    versions,
    rights: { always: ['create', 'get', 'patch'], meshWide: ['delete'] },
  },
  // Read only on clusters that this project made.
  Secret: { group: '', resource: 'secrets', scope: 'namespace', versions },
  ClusterRole: { group: 'rbac.authorization.k8s.io', resource: 'clusterroles', scope: 'cluster', versions },
  ClusterRoleBinding: {
    group: 'rbac.authorization.k8s.io',
    resource: 'clusterrolebindings',
    scope: 'cluster',
    versions,
  },
  ValidatingWebhookConfiguration: {
    group: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    scope: 'cluster',
    versions,
  },
  MutatingAdmissionPolicy: {
    group: 'admissionregistration.k8s.io',
    resource: 'mutatingadmissionpolicies',
    scope: 'cluster',
    versions,
  },
  MutatingAdmissionPolicyBinding: {
    group: 'admissionregistration.k8s.io',
    resource: 'mutatingadmissionpolicybindings',
    scope: 'cluster',
    versions,
  },
} as const satisfies Record<string, KubernetesFacts>;
