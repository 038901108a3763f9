/** A field that names a namespace: its path (`*` for every item), and in which form it does. */
export interface Place {
  path: string;
  holds: 'namespace' | 'host' | 'namespace/host' | 'namespace/name' | 'identity';
}

const tls: Place[] = [
  { path: 'tls.subjectAltNames.*', holds: 'identity' },
  { path: 'tls.sni', holds: 'host' },
];

const trafficPolicy = [...tls, ...under('portLevelSettings.*', tls)];

const source: Place[] = [
  { path: 'principals.*', holds: 'identity' },
  { path: 'notPrincipals.*', holds: 'identity' },
  { path: 'namespaces.*', holds: 'namespace' },
  { path: 'notNamespaces.*', holds: 'namespace' },
];

const route: Place[] = [
  { path: 'route.*.destination.host', holds: 'host' },
  { path: 'mirror.host', holds: 'host' },
  { path: 'mirrors.*.destination.host', holds: 'host' },
  { path: 'delegate.namespace', holds: 'namespace' },
  { path: 'rewrite.authority', holds: 'host' },
  { path: 'match.*.sourceNamespace', holds: 'namespace' },
  { path: 'match.*.sniHosts.*', holds: 'host' },
  { path: 'match.*.gateways.*', holds: 'namespace/name' },
];

const byKind: Record<string, Place[]> = {
  Namespace: [{ path: 'metadata.name', holds: 'namespace' }],
  Service: [{ path: 'spec.externalName', holds: 'host' }],
  DestinationRule: [
    { path: 'spec.host', holds: 'host' },
    { path: 'spec.exportTo.*', holds: 'namespace' },
    ...under('spec.trafficPolicy', trafficPolicy),
    ...under('spec.subsets.*.trafficPolicy', trafficPolicy),
  ],
  VirtualService: [
    { path: 'spec.hosts.*', holds: 'host' },
    { path: 'spec.exportTo.*', holds: 'namespace' },
    { path: 'spec.gateways.*', holds: 'namespace/name' },
    ...under('spec.http.*', route),
    ...under('spec.tls.*', route),
    ...under('spec.tcp.*', route),
  ],
  AuthorizationPolicy: [
    ...under('spec.rules.*.from.*.source', source),
    { path: 'spec.rules.*.to.*.operation.hosts.*', holds: 'host' },
    { path: 'spec.rules.*.to.*.operation.notHosts.*', holds: 'host' },
  ],
  ServiceEntry: [
    { path: 'spec.hosts.*', holds: 'host' },
    { path: 'spec.exportTo.*', holds: 'namespace' },
    { path: 'spec.subjectAltNames.*', holds: 'identity' },
  ],
  Sidecar: [{ path: 'spec.egress.*.hosts.*', holds: 'namespace/host' }],
  RoleBinding: [{ path: 'subjects.*.namespace', holds: 'namespace' }],
  ClusterRoleBinding: [{ path: 'subjects.*.namespace', holds: 'namespace' }],
};

/** Returns the fields in which objects of this kind name namespaces; every kind does in its metadata. */
export function placesOf(kind: string): Place[] {
  return [{ path: 'metadata.namespace', holds: 'namespace' }, ...(byKind[kind] ?? [])];
}

function under(prefix: string, places: Place[]): Place[] {
  return places.map(({ path, holds }) => ({ path: `${prefix}.${path}`, holds }));
}
