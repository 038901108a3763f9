import { hostMatches, hostnameOf } from '../../model/index.ts';
import { namespaceOf } from '../snapshot.ts';
import type { Hosting, Match, Route } from './policy-index.ts';
import type { Server } from './servers.ts';

/** What a VirtualService makes of requests that clients' sidecars send to a server. */
interface Routing {
  /** The routes that they may take. */
  routes: Route[];
  /** Whether those of some clients may take none, and are not answered. */
  isPartial: boolean;
}

/**
 * Returns what a VirtualService makes of requests that clients' sidecars send to a server. A sidecar for which it has no
 * route sends them to the Service; one for which it has some answers 404 to HTTP that none of them matches, and ends TLS.
 * TCP then goes to the Service.
 * istio/istio pilot/pkg/networking/core/route/route.go, BuildHTTPRoutesForVirtualService, and tls.go beside it.
 */
export function routingOf({ spec = {} }: Hosting, server: Server): Routing {
  const { http = [], tcp = [], tls = [] } = spec;
  const { protocol } = server;
  const isFor = (route: Route): boolean => matchesFor(route, server).length > 0;
  const isHttp = protocol === 'http' || protocol === 'grpc';
  return {
    routes: [...upToAny(http, server), ...tcp, ...tls].filter(isFor),
    isPartial: (isHttp && leavesOutHttp(http, server)) || (protocol === 'https' && leavesOutTls(tls, server)),
  };
}

/** Returns the matches of a route that are for sidecars and for a server's port. Without any, it matches everything. */
function matchesFor({ match = [] }: Route, { port }: Server): Match[] {
  const all: Match[] = match.length === 0 ? [{}] : match;
  return all.filter(
    ({ gateways = [], port: only = port }) => only === port && (gateways.length === 0 || gateways.includes('mesh')),
  );
}

/** The first route that matches is taken: those after one that matches everything never are. */
function upToAny(routes: Route[], server: Server): Route[] {
  const last = routes.findIndex((route) => matchesFor(route, server).some((match) => isAny(match)));
  return last === -1 ? routes : routes.slice(0, last + 1);
}

/** Routes for some clients alone may be the only ones that a sidecar has: then each must match everything they send. */
function leavesOutHttp(routes: readonly Route[], server: Server): boolean {
  const matches = routes.flatMap((route) => matchesFor(route, server));
  return !matches.some((match) => isAny(match)) && !matches.every((match) => isAny(match, ofClients));
}

/** Clients may call a Service by each of its names. */
function leavesOutTls(routes: readonly Route[], server: Server): boolean {
  const matches = routes.flatMap((route) => matchesFor(route, server));
  const hosts = matches
    .filter((match) => !ofClients.some((field) => match[field] !== undefined))
    .flatMap(({ sniHosts = [] }) => sniHosts);
  return matches.length > 0 && !namesOf(server).every((name) => hosts.some((host) => hostMatches(host, name)));
}

function namesOf({ service }: Server): string[] {
  const hostname = hostnameOf(service);
  if (service.spec.host !== undefined) return [hostname];
  const { name } = service.metadata;
  const short = `${name}.${namespaceOf(service)}`;
  return [name, short, `${short}.svc`, hostname];
}

/** Fields of a match that are not about requests, or that hold for all of them to a server's port. */
const ofAll = new Set(['name', 'statPrefix', 'ignoreUriCase', 'gateways', 'port', 'uri']);

/** Fields of a match that say for which clients it is. */
const ofClients = ['sourceLabels', 'sourceNamespace'];

/** Returns whether a match for a server's port matches every request to it. */
function isAny(match: Match, besides: readonly string[] = []): boolean {
  const { uri } = match;
  const others = Object.keys(match).filter((field) => !ofAll.has(field) && !besides.includes(field));
  return others.length === 0 && (uri === undefined || uri.prefix === '/' || uri.regex === '.*');
}
