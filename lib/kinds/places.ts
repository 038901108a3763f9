import type { NamespaceField } from './types.ts';

// Where objects name namespaces, in parts of them that occur in several places.

const tls: readonly NamespaceField[] = [
  { path: 'tls.subjectAltNames.*', holds: 'identity' },
  { path: 'tls.sni', holds: 'host' },
];

/** In a traffic policy of a DestinationRule. */
export const trafficPolicy: readonly NamespaceField[] = [...tls, ...under('portLevelSettings.*', tls)];

/** In a source of an AuthorizationPolicy. */
export const source: readonly NamespaceField[] = [
  { path: 'principals.*', holds: 'identity' },
  { path: 'notPrincipals.*', holds: 'identity' },
  { path: 'namespaces.*', holds: 'namespace' },
  { path: 'notNamespaces.*', holds: 'namespace' },
  { path: 'serviceAccounts.*', holds: 'namespace/name' },
  { path: 'notServiceAccounts.*', holds: 'namespace/name' },
];

/** In a condition of an AuthorizationPolicy. */
export const condition: readonly NamespaceField[] = ['values.*', 'notValues.*'].flatMap((path): NamespaceField[] => [
  { path, key: 'source.principal', holds: 'identity' },
  { path, key: 'source.namespace', holds: 'namespace' },
  { path, key: 'source.serviceAccount', holds: 'namespace/name' },
]);

/** In a route of a VirtualService. */
export const route: readonly NamespaceField[] = [
  { path: 'route.*.destination.host', holds: 'host' },
  { path: 'mirror.host', holds: 'host' },
  { path: 'mirrors.*.destination.host', holds: 'host' },
  { path: 'delegate.namespace', holds: 'namespace' },
  { path: 'rewrite.authority', holds: 'host' },
  { path: 'match.*.sourceNamespace', holds: 'namespace' },
  { path: 'match.*.sniHosts.*', holds: 'host' },
  { path: 'match.*.gateways.*', holds: 'namespace/name' },
];

/** Returns the places with the path of what they are in. */
export function under(prefix: string, places: readonly NamespaceField[]): NamespaceField[] {
  return places.map((place) => ({ ...place, path: `${prefix}.${place.path}` }));
}
