import { hasSidecar, isHostOf, isPassedOn, isSeenFrom, type KubeObject, nameOf, pathOf } from '../model/index.ts';
import type { Traffic } from '../scenario/index.ts';
import { namespaceOf, type SurveyedMesh } from '../survey/index.ts';
import { nameInTopology } from './own-mesh.ts';

interface VirtualService extends KubeObject {
  spec?: {
    hosts?: string[];
    gateways?: string[];
    exportTo?: string[];
    http?: { match?: Record<string, unknown>[] }[];
  };
}

/**
 * Returns what says why a client's sidecar may have no route for requests of a pair, which it then answers with 404: a
 * VirtualService for the server has routes for some requests alone.
 */
export function unroutedDoubts({ workloads, services, policies, plane }: SurveyedMesh): (traffic: Traffic) => string[] {
  const clients = new Map(
    workloads.map(({ workload }) => [`${workload.namespace}/${nameInTopology(workload.name)}`, workload]),
  );
  const partial = policies.filter(
    (object): object is VirtualService => object.kind === 'VirtualService' && isPartial(object),
  );
  return ({ from, to, protocol }) => {
    const client = clients.get(from);
    const service = services.find((one) => pathOf(one) === to);
    if (client === undefined || service === undefined || !hasSidecar(client) || isPassedOn(protocol)) return [];
    return partial
      .filter((object) => isSeenFrom(object, client.namespace, plane.mesh, 'virtualService'))
      .filter((object) => (object.spec?.hosts ?? []).some((host) => isHostOf(host, namespaceOf(object), service)))
      .map((object) => `${nameOf(object)} has routes to ${nameOf(service)} for some requests alone`);
  };
}

/** Returns whether a sidecar has a route by it for some requests and not for all. */
function isPartial({ spec: { gateways = ['mesh'], http = [] } = {} }: VirtualService): boolean {
  return (
    gateways.includes('mesh') &&
    http.length > 0 &&
    !http.some(({ match = [] }) => match.length === 0 || match.some(isAny))
  );
}

/** Returns whether a match is one of every path, and says nothing else. */
function isAny({ name: _, ...match }: Record<string, unknown>): boolean {
  const { uri, ...others } = match as { uri?: { prefix?: string } };
  return Object.keys(others).length === 0 && (uri === undefined || uri.prefix === '/');
}
