import {
  type DestinationRule,
  expectationOf,
  hasSidecar,
  hostnameOf,
  isSeenFrom,
  type KubeObject,
  nameOf,
  resolveHost,
  subsetHeader,
} from '../../model/index.ts';
import type { Answer } from '../pairs/answers.ts';
import { type Hosting, routesOf } from '../pairs/policy-index.ts';
import { namespaceOf } from '../snapshot.ts';
import { type Answered, policiesOf, type SurveyContext } from './context.ts';

/** Requests of one sort of clients that a VirtualService routes to a subset of a Service. */
export interface Routed extends Answered {
  subset: string;
  /** The VirtualService, by name. */
  route: string;
}

/**
 * Returns the requests that VirtualServices route to a subset. None where kinds of objects that decide about them could not be read, or where
 * something acts that the model does not know.
 */
export function routedToSubsets(context: SurveyContext): Routed[] {
  if (context.mesh.snapshot.unread.some(({ kind }) => kind !== 'Ingress')) return [];
  const byHost = Map.groupBy(context.answered, ({ server }) => hostnameOf(server.target));
  return policiesOf<Hosting>(context, 'VirtualService').flatMap((route) =>
    subsetsIn(route).flatMap(({ host, subset }) =>
      (byHost.get(host) ?? [])
        .filter((one) => isRouted(context, route, one) && isKnown(one))
        .map((one) => ({ ...one, subset, route: nameOf(route) })),
    ),
  );
}

/** Returns the subsets to which a VirtualService routes, each once. */
function subsetsIn(route: Hosting): { host: string; subset: string }[] {
  const found = routesOf(route).flatMap(({ route: ways = [] }) =>
    ways.flatMap(({ destination: { host = '', subset } = {} }) =>
      subset === undefined ? [] : [{ subset, host: resolveHost(host, namespaceOf(route)) }],
    ),
  );
  return [...new Map(found.map((one) => [`${one.host} ${one.subset}`, one])).values()];
}

/** A VirtualService without gateways is for sidecars; another for those gateways, and for sidecars if it names `mesh`. */
function isRouted({ mesh }: SurveyContext, route: Hosting, { sort: { workload, role } }: Answered): boolean {
  const { gateways = ['mesh'] } = route.spec ?? {};
  const isFor = role === 'gateway' ? gateways.some((one) => one !== 'mesh') : gateways.includes('mesh');
  return isFor && hasSidecar(workload) && isSeenFrom(route, workload.namespace, mesh.plane.mesh, 'virtualService');
}

function isKnown({ server: { service, target, doubts }, sort }: Answered): boolean {
  return service === target && [doubts.all, doubts.sidecars, sort.doubts].flat().length === 0;
}

/**
 * Asks the model what requests to a subset come to; nothing if it cannot judge them.
 * @param changed what rules would be, if they were others
 */
export function askSubset(
  { mesh, survey }: SurveyContext,
  routed: Routed,
  changed: (rule: DestinationRule) => DestinationRule = (rule) => rule,
): Routed[] {
  const { server, sort, subset } = routed;
  const { target, port, protocol } = server;
  const places = new Set([sort.workload.namespace, namespaceOf(target), mesh.plane.mesh.rootNamespace]);
  const near = [...places].flatMap((namespace) =>
    ['PeerAuthentication', 'Sidecar'].flatMap((kind) => survey.index.within(kind, namespace)),
  );
  const world = {
    mesh: mesh.plane.mesh,
    workloads: [...new Set([sort.workload, ...server.endpoints.map(({ workload }) => workload)])],
    services: [target],
    policies: [...near, ...survey.index.byHost(target).rules.map(changed), routeTo(server, subset)],
  };
  const { outcomes, reasons, notJudged } = expectationOf(world, {
    protocol,
    client: sort.workload,
    server: { namespace: namespaceOf(target), name: target.metadata.name, port, subset },
  });
  if (notJudged !== undefined) return [];
  // Nothing here goes by the summary, which says less than the outcomes.
  const answer: Answer = { result: 'mixed', outcomes, reasons, notJudged: [], mayRefuse: [] };
  return [{ ...routed, answer }];
}

/** Returns the route by which the model takes requests for those to a subset. */
function routeTo({ target }: Answered['server'], subset: string): KubeObject {
  const host = hostnameOf(target);
  const match = [{ headers: { [subsetHeader]: { exact: subset } } }];
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'to-subset', namespace: namespaceOf(target) },
    spec: { hosts: [host], http: [{ match, route: [{ destination: { host, subset } }] }] },
  } as KubeObject;
}
