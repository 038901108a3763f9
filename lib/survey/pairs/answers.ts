import {
  type Expectation,
  type ExpectedOutcome,
  expectationUnlessRefused,
  hasSidecar,
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
import { admissionKey } from './guards.ts';
import { type Hiding, hidingIn } from './hiding.ts';
import type { ByHost, PolicyIndex } from './policy-index.ts';
import { openRoutes, referringTo } from './routes.ts';
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
  /** AuthorizationPolicies that may refuse some of the requests, and VirtualServices that may have no route for some. */
  mayRefuse: readonly string[];
}

/** What decides how clients see servers, each part of which is found once. */
export interface Sights {
  hiding: Hiding;
  listener: Listener;
  referring: ReturnType<typeof referringTo>;
  /** Namespaces that the control plane does not look at. */
  undiscovered: ReadonlySet<string>;
  /** What AuthorizationPolicies of a server make of clients with a sidecar. */
  admission(server: Server, sort: Sort): string;
  /** What is known of a server, whoever the client is. */
  of(server: Server): SeenServer;
}

/** What of a server decides how clients see it. */
interface SeenServer {
  hosts: ByHost;
  /** The namespaces that what is for it tells from others. */
  told: ReadonlySet<string>;
  /** Whether exports may hide it from some of them. */
  isExporting: boolean;
}

/** Returns how clients of a mesh see its servers. */
export function sightsIn(mesh: SurveyedMesh, index: PolicyIndex): Sights {
  const known = new Map<Server, ReturnType<Sights['of']>>();
  return {
    hiding: hidingIn(mesh),
    listener: listeners(mesh, index),
    referring: referringTo(mesh.policies),
    undiscovered: mesh.undiscovered,
    admission: (server, sort) => admissionKey(mesh, server, sort),
    of: (server) => {
      const found = known.get(server);
      if (found !== undefined) return found;
      const hosts = hostsOf(server, index);
      const exported = exportsOf(mesh, server);
      const told = toldBy(mesh, server, { hosts, exported });
      const seen = { hosts, told, isExporting: exported !== undefined };
      known.set(server, seen);
      return seen;
    },
  };
}

