import { hostMatches, hostnameOf, resolveHost } from './hosts.ts';
import type { KubeObject, Question, World } from './types.ts';

/** networking.istio.io VirtualService: only the fields for routing by the header that names a subset. */
interface VirtualService extends KubeObject {
  kind: 'VirtualService';
  spec: {
    hosts: string[];
    http?: {
      match?: { headers?: Record<string, { exact?: string }> }[];
      route?: { destination: { host: string; subset?: string } }[];
    }[];
  };
}

/** The header in which requests name a subset. */
export const subsetHeader = 'automtls-subset';

/**
 * Returns the question as the client's sidecar routes it: to the subset that its header names if a VirtualService for
 * the host has such a route, otherwise to the whole Service. Other routes of VirtualServices are ignored.
 */
export function routed(world: World, question: Question): Question {
  const { subset, ...server } = question.server;
  if (subset === undefined || world.policies.some((one) => routes(one, question, world))) return question;
  return { ...question, server };
}

function routes(object: KubeObject, { server }: Question, { services }: World): boolean {
  if (object.kind !== 'VirtualService') return false;
  const { spec, metadata } = object as VirtualService;
  const service = services.find(
    (one) => one.metadata.namespace === server.namespace && one.metadata.name === server.name,
  );
  if (service === undefined) return false;
  const isOf = (host: string): boolean =>
    hostMatches(resolveHost(host, metadata.namespace ?? 'default'), hostnameOf(service));
  return (
    spec.hosts.some(isOf) &&
    (spec.http ?? []).some(
      ({ match = [], route = [] }) =>
        match.some(({ headers }) => headers?.[subsetHeader]?.exact === server.subset) &&
        route.some(({ destination }) => isOf(destination.host) && destination.subset === server.subset),
    )
  );
}
