import {
  type Expectation,
  type ExpectedOutcome,
  expectationOf,
  hasSidecar,
  hiddenBy,
  hostnameOf,
  httpListenerOf,
  isExternalName,
  type KubeObject,
  nameOf,
  passing,
  type Reason,
  type World,
  workloadName,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { namespaceOf } from '../snapshot.ts';
import type { Sort } from './clients.ts';
import type { ByHost, PolicyIndex } from './policy-index.ts';
import { referringTo, routeDoubts } from './routes.ts';
import type { Server } from './servers.ts';
import { unreadDoubts } from './unread.ts';

/**
 * What requests come to: mutual TLS alone; plain text alone; no answer at all, since somebody refuses them; not always
 * the same; nobody there to answer; or it cannot be judged.
 */
export type Result = 'mtls' | 'plain' | 'refused' | 'mixed' | 'none' | 'unknown';

/** What the requests of one sort of clients to a server come to. */
export interface Answer {
  result: Result;
  /** Empty if it cannot be judged. */
  outcomes: readonly ExpectedOutcome[];
  reasons: readonly Reason[];
  /** Why it cannot be judged, one sentence each. */
  notJudged: readonly string[];
  /** AuthorizationPolicies that may refuse some of the requests. */
  mayRefuse: readonly string[];
}

/** Returns the answers of a mesh, each of which is found once for all clients that come to the same. */
export function answersIn(mesh: SurveyedMesh, index: PolicyIndex): (server: Server, sort: Sort) => Answer {
  const referring = referringTo(mesh.policies);
  const unread = unreadDoubts(mesh);
  const services = Map.groupBy(mesh.services, namespaceOf);
  const listener = listeners(mesh, index);
  const memo = new Map<
    Server,
    { hosts: ByHost; told: ReadonlySet<string> | undefined; answers: Map<string, Answer> }
  >();
  const knownOf = (server: Server) => {
    const hosts = hostsOf(server, index);
    const known = { hosts, told: toldBy(mesh, server, hosts), answers: new Map<string, Answer>() };
    memo.set(server, known);
    return known;
  };
  return (server, sort) => {
    const doubts = [server.doubts.all, sort.doubts, unread(server, sort)].flat();
    const past = passing(sort.workload, server.target, server.port, server.endpoints);
    const bySidecar = hasSidecar(sort.workload) && past.past === undefined;
    if (bySidecar) {
      doubts.push(...server.doubts.sidecars, ...flagDoubts(mesh, server), ...networkDoubts(server, sort));
      doubts.push(...referring(server, sort.workload.namespace));
    }
    if (doubts.length > 0) return notJudged(doubts);
    const { hosts, told, answers } = memo.get(server) ?? knownOf(server);
    const pair = { server, sort, past, bySidecar, hosts, told };
    const { key, witness } = sightOf(mesh, pair, listener);
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = predicted(mesh, index, {
      ...pair,
      witness,
      services: services.get(namespaceOf(server.target)) ?? [],
    });
    answers.set(key, found);
    return found;
  };
}

function notJudged(why: readonly string[]): Answer {
  return { result: 'unknown', outcomes: [], reasons: [], notJudged: [...new Set(why)], mayRefuse: [] };
}

/** Returns what may bear on requests by their host: by that of an ExternalName, and of what it leads to. */
function hostsOf({ service, target }: Server, index: PolicyIndex): ByHost {
  const own = index.byHost(service);
  if (service === target) return own;
  const others = index.byHost(target);
  return {
    rules: [...new Set([...own.rules, ...others.rules])],
    routes: [...new Set([...own.routes, ...others.routes])],
    entries: [...new Set([...own.entries, ...others.entries])],
  };
}

function flagDoubts({ plane }: SurveyedMesh, { service }: Server): string[] {
  return plane.flags
    .filter(({ acts }) => acts === 'sidecars' || isExternalName(service))
    .map(({ name, value }) => `istiod runs with ${name}=${value}, with which the rules are others`);
}

function networkDoubts({ networks, service }: Server, { network, workload }: Sort): string[] {
  if (networks.size === 0 || (networks.size === 1 && networks.has(network))) return [];
  return [`${workloadName(workload)} and pods of ${nameOf(service)} are in different networks`];
}

interface Pair {
  server: Server;
  sort: Sort;
  past: ReturnType<typeof passing>;
  /** Whether the client has a sidecar, and requests do not get past it. */
  bySidecar: boolean;
  hosts: ByHost;
  told: ReadonlySet<string> | undefined;
}

/** How a client sees a server: clients with the same key come to the same. */
interface Sight {
  key: string;
  /** A Service for which the client's sidecar has a listener for HTTP on the port, where that matters. */
  witness?: World['services'][number] | undefined;
}

function sightOf(mesh: SurveyedMesh, { server, sort, past, bySidecar, told }: Pair, listener: Listener): Sight {
  const { workload, applied, selectedBy } = sort;
  if (!bySidecar) return { key: past.past ?? 'no sidecar' };
  const { service, target, port } = server;
  const own = workload.labels['security.istio.io/tlsMode'];
  const place = told?.has(workload.namespace) === false ? '' : workload.namespace;
  const said = `${own} ${workload.injectedBy} ${past.unclear} ${egressKey(sort)}`;
  const hidden =
    applied &&
    [service, target].map((one) =>
      hiddenBy(
        applied.sidecar,
        { hostname: hostnameOf(one), namespace: namespaceOf(one) },
        workload.namespace,
        mesh.plane.mesh.release,
      ),
    );
  const isUndiscovered = [service, target].some((one) => mesh.undiscovered.has(namespaceOf(one)));
  if (isUndiscovered || hidden?.some((one) => one !== undefined)) {
    const witness = listener(sort, port);
    const { outboundTrafficPolicy } = applied?.sidecar.spec ?? {};
    const how = [outboundTrafficPolicy, witness !== undefined];
    return { key: `hidden ${JSON.stringify(how)} ${said} ${place}`, witness };
  }
  // Exports may hide the Service, too.
  const witness = told === undefined ? listener(sort, port) : undefined;
  return { key: `seen ${said} ${selectedBy.join()} ${place}`, witness };
}

/** What of a Sidecar besides its hosts may leave open what requests come to. */
function egressKey({ applied }: Sort): string {
  const { egress = [] } = applied?.sidecar.spec ?? {};
  return `${egress.length > 0} ${egress.some(({ port }) => port !== undefined)}`;
}

/** Returns the namespaces that what is for a server tells from others; undefined if it may tell all of them. */
function toldBy({ plane }: SurveyedMesh, server: Server, hosts: ByHost): ReadonlySet<string> | undefined {
  const { rootNamespace, exportTo } = plane.mesh;
  const isExporting = [server.service, server.target].some(
    ({ metadata }) => metadata.annotations?.['networking.istio.io/exportTo'] !== undefined,
  );
  if (exportTo !== undefined || isExporting) return undefined;
  const objects: { metadata: KubeObject['metadata']; spec?: { exportTo?: string[] } }[] = [
    ...hosts.rules,
    ...hosts.routes,
    ...hosts.entries,
  ];
  if (objects.length === 0) return new Set();
  const named = objects.flatMap(({ metadata, spec }) => [metadata.namespace ?? 'default', ...(spec?.exportTo ?? [])]);
  return new Set([rootNamespace, namespaceOf(server.service), ...named]);
}

type Listener = (sort: Sort, port: number) => World['services'][number] | undefined;

/** Returns how to find a Service for which a client's sidecar has a listener for HTTP on a port. */
function listeners(mesh: SurveyedMesh, index: PolicyIndex): Listener {
  const byPort = new Map<number, World['services']>();
  for (const service of mesh.services) {
    for (const { port } of service.spec.ports ?? []) byPort.set(port, [...(byPort.get(port) ?? []), service]);
  }
  const found = new Map<Sort, Map<number, ReturnType<Listener>>>();
  return (sort, port) => {
    const own = found.get(sort) ?? new Map<number, ReturnType<Listener>>();
    found.set(sort, own);
    if (!own.has(port)) {
      const { namespace } = sort.workload;
      // Those of its own namespace it most likely sees.
      const services = (byPort.get(port) ?? []).toSorted(
        (a, b) => Number(namespaceOf(b) === namespace) - Number(namespaceOf(a) === namespace),
      );
      const policies = [...new Set([namespace, mesh.plane.mesh.rootNamespace])].flatMap((one) =>
        index.within('Sidecar', one),
      );
      const world = { mesh: mesh.plane.mesh, workloads: [sort.workload], services, policies: [...policies] };
      own.set(port, httpListenerOf(world, sort.workload, port));
    }
    return own.get(port);
  };
}

interface Asked extends Pair, Pick<Sight, 'witness'> {
  /** The Services of the server's namespace. */
  services: readonly World['services'][number][];
}

/** Asks the model, with the part of the mesh that can bear on the answer. */
function predicted(mesh: SurveyedMesh, index: PolicyIndex, asked: Asked): Answer {
  const { server, sort, bySidecar, hosts } = asked;
  const { service, port, protocol } = server;
  const question = {
    protocol,
    client: sort.workload,
    server: { namespace: namespaceOf(service), name: service.metadata.name, port },
  };
  const world = narrowed(mesh, index, asked);
  const expectation = expectationOf(world, question);
  const doubts = [...(expectation.notJudged ?? [])];
  if (bySidecar) {
    const alike = usual(expectation).length === 1;
    doubts.push(...routeDoubts(server, { mesh: mesh.plane.mesh, client: sort.workload, alike }, hosts));
  }
  if (doubts.length > 0) return notJudged(doubts);
  const result = resultOf(expectation);
  const { outcomes, reasons } = expectation;
  const isAnswered = result === 'mtls' || result === 'plain' || result === 'mixed';
  return { result, outcomes, reasons, notJudged: [], mayRefuse: isAnswered ? server.mayRefuse : [] };
}

function narrowed(
  { plane }: SurveyedMesh,
  index: PolicyIndex,
  { server, sort, hosts, witness, services }: Asked,
): World {
  const { service, target, endpoints, writtenEndpoints, denying } = server;
  const { rootNamespace } = plane.mesh;
  const written = new Set(writtenEndpoints.map(({ workload }) => workload));
  const behind = [...new Set(endpoints.map(({ workload }) => workload))];
  const homes = [service, target].map(namespaceOf);
  const places = new Set([sort.workload, ...behind].map(({ namespace }) => namespace).concat(homes, rootNamespace));
  const near = [...places].flatMap((namespace) =>
    ['PeerAuthentication', 'Policy', 'Sidecar', 'WorkloadEntry'].flatMap((kind) => index.within(kind, namespace)),
  );
  return {
    mesh: plane.mesh,
    workloads: [sort.workload, ...behind.filter((one) => one !== sort.workload && !written.has(one))],
    writtenEndpoints,
    services: [...new Set([service, target, ...services, ...(witness === undefined ? [] : [witness])])],
    policies: [...near, ...index.ofCluster, ...hosts.rules, ...hosts.routes, ...hosts.entries, ...new Set(denying)],
  };
}

/** Returns the outcomes that are no matter of chance. */
export function usual({ outcomes }: { outcomes: readonly ExpectedOutcome[] }): ExpectedOutcome[] {
  return outcomes.filter(({ rare }) => !rare);
}

function resultOf(expectation: Expectation): Result {
  const { reasons } = expectation;
  if (reasons.some(({ rule }) => rule === 'result.no-endpoints')) return 'none';
  const found = new Set(
    usual(expectation).map(({ outcome: { kind } }) => (kind === 'mtls' || kind === 'plain' ? kind : 'refused')),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? 'mixed' : only;
}
