import {
  type DestinationRule,
  hostnameOf,
  isHostOf,
  isSeenFrom,
  type KubeObject,
  type Mesh,
  nameOf,
  resolveHost,
  selects,
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

/**
 * Returns why routes of VirtualServices leave it open what becomes of requests to a server, one sentence each. It is
 * certain where each request has a route and all routes lead to the server itself, and to subsets only where all of its
 * pods answer alike.
 * @param alike whether they do
 */
export function routeDoubts(
  server: Server,
  { mesh, client, alike }: { mesh: Mesh; client: Workload; alike: boolean },
  { routes, rules }: { routes: readonly Hosting[]; rules: readonly DestinationRule[] },
): string[] {
  if (client.gateway) return gatewayDoubts(server, alike, { routes, rules });
  const services = [server.service, server.target];
  return routes
    .filter(({ spec = {} }) => (spec.gateways ?? ['mesh']).includes('mesh'))
    .filter((route) =>
      (route.spec?.hosts ?? []).some((host) => services.some((service) => isHostOf(host, namespaceOf(route), service))),
    )
    .filter((route) => isSeenFrom(route, client.namespace, mesh, 'virtualService'))
    .flatMap((object) => {
      const { routes: taken, isPartial } = routingOf(object, server);
      const [why = isPartial ? 'it has no route for some of them' : undefined] = taken.flatMap((route) =>
        doubtOf(route, object, { server, rules, alike }),
      );
      return why === undefined ? [] : [`${nameOf(object)} routes requests to ${nameOf(server.service)}: ${why}`];
    });
}

/** A gateway sends what its routes lead to the Service: where else they lead is no matter, but to which pods is. */
function gatewayDoubts(
  server: Server,
  alike: boolean,
  { routes, rules }: { routes: readonly Hosting[]; rules: readonly DestinationRule[] },
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
        .flatMap((route) => doubtOf(route, object, { server, rules, alike }))[0];
      return why === undefined ? [] : [`${nameOf(object)} routes requests to ${nameOf(server.service)}: ${why}`];
    });
}

interface Known {
  server: Server;
  rules: readonly DestinationRule[];
  alike: boolean;
}

function doubtOf(route: Route, object: KubeObject, { server, rules, alike }: Known): string[] {
  const [other] = Object.keys(route).filter((field) => !harmless.has(field));
  if (other !== undefined) return [`it says ${other}`];
  const destinations = (route.route ?? []).flatMap(({ destination }) => destination ?? []);
  const away = destinations.find((one) => !isSame(one, object, server));
  if (away !== undefined) return [`it leads to ${away.host}`];
  const named = destinations.flatMap(({ subset }) => subset ?? []);
  if (named.length === 0) return route['retries'] === undefined || alike ? [] : ['it says how often to try again'];
  const subsets = rules.flatMap(({ spec }) => spec.subsets ?? []);
  for (const name of named) {
    const found = subsets.filter((subset) => subset.name === name);
    if (found.length === 0) return [`no DestinationRule has its subset ${name}`];
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
