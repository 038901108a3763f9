import type { KubeObject, Mesh, Question, Service, World } from '../types.ts';
import { serviceNamed } from '../world/endpoints.ts';
import { defaultExport, isSeenFrom } from '../world/exports.ts';
import { isHostOf } from '../world/hosts.ts';

/** networking.istio.io VirtualService: only the fields for routing by the header that names a subset. */
interface VirtualService extends KubeObject {
  kind: 'VirtualService';
  spec: {
    hosts: string[];
    exportTo?: string[];
    http?: {
      match?: { headers?: Record<string, { exact?: string }> }[];
      route?: Destination[];
    }[];
    tcp?: { route?: Destination[] }[];
    tls?: { route?: Destination[] }[];
  };
}

interface Destination {
  destination: { host: string; subset?: string };
}

/** The header in which requests name a subset. */
export const subsetHeader = 'automtls-subset';

/** A question as the client's sidecar routes it. */
export interface Routed {
  question: Question;
  /** The VirtualService that routes it to the subset; absent if none does. */
  route?: VirtualService;
  /** One that would, but is not exported to the client's namespace; absent if there is none, or another routes. */
  unexported?: VirtualService;
}

/**
 * Returns the question as the client's sidecar routes it: to the subset that its header names if a VirtualService for
 * the host has such a route and the client's namespace sees it, otherwise to the whole Service. Other routes of
 * VirtualServices are ignored.
 * istio/istio pilot/pkg/model/push_context.go, initVirtualServices.
 */
export function routed(world: World, question: Question): Routed {
  const { subset, ...server } = question.server;
  if (subset === undefined) return { question };
  const routing = virtualServicesIn(world).filter((one) => routes(one, question, world));
  const route = routing.find((one) => isSeenFrom(one, question.client.namespace, world.mesh, 'virtualService'));
  if (route !== undefined) return { question, route };
  const [unexported] = routing;
  return { question: { ...question, server }, ...(unexported && { unexported }) };
}

/** Returns the subsets of a Service to which routes lead requests that do not name one. */
export function subsetsLedTo(world: Pick<World, 'policies'>, service: Service): string[] {
  const found = virtualServicesIn(world).flatMap(({ spec: { http = [], tcp = [], tls = [] }, metadata }) => {
    const unnamed = http.filter(
      ({ match = [] }) => !match.some(({ headers }) => headers?.[subsetHeader] !== undefined),
    );
    return [...unnamed, ...tcp, ...tls]
      .flatMap(({ route = [] }) => route)
      .filter(({ destination }) => isHostOf(destination.host, metadata.namespace, service))
      .flatMap(({ destination }) => destination.subset ?? []);
  });
  return [...new Set(found)];
}

/** Returns whether any route of a world's VirtualServices leads to a Service. */
export function isRoutedTo(world: Pick<World, 'policies'>, service: Service): boolean {
  return virtualServicesIn(world).some(({ spec, metadata }) =>
    (spec.http ?? []).some(({ route = [] }) =>
      route.some(({ destination }) => isHostOf(destination.host, metadata.namespace, service)),
    ),
  );
}

/** Returns whether it depends on the release who sees a VirtualService. */
export function isRouteUnclear({ spec }: VirtualService, mesh: Mesh): boolean {
  return (spec.exportTo ?? []).length === 0 && defaultExport(mesh, 'virtualService') === undefined;
}

function virtualServicesIn({ policies }: Pick<World, 'policies'>): VirtualService[] {
  return policies.filter((object): object is VirtualService => object.kind === 'VirtualService');
}

function routes({ spec, metadata }: VirtualService, { server }: Question, { services }: World): boolean {
  const service = serviceNamed(services, server);
  if (service === undefined) return false;
  return (
    spec.hosts.some((host) => isHostOf(host, metadata.namespace, service)) &&
    (spec.http ?? []).some(
      ({ match = [], route = [] }) =>
        match.some(({ headers }) => headers?.[subsetHeader]?.exact === server.subset) &&
        route.some(
          ({ destination }) =>
            isHostOf(destination.host, metadata.namespace, service) && destination.subset === server.subset,
        ),
    )
  );
}
