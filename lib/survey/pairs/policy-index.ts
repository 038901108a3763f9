import {
  type DestinationRule,
  hostMatches,
  hostnameOf,
  type KubeObject,
  resolveHost,
  type Service,
} from '../../model/index.ts';
import { namespaceOf } from '../snapshot.ts';

/** An object that names hosts: a VirtualService or a ServiceEntry. */
export interface Hosting extends KubeObject {
  spec?: {
    hosts?: string[];
    addresses?: string[];
    exportTo?: string[];
    gateways?: string[];
    http?: Route[];
    tcp?: Route[];
    tls?: Route[];
  };
}

/** A route of a VirtualService. */
export interface Route {
  match?: Match[];
  route?: { destination?: Destination }[];
  [field: string]: unknown;
}

/** Which requests a route is for. */
export interface Match {
  gateways?: string[];
  port?: number;
  uri?: { prefix?: string; regex?: string };
  sniHosts?: string[];
  [field: string]: unknown;
}

export interface Destination {
  host?: string;
  subset?: string;
  port?: { number?: number };
}

/** The objects that may bear on requests to a Service by its host. */
export interface ByHost {
  rules: DestinationRule[];
  routes: Hosting[];
  entries: Hosting[];
}

/** A mesh's objects, so that those which can bear on one request are found without looking at all. */
export interface PolicyIndex {
  /** Objects of a kind in a namespace. */
  within(kind: string, namespace: string): readonly KubeObject[];
  /** Objects of kinds without a namespace. */
  ofCluster: readonly KubeObject[];
  byHost(service: Service): ByHost;
}

/** Returns the objects of a mesh by namespace and by host. */
export function policyIndex(policies: readonly KubeObject[]): PolicyIndex {
  const byPlace = Map.groupBy(policies, (object) => `${object.kind} ${object.metadata.namespace ?? ''}`);
  const ofKind = <Kind extends KubeObject>(kind: string): Kind[] =>
    policies.filter((object): object is Kind => object.kind === kind);
  const rules = hostIndex(ofKind<DestinationRule>('DestinationRule'), (rule) => [rule.spec.host]);
  // A route that leads to a Service may make it known to who would not know it.
  const routes = hostIndex(ofKind<Hosting>('VirtualService'), (object) => [
    ...(object.spec?.hosts ?? []),
    ...routesOf(object).flatMap(({ route = [] }) => route.flatMap(({ destination }) => destination?.host ?? [])),
  ]);
  const all = ofKind<Hosting>('ServiceEntry');
  const entries = hostIndex(all, ({ spec }) => spec?.hosts ?? []);
  // Addresses may be those of any Service.
  const addressed = all.filter(({ spec }) => (spec?.addresses ?? []).length > 0);
  return {
    within: (kind, namespace) => byPlace.get(`${kind} ${namespace}`) ?? [],
    ofCluster: ofKind('MeshPolicy'),
    byHost: (service) => {
      const hostname = hostnameOf(service);
      return {
        rules: rules(hostname),
        routes: routes(hostname),
        entries: [...new Set([...entries(hostname), ...addressed])],
      };
    },
  };
}

/** Returns all routes of a VirtualService. */
export function routesOf({ spec = {} }: Hosting): Route[] {
  return [...(spec.http ?? []), ...(spec.tcp ?? []), ...(spec.tls ?? [])];
}

/** Returns how to find the objects that name a hostname, exactly or by a wildcard. */
function hostIndex<Kind extends KubeObject>(
  objects: readonly Kind[],
  hostsOf: (object: Kind) => string[],
): (hostname: string) => Kind[] {
  const exact = new Map<string, Kind[]>();
  const wildcards: { host: string; object: Kind }[] = [];
  for (const object of objects) {
    for (const host of new Set(hostsOf(object).map((one) => resolveHost(one, namespaceOf(object))))) {
      if (host.startsWith('*')) wildcards.push({ host, object });
      else exact.set(host, [...(exact.get(host) ?? []), object]);
    }
  }
  return (hostname) => {
    const some = wildcards.filter(({ host }) => hostMatches(host, hostname)).map(({ object }) => object);
    return [...new Set([...(exact.get(hostname) ?? []), ...some])];
  };
}