/** Returns the answers of a mesh, each of which is found once for all clients that come to the same. */
export function answersIn(
  mesh: SurveyedMesh,
  index: PolicyIndex,
  sights = sightsIn(mesh, index),
): (server: Server, sort: Sort) => Answer {
  const unread = unreadDoubts(mesh);
  const services = Map.groupBy(mesh.services, namespaceOf);
  // Those of one server, as a large mesh has more answers than fit into memory.
  let kept: { server: Server; answers: Map<string, Answer> } | undefined;
  return (server, sort) => {
    const doubts = [server.doubts.all, sort.doubts, unread(server, sort)].flat();
    const { past } = passing(sort.workload, server.target, server.port, server.endpoints);
    const bySidecar = hasSidecar(sort.workload) && past === undefined;
    if (bySidecar) {
      doubts.push(...server.doubts.sidecars, ...flagDoubts(mesh, server), ...networkDoubts(server, sort));
      doubts.push(...sights.referring.doubts(server, sort.workload.namespace));
    }
    if (doubts.length > 0) return notJudged(doubts);
    if (kept?.server !== server) kept = { server, answers: new Map() };
    const pair = { server, sort, bySidecar, ...sights.of(server) };
    const { key, witness } = sightOf(pair, sights);
    const known = kept.answers.get(key);
    if (known !== undefined) return known;
    const found = predicted(mesh, index, {
      ...pair,
      witness,
      services: services.get(namespaceOf(server.target)) ?? [],
    });
    kept.answers.set(key, found);
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

interface Pair extends SeenServer {
  server: Server;
  sort: Sort;
  /** Whether the client has a sidecar, and requests do not get past it. */
  bySidecar: boolean;
}

/** How a client sees a server: clients with the same key come to the same. */
interface Sight {
  key: string;
  /** A Service for which the client's sidecar has a listener for HTTP on the port, where that matters. */
  witness?: World['services'][number] | undefined;
}

export function sightOf(
  { server, sort, told, isExporting }: Omit<Pair, 'hosts' | 'bySidecar'>,
  { hiding, listener, undiscovered, admission }: Omit<Sights, 'referring' | 'of'>,
): Sight {
  const { workload, applied, selectedBy } = sort;
  const past = passing(workload, server.target, server.port, server.endpoints);
  if (!hasSidecar(workload) || past.past !== undefined) return { key: past.past ?? 'no sidecar' };
  const { service, target, port } = server;
  const own = workload.labels['security.istio.io/tlsMode'];
  const place = told.has(workload.namespace) ? workload.namespace : '';
  // What is said of unclear addresses has the client's name in it.
  const unclear = past.unclear === undefined ? '' : `${past.unclear} ${workloadName(workload)}`;
  const admitted = admission(server, sort);
  const said = `${own} ${workload.injectedBy} ${workload.gateway} ${unclear} ${egressKey(sort)} ${admitted}`;
  const isUndiscovered = [service, target].some((one) => one.kind === 'Service' && undiscovered.has(namespaceOf(one)));
  const isHidden =
    isUndiscovered ||
    (applied !== undefined && [service, target].some((one) => hiding.hides(applied.sidecar, one, workload.namespace)));
  if (!isHidden && !isExporting) return { key: `seen ${said} ${selectedBy.join()} ${place}` };
  const witness = listener(sort, port);
  const how = JSON.stringify([applied?.sidecar.spec?.outboundTrafficPolicy, witness !== undefined]);
  const rules = isHidden ? 'hidden' : selectedBy.join();
  return { key: `${rules} ${how} ${said} ${place}`, witness };
}

/** What of a Sidecar besides its hosts may leave open what requests come to. */
function egressKey({ applied }: Sort): string {
  const { egress = [] } = applied?.sidecar.spec ?? {};
  return `${egress.length > 0} ${egress.some(({ port }) => port !== undefined)}`;
}

/** Returns the namespaces that exports of a server name; undefined if none may hide it, or what is for it. */
function exportsOf({ plane }: SurveyedMesh, { service, target }: Server): string[] | undefined {
  const own = [service, target].flatMap(({ metadata, spec }) => [
    ...(metadata.annotations?.['networking.istio.io/exportTo'] ?? '').split(',').filter((name) => name !== ''),
    ...(spec.host?.exportTo ?? []),
  ]);
  const byDefault = plane.mesh.exportTo;
  if (byDefault === undefined && own.length === 0) return undefined;
  return [...own.map((name) => name.trim()), ...Object.values(byDefault ?? {}).flat(), namespaceOf(target)];
}

/** Returns the namespaces that what is for a server tells from others. */
function toldBy(
  { plane }: SurveyedMesh,
  { service }: Server,
  { hosts, exported }: { hosts: ByHost; exported: readonly string[] | undefined },
): ReadonlySet<string> {
  const objects: { metadata: KubeObject['metadata']; spec?: { exportTo?: string[] } }[] = [
    ...hosts.rules,
    ...hosts.routes,
    ...hosts.entries,
  ];
  if (objects.length === 0 && exported === undefined) return new Set();
  const named = objects.flatMap(({ metadata, spec }) => [metadata.namespace ?? 'default', ...(spec?.exportTo ?? [])]);
  return new Set([plane.mesh.rootNamespace, namespaceOf(service), ...(exported ?? []), ...named]);
}

type Listener = (sort: Sort, port: number) => World['services'][number] | undefined;

/** Returns how to find a Service for which a client's sidecar has a listener for HTTP on a port. */
function listeners(mesh: SurveyedMesh, index: PolicyIndex): Listener {
  const byPort = servicesByPort(mesh.services);
  const found = new Map<Sort, Map<number, ReturnType<Listener>>>();
  return (sort, port) => {
    const own = found.get(sort) ?? new Map<number, ReturnType<Listener>>();
    found.set(sort, own);
    if (!own.has(port)) {
      const { namespace } = sort.workload;
      const { all = [], byNamespace = new Map() } = byPort.get(port) ?? {};
      // Those of its own namespace it most likely sees.
      const services = [...(byNamespace.get(namespace) ?? []), ...all];
      const policies = [...new Set([namespace, mesh.plane.mesh.rootNamespace])].flatMap((one) =>
        index.within('Sidecar', one),
      );
      const world = { mesh: mesh.plane.mesh, workloads: [sort.workload], services, policies: [...policies] };
      own.set(port, httpListenerOf(world, sort.workload, port));
    }
    return own.get(port);
  };
}

/** Returns the Services with each port, all of them and by namespace. */
function servicesByPort(
  services: SurveyedMesh['services'],
): Map<number, { all: World['services']; byNamespace: Map<string, World['services']> }> {
  const pairs = services.flatMap((service) => (service.spec.ports ?? []).map(({ port }) => ({ port, service })));
  return new Map(
    [...Map.groupBy(pairs, ({ port }) => port)].map(([port, having]) => {
      const all = having.map(({ service }) => service);
      return [port, { all, byNamespace: Map.groupBy(all, namespaceOf) }];
    }),
  );
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
  const { expectation, mayRefuse } = expectationUnlessRefused(world, question);
  const doubts = [...(expectation.notJudged ?? [])];
  const alike = usual(expectation).length === 1;
  const open = bySidecar
    ? openRoutes(server, { mesh: mesh.plane.mesh, client: sort.workload, alike }, hosts)
    : { doubts: [], mayRefuse: [] };
  doubts.push(...open.doubts);
  if (doubts.length > 0) return notJudged(doubts);
  const result = resultOf(expectation);
  const { outcomes, reasons } = expectation;
  const isAnswered = result === 'mtls' || result === 'plain' || result === 'mixed';
  const unread = server.guards.flatMap((guard) => (guard.isUnread ? guard.policies : []));
  const names = [...new Set([...[...mayRefuse, ...unread].map(nameOf), ...open.mayRefuse])];
  return { result, outcomes, reasons, notJudged: [], mayRefuse: isAnswered ? names : [] };
}

function narrowed(
  { plane }: SurveyedMesh,
  index: PolicyIndex,
  { server, sort, hosts, witness, services }: Asked,
): World {
  const { service, target, endpoints, addressed, writtenEndpoints, guards } = server;
  const read = guards.flatMap(({ isUnread, policies }) => (isUnread ? [] : policies));
  const { rootNamespace } = plane.mesh;
  const written = new Set(writtenEndpoints.map(({ workload }) => workload));
  const selected = endpoints.flatMap(({ workload, listed }) => (listed ? [] : [workload]));
  const behind = [...new Set([...selected, ...addressed])];
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
    policies: [...near, ...index.ofCluster, ...hosts.rules, ...hosts.routes, ...hosts.entries, ...new Set(read)],
  };
}

/** Returns the outcomes that are no matter of chance. */
export function usual({ outcomes }: { outcomes: readonly ExpectedOutcome[] }): ExpectedOutcome[] {
  return outcomes.filter(({ rare }) => !rare);
}

interface Shares {
  mtls: number;
  plain: number;
  refused: number;
}

/** Returns which share of requests comes to what. Where nobody is there, none is answered. */
export function sharesOf(answer: Answer): Shares {
  const shares: Shares = { mtls: 0, plain: 0, refused: answer.result === 'none' ? 1 : 0 };
  for (const { outcome, share } of usual(answer)) {
    shares[outcome.kind === 'mtls' || outcome.kind === 'plain' ? outcome.kind : 'refused'] += share;
  }
  return shares;
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
