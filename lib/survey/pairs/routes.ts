import {
  type DestinationRule,
  hostnameOf,
  isHostOf,
  isSeenFrom,
  type KubeObject,
  type Mesh,
  nameOf,
  resolveHost,
  ruleFor,
  selects,
  targetOf,
  type Workload,
} from '../../model/index.ts';
import { namespaceOf } from '../snapshot.ts';
import { type Destination, type Hosting, type Route, routesOf } from './policy-index.ts';
import { routingOf } from './routing.ts';
import type { Server } from './servers.ts';

/** What a route may say besides where requests go. None of it changes whether they are encrypted, or answered. */
const harmless = new Set([
  ...['name', 'match', 'route', 'timeout', 'retries', 'headers', 'rewrite', 'corsPolicy'],
  ...['mirror', 'mirrors', 'mirrorPercent', 'mirrorPercentage'],
]);

/** What routes of VirtualServices leave open of requests to a server. */
interface OpenRoutes {
  /** Why it is open what becomes of them, one sentence each. */
  doubts: string[];
  /** VirtualServices that have no route for some of them, by name: these get 404. */
  mayRefuse: string[];
}

/**
 * Returns what routes of VirtualServices leave open of requests to a server. It is certain where they go if all routes
 * lead to the server itself, and to subsets only where all of its pods answer alike.
 * @param alike whether they do
 */
export function openRoutes(
  server: Server,
  { mesh, client, alike }: { mesh: Mesh; client: Workload; alike: boolean },
  { routes, rules }: { routes: readonly Hosting[]; rules: readonly DestinationRule[] },
): OpenRoutes {
  const services = [...new Set([server.service, server.target])];
  const subsets = services.flatMap(
    (service) => ruleFor([...rules], client, targetOf(service), mesh)?.rule.spec.subsets ?? [],
  );
  if (client.gateway) return { doubts: gatewayDoubts(server, alike, { routes, subsets }), mayRefuse: [] };
  const acting = routes
    .filter(({ spec = {} }) => (spec.gateways ?? ['mesh']).includes('mesh'))
    .filter((route) =>
      (route.spec?.hosts ?? []).some((host) => services.some((service) => isHostOf(host, namespaceOf(route), service))),
    )
    .filter((route) => isSeenFrom(route, client.namespace, mesh, 'virtualService'))
    .map((object) => ({ object, ...routingOf(object, server) }));
  const doubts = acting.flatMap(({ object, routes: taken }) => {
    const [why] = taken.flatMap((route) => doubtOf(route, object, { server, subsets, alike }));
    return why === undefined ? [] : [`${nameOf(object)} routes requests to ${nameOf(server.service)}: ${why}`];
  });
  return { doubts, mayRefuse: acting.flatMap(({ object, isPartial }) => (isPartial ? [nameOf(object)] : [])) };
}

/** A gateway sends what its routes lead to the Service: where else they lead is no matter, but to which pods is. */
function gatewayDoubts(
  server: Server,
  alike: boolean,
  { routes, subsets }: { routes: readonly Hosting[]; subsets: readonly Subset[] },
): string[] {
  return routes
    .filter(({ spec = {} }) => spec.gateways?.some((name) => name !== 'mesh'))
    .flatMap((object) => {
      const own = routesOf(object).map((route) => ({
        ...route,
        route: (route.route ?? []).filter(({ destination = {} }) => isSame(destination, object, server)),
      }));
      const why = own
        .filter(({ route }) => route.length > 0)
        .flatMap((route) => doubtOf(route, object, { server, subsets, alike }))[0];
      return why === undefined ? [] : [`${nameOf(object)} routes requests to ${nameOf(server.service)}: ${why}`];
    });
}

type Subset = NonNullable<DestinationRule['spec']['subsets']>[number];

interface Known {
  server: Server;
  /** Those of the DestinationRule by which the client goes. */
  subsets: readonly Subset[];
  alike: boolean;
}

function doubtOf(route: Route, object: KubeObject, { server, subsets, alike }: Known): string[] {
  const [other] = Object.keys(route).filter((field) => !harmless.has(field));
  if (other !== undefined) return [`it says ${other}`];
  const destinations = (route.route ?? []).flatMap(({ destination }) => destination ?? []);
  const away = destinations.find((one) => !isSame(one, object, server));
  if (away !== undefined) return [`it leads to ${away.host}`];
  const named = destinations.flatMap(({ subset }) => subset ?? []);
  if (named.length === 0) return route['retries'] === undefined || alike ? [] : ['it says how often to try again'];
  for (const name of named) {
    const found = subsets.filter((subset) => subset.name === name);
    if (found.length === 0) return [`no DestinationRule for these clients has its subset ${name}`];
    if (
      found.some(
        ({ trafficPolicy: { tls, portLevelSettings, loadBalancer } = {} }) => tls ?? portLevelSettings ?? loadBalancer,
      )
    ) {
      return [`its subset ${name} has settings of its own`];
    }
    const isEmpty = !server.endpoints.some(({ workload }) =>
      found.some(({ labels }) => selects(labels, workload.labels)),
    );
    if (isEmpty && server.endpoints.length > 0) return [`no pod has the labels of its subset ${name}`];
  }
  return alike ? [] : ['its subsets decide which pods answer'];
}

function isSame({ host = '', port }: Destination, object: KubeObject, server: Server): boolean {
  const isOther = port?.number !== undefined && port.number !== server.port;
  const led = resolveHost(host, namespaceOf(object));
  return !isOther && [server.service, server.target].some((service) => hostnameOf(service) === led);
}

interface Referring extends KubeObject {
  spec?: { parentRefs?: Reference[]; targetRefs?: Reference[] };
}

interface Reference {
  kind?: string;
  name: string;
  namespace?: string;
}

/**
 * Returns which objects of Gateway API are for each Service: its name, and a sentence. A route in the Service's
 * namespace is for all clients, another for those of its own namespace.
 */
export function referringTo(policies: readonly KubeObject[]): {
  isAny(server: Server): boolean;
  doubts(server: Server, client: string): string[];
} {
  const bySubject = new Map<string, Referring[]>();
  for (const object of policies as readonly Referring[]) {
    const { parentRefs = [], targetRefs = [] } = object.spec ?? {};
    if (!Array.isArray(parentRefs) || !Array.isArray(targetRefs)) continue;
    for (const { kind, name, namespace = namespaceOf(object) } of [...parentRefs, ...targetRefs]) {
      if (kind !== 'Service' || object.kind === 'AuthorizationPolicy') continue;
      const key = `Service ${namespace}/${name}`;
      bySubject.set(key, [...(bySubject.get(key) ?? []), object]);
    }
  }
  return {
    isAny: ({ service }) => bySubject.has(nameOf(service)),
    doubts: ({ service }, client) =>
      (bySubject.get(nameOf(service)) ?? [])
        .filter((object) => [client, namespaceOf(service)].includes(namespaceOf(object)))
        .map(
          (object) =>
            `${nameOf(object)} is for ${nameOf(service)}: it can send requests elsewhere, or change their TLS`,
        ),
  };
}
