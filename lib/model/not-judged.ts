import { isRoutedTo, isRouteUnclear, type Routed } from './clients/subset-route.ts';
import type { ExpectedOutcome } from './expected.ts';
import { type Sidecar, sidecarFor } from './policies/sidecar-scope.ts';
import { workloadName } from './reason.ts';
import type { Redirection, Service, Workload, World } from './types.ts';
import { isExternalName } from './world/endpoints.ts';
import { hasSidecar } from './world/labels.ts';
import { nameOf } from './world/name.ts';
import { declaredProtocol } from './world/protocol.ts';
import { endpointDoubts, isItself } from './world/service-entries.ts';
import { type HiddenService, isExportUnclear, unseenBy } from './world/unseen.ts';

/** A prediction, and what it was made from. */
interface Predicted extends Routed {
  client: Workload;
  /** The Service that is asked, and the one that it leads to. */
  named: Service;
  target: Service;
  /** The workloads behind it. */
  servers: Workload[];
  /** Why the client's sidecar does not know the Service; undefined if it does. */
  unseen: HiddenService | undefined;
  /** What may lead the requests past the client's sidecar. */
  unclear: keyof Redirection | undefined;
  outcomes: ExpectedOutcome[];
}

/**
 * Returns why a prediction is not certain, one sentence each: parts of Sidecars and defaults of the
 * mesh configuration that the model does not know, or of which it cannot tell what follows. Empty if it is certain.
 */
export function notJudged(world: World, predicted: Predicted): string[] {
  const servers = [...new Map(predicted.servers.map((one) => [workloadName(one), one])).values()];
  const atServers = servers.filter(hasSidecar).flatMap((server) => ingressOf(world, server));
  const all = [...atServers, ...ofHost(predicted)];
  return hasSidecar(predicted.client) ? [...all, ...atClient(world, predicted)] : all;
}

/** Returns why it is not certain where requests to a host of a ServiceEntry go. */
function ofHost({ client, target, unseen, question }: Predicted): string[] {
  const { host } = target.spec;
  if (host === undefined) return [];
  const what = `${target.metadata.name} of ${host.entry}`;
  const isKnown = hasSidecar(client) && unseen === undefined;
  const isAmongOthers = question.protocol === 'tcp' && host.addresses.length === 0;
  return [
    ...endpointDoubts(target),
    ...(isKnown || isItself(target) ? [] : [`where ${what} leads without a sidecar that knows it, DNS says`]),
    ...(isKnown && isAmongOthers
      ? [`${what} has no address: whose TCP connections to port ${question.server.port} are, other hosts decide`]
      : []),
    ...(isKnown && client.gateway && host.resolution === 'NONE' ? [`gateways know no address of ${what}`] : []),
  ];
}

function ingressOf(world: World, server: Workload): string[] {
  const sidecar = sidecarFor(world, server)?.sidecar;
  if ((sidecar?.spec?.ingress ?? []).length === 0 || sidecar === undefined) return [];
  return [`${nameOf(sidecar)} gives ${workloadName(server)} inbound listeners of its own`];
}

function atClient(world: World, predicted: Predicted): string[] {
  const { client, named, target, route, unexported, unseen, unclear } = predicted;
  const sidecar = sidecarFor(world, client)?.sidecar;
  const what = nameOf(named);
  const hiding = isExternalName(named) ? (unseen ?? unseenBy(world, client, named)) : unseen;
  const doubt = hiding && doubtOf(world, predicted, sidecar);
  return [
    ...(unclear === undefined
      ? []
      : [`${unclear} of ${workloadName(client)} may lead requests past its sidecar, by addresses that are not known`]),
    ...(isExportUnclear(world, target)
      ? [`the mesh configuration's defaultServiceExportTo decides who sees ${what}`]
      : []),
    ...([route, unexported].some((one) => one !== undefined && isRouteUnclear(one, world.mesh))
      ? [`the mesh configuration's defaultVirtualServiceExportTo decides who sees the routes to ${what}`]
      : []),
    ...(sidecar === undefined ? [] : sidecarDoubts(sidecar, predicted)),
    ...(hiding && doubt ? [`${hiding.words}, and ${doubt}`] : []),
  ];
}

function sidecarDoubts(sidecar: Sidecar, { client, target, route, unseen }: Predicted): string[] {
  const { egress = [] } = sidecar.spec ?? {};
  const isElsewhere = route !== undefined && route.metadata.namespace !== target.metadata.namespace;
  const [name, who] = [nameOf(sidecar), workloadName(client)];
  return [
    ...(egress.some(({ port }) => port !== undefined) ? [`${name} gives ${who} outbound listeners of its own`] : []),
    ...(egress.length > 0 && unseen === undefined && isElsewhere
      ? [`${name} limits what ${who} sees, and ${nameOf(route)} is not in the namespace of ${nameOf(target)}`]
      : []),
  ];
}

/** Returns why it is not certain what becomes of requests to a Service that the client's sidecar does not know. */
function doubtOf(world: World, predicted: Predicted, sidecar: Sidecar | undefined): string | undefined {
  const { client, named, target, question, outcomes } = predicted;
  const { protocol, server } = question;
  if (isExternalName(named)) return 'it is an ExternalName';
  if (client.gateway) return `${workloadName(client)} is a gateway, which has no route to what it does not know`;
  const { mode = 'REGISTRY_ONLY', egressProxy } = sidecar?.spec?.outboundTrafficPolicy ?? {
    mode: world.mesh.outboundTrafficPolicy ?? 'ALLOW_ANY',
  };
  if (mode !== 'ALLOW_ANY') return `outboundTrafficPolicy is ${mode}`;
  if (egressProxy !== undefined) return 'outboundTrafficPolicy names an egressProxy';
  if (protocol !== 'http') return `what becomes of ${protocol} then depends on other Services`;
  const isThere = !world.mesh.undiscovered?.has(target.metadata.namespace ?? '');
  if (isThere && isRoutedTo(world, target)) return 'a VirtualService may make it known';
  if (outcomes.length > 1) return 'connections that stay open decide which of its pods answer';
  if (outcomes.every(({ outcome }) => outcome.kind === 'plain')) return undefined;
  return httpListenerOf(world, client, server.port) !== undefined
    ? undefined
    : `whether the client gets 503 then depends on other Services with port ${server.port}`;
}

/**
 * Returns a Service of this world for which the client's sidecar is sure to have a listener for HTTP on a port;
 * undefined if there is none. That listener takes requests to unknown hosts, too.
 * istio/istio pilot/pkg/networking/core/httproute.go, buildCatchAllVirtualHost.
 */
export function httpListenerOf(world: World, client: Workload, port: number): Service | undefined {
  return world.services.find(
    (service) =>
      !isExternalName(service) &&
      service.spec.ports?.some((one) => one.port === port && ['http', 'grpc'].includes(declaredProtocol(one))) &&
      unseenBy(world, client, service) === undefined,
  );
}
