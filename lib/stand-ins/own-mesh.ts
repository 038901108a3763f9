import { appliedKinds, meshKinds } from '../kinds/index.ts';
import {
  declaresProtocol,
  ignoredNamespaces,
  isExternalName,
  isHeadless,
  type KubeObject,
  nameOf,
  pastServer,
  pathOf,
  protocolTaken,
  type Service,
} from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { newestBuilt } from '../platform/istio/index.ts';
import { atMost } from '../platform/texts.ts';
import { hasOneWorker, type Topology, type Traffic } from '../scenario/index.ts';
import {
  lintOf,
  meshFrom,
  namespaceNotes,
  namespaceOf,
  namespacesNamed,
  objectsOf,
  proxiesOf,
  roleOf,
  type Server,
  type Snapshot,
  type SurveyedMesh,
  surveyOf,
  templateOf,
  templatePaths,
} from '../survey/index.ts';
import { isLimited } from './limits.ts';
import { CLIENT, isByController, labelOf, missingAccounts, near, podSpecFor, STAND_IN } from './stand-ins.ts';

/** What a run makes of somebody's manifests. */
export interface OwnMesh {
  topology: Topology;
  /** Who asks whom of what is in the manifests; the topology has controls besides. */
  traffic: Traffic[];
  /** The outsider, as `namespace/name`. */
  outsider: string;
  /** What is taken otherwise than it is written, or left out, one sentence each. */
  notes: readonly string[];
}

/** The namespace and the workload of the pod without a sidecar that is of no namespace of the manifests. */
const OUTSIDER = 'outsider';
/**
 * The port on which the outsider answers anybody, in plain text: where all others refuse a client, that shows that the
 * client can ask at all. Of no other Service's, as these may have routes for all hosts of a port.
 */
const CONTROL_PORT = 14_770;
/** The name of a run's own namespace, which it makes for strangers. */
const RESERVED = ['strangers'];
/** Namespaces of Kubernetes' own and of Istio's: nothing is deployed there. */
export const systemNamespaces: ReadonlySet<string> = new Set([...ignoredNamespaces, 'istio-system']);

/**
 * Returns a topology in which each workload of manifests has a stand-in, a Deployment with one pod: what a mesh looks at
 * stays as it is. An outsider is added.
 * @param name what to call it
 * @param only the namespaces whose workloads are asked; all of them if undefined
 * @throws UsageError if nothing can be asked
 */
export function ownMesh(snapshot: Snapshot, { name, only }: { name: string; only?: readonly string[] }): OwnMesh {
  const isAsked = (namespace: string): boolean => only === undefined || only.includes(namespace);
  const given = workloadsIn(snapshot);
  assertThere(only ?? [], given, snapshot);
  const taken = given.filter((object) => isTaken(object) && isAsked(namespaceOf(object)));
  const gateways = given.filter((object) => !isTaken(object));
  const services = objectsOf<Service>(snapshot, 'Service').filter((service) => isLed(service, gateways));
  const nameFor = namesOf(given);
  const deployments = taken.map((object) => standInFor(object, nameFor(object), services));
  const namespaces = namespacesIn(snapshot);
  const outsider = outsiderBeside(namespaces);
  const objects = [
    ...[...namespaces].map((one) => namespaceObject(snapshot, one)),
    outsider.namespace,
    ...missingAccounts([], deployments),
    ...services.map(plainService),
    outsider.service,
    ...deployments,
    outsider.workload,
  ];
  const clients = clientsIn(objects);
  const mesh = meshFrom(snapshot, newestBuilt().minor);
  const { servers, notAsked } = surveyOf(mesh);
  const asked = servers
    .map(({ server }) => server)
    .filter(({ service }) => services.some((one) => nameOf(one) === nameOf(service)))
    .filter(({ service, target }) => isAsked(namespaceOf(service)) && notAskedSince(target, given) === undefined);
  const traffic = trafficBetween(clients, asked);
  if (deployments.length === 0 || asked.length === 0) throw nothingToAsk(snapshot, only);
  return {
    topology: {
      name,
      objects,
      namespaces: objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name),
      clients,
      oneWorker: new Set(deployments.filter(hasOneWorker).map(pathOf)),
      traffic: [...traffic, ...controlsFor(clients, outsider.service)],
    },
    traffic,
    outsider: pathOf(outsider.workload),
    notes: [
      ...leftOutNotes(snapshot, given),
      ...sidecarNotes(mesh),
      ...lintNotes(mesh),
      ...notAsked.map((one) => `not asked: ${one.servers}, since ${one.why}`),
      ...hostsAmong(servers.map(({ server }) => server)),
      ...services.flatMap((service) => notesOn(service, given)),
    ],
  };
}

/**
 * Returns what configures the mesh, which are the objects of a step: those of kinds that steps may apply.
 */
export function policiesIn(snapshot: Snapshot): KubeObject[] {
  return appliedKinds.flatMap(({ kind }) => objectsOf(snapshot, kind));
}

/** Returns the objects of manifests from which pods come, but for those of Kubernetes and Istio themselves. */
export function workloadsIn(snapshot: Snapshot): KubeObject[] {
  return Object.keys(templatePaths)
    .flatMap((kind) => objectsOf(snapshot, kind))
    .filter((object) => !systemNamespaces.has(namespaceOf(object)));
}

/** Gateways and waypoints have no stand-in. */
function isTaken(object: KubeObject): boolean {
  const { metadata: { labels = {}, annotations = {} } = {}, spec = {} } = templateOf(object);
  return roleOf(proxiesOf(spec), labels, annotations) === 'application';
}

/** Services of gateways lead to pods that have no stand-in; those of Kubernetes and of Istio are none of the user's. */
function isLed(service: Service, gateways: readonly KubeObject[]): boolean {
  if (systemNamespaces.has(namespaceOf(service))) return false;
  return !gateways.some((gateway) => near(gateway, [service]).length > 0);
}

/** Returns why a Service is not asked; undefined if it is. */
function notAskedSince(service: Service, workloads: readonly KubeObject[]): string | undefined {
  if (!hasSelector(service)) return 'it has no selector: who serves it is written by hand';
  if (isByController(service)) return 'it selects pods by a label that their controller gives them';
  const behind = workloads.filter((workload) => near(workload, [service]).length > 0);
  // Nobody refuses at once where nobody is: each request would take a second.
  return behind.length > 0 && behind.every(isOff) ? 'its workloads have no pods' : undefined;
}

/** Returns what is said of a Service: why it is not asked, or as what where it does not say that itself. */
function notesOn(service: Service, workloads: readonly KubeObject[]): string[] {
  if (isExternalName(service)) return [];
  const why = notAskedSince(service, workloads);
  if (why !== undefined) return [`not asked: ${nameOf(service)}, since ${why}`];
  return (service.spec.ports ?? [])
    .filter(isFound)
    .map(
      (port) => `${nameOf(service)}, port ${port.port}, declares no protocol: it is asked as ${protocolTaken(port)}`,
    );
}

function hasSelector({ spec: { selector = {} } }: Service): boolean {
  return Object.keys(selector).length > 0;
}

/** Returns the namespaces of manifests in which something is made or applied. */
function namespacesIn(snapshot: Snapshot): ReadonlySet<string> {
  const names = [...namespacesNamed(snapshot)];
  const [reserved] = names.filter((one) => RESERVED.includes(one));
  if (reserved !== undefined) {
    throw new UsageError(`A namespace is called ${reserved}, as is one that each run makes for itself: rename it.`);
  }
  return new Set(names.filter((one) => !systemNamespaces.has(one)).sort());
}

/** Labels of a namespace by which an API server may refuse pods with a sidecar, or other ones. */
const ENFORCING = 'pod-security.kubernetes.io/';

/** Returns a Namespace with the labels that its manifest has. The mesh has one revision, so one that is named is that. */
function namespaceObject(snapshot: Snapshot, name: string): KubeObject {
  const found = objectsOf(snapshot, 'Namespace').find(({ metadata }) => metadata.name === name);
  const given = Object.entries(found?.metadata.labels ?? {}).filter(([key]) => !key.startsWith(ENFORCING));
  const { 'istio.io/rev': revision, ...others } = Object.fromEntries(given);
  const injects = revision !== undefined && others['istio-injection'] === undefined;
  const labels = { ...others, ...(injects && { 'istio-injection': 'enabled' }) };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** Returns the objects of the outsider: a namespace, a Service, and a workload. */
function outsiderBeside(taken: ReadonlySet<string>): { namespace: KubeObject; service: Service; workload: KubeObject } {
  const namespace = taken.has(OUTSIDER) ? 'automtls-outsider' : OUTSIDER;
  const labels = { app: OUTSIDER };
  const metadata = { name: OUTSIDER, namespace };
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: labels, ports: [{ name: 'http', port: CONTROL_PORT }] },
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels } };
  return {
    namespace: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    service,
    workload: standInFor(pod, OUTSIDER, [service]),
  };
}

/** Istio's annotations of pods that bear on what goes over the wire. Others may name what is not there. */
const heeded = [
  /^sidecar\.istio\.io\/(inject|interceptionMode|nativeSidecar)$/,
  /^traffic\.sidecar\.istio\.io\//,
  /^(proxy|networking|security)\.istio\.io\//,
];

/** Returns a Deployment whose pod stands in for those of an object. */
function standInFor(object: KubeObject, name: string, services: readonly Service[]): KubeObject {
  const template = templateOf(object);
  const annotations = Object.entries(template.metadata?.annotations ?? {}).filter(([key]) =>
    heeded.some((pattern) => pattern.test(key)),
  );
  const given = template.metadata?.labels ?? {};
  const labels = isOnNode(object)
    ? { ...given, 'sidecar.istio.io/inject': 'false' }
    : withoutRevision(given, proxiesOf(template.spec ?? {}).length > 0);
  const { hostNetwork: _, dnsPolicy: __, ...spec } = podSpecFor(object, services);
  const { containers = [] } = spec;
  // Who has no pods asks nobody.
  const own = isOff(object) ? containers.filter((one) => one.name !== CLIENT) : containers;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: namespaceOf(object) },
    spec: {
      replicas: isOff(object) ? 0 : 1,
      // Their own labels may be those of others, too.
      selector: { matchLabels: { [STAND_IN]: labelOf(object) } },
      template: {
        metadata: { labels: { ...labels, [STAND_IN]: labelOf(object) }, annotations: Object.fromEntries(annotations) },
        spec: { ...spec, containers: own.length > 0 ? own : containers },
      },
    },
  } as KubeObject;
}

function isOff(object: KubeObject): boolean {
  return (object as { spec?: { replicas?: number } }).spec?.replicas === 0;
}

/**
 * Returns whether the pods of an object are on the network of their node, where none has a sidecar. A stand-in is a pod
 * without one: it takes no port of a node, and its name is that of a pod.
 */
function isOnNode(object: KubeObject): boolean {
  return templateOf(object).spec?.hostNetwork === true;
}

/** A pod that names a revision, or has its proxy already, asks for a sidecar. */
function withoutRevision(given: Record<string, string>, hasProxy: boolean): Record<string, string> {
  const { 'istio.io/rev': revision, ...labels } = given;
  if (revision === undefined && !hasProxy) return labels;
  return { 'sidecar.istio.io/inject': 'true', ...labels };
}

/** A stand-in is asked within the cluster alone: no load balancer is made for it, and no port of a node is taken. */
function plainService({ apiVersion, kind, metadata, spec }: Service): Service {
  const { name, labels, annotations = {} } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => heeded.some((pattern) => pattern.test(key)));
  const { selector, ports, clusterIP, type, externalName, publishNotReadyAddresses, internalTrafficPolicy } =
    spec as Service['spec'] & { publishNotReadyAddresses?: boolean; internalTrafficPolicy?: string };
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: metadata.namespace ?? 'default',
      ...(labels && { labels }),
      ...(kept.length > 0 && { annotations: Object.fromEntries(kept) }),
    },
    spec: {
      ...(selector && { selector }),
      ...(ports && { ports: ports.map(plainPort) }),
      ...(clusterIP === 'None' && { clusterIP }),
      ...(type === 'ExternalName' && { type, externalName }),
      ...(publishNotReadyAddresses && { publishNotReadyAddresses }),
      ...(internalTrafficPolicy && { internalTrafficPolicy }),
    },
  } as Service;
}

type Port = NonNullable<Service['spec']['ports']>[number];

/**
 * A port that declares no protocol is declared as what sidecars find that it is. An Envoy without Istio's own filters
 * would take such HTTP for TCP at the server.
 */
function plainPort({ nodePort: _, ...port }: Port & { nodePort?: number }): Port {
  return isFound(port) ? { ...port, appProtocol: protocolTaken(port) } : port;
}

/** Returns whether sidecars look which protocol a port has. */
function isFound(port: Port): boolean {
  return (port.protocol ?? 'TCP') === 'TCP' && !declaresProtocol(port);
}

/** Returns what to call the stand-in of a workload: by its own name or, if others of its namespace have it, also its kind. */
function namesOf(workloads: readonly KubeObject[]): (object: KubeObject) => string {
  const taken = Map.groupBy(workloads, (object) => `${namespaceOf(object)}/${object.metadata.name}`);
  return ({ kind, metadata }) => {
    const path = `${metadata.namespace ?? 'default'}/${metadata.name}`;
    return (taken.get(path)?.length ?? 0) > 1 ? `${metadata.name}-${kind.toLowerCase()}` : metadata.name;
  };
}

/** Returns the name of a stand-in from that by which a survey knows the workload, such as `web (Job)`. */
export function nameInTopology(surveyed: string): string {
  return surveyed.replace(/ \((\w+)\)$/, (_, kind: string) => `-${kind.toLowerCase()}`);
}

function clientsIn(objects: readonly KubeObject[]): ReadonlyMap<string, string> {
  const isClient = (object: KubeObject): boolean =>
    object.kind === 'Deployment' && (templateOf(object).spec?.containers ?? []).some(({ name }) => name === CLIENT);
  return new Map(objects.filter(isClient).map((object) => [pathOf(object), CLIENT]));
}

/**
 * Returns who asks whom: everybody each port. No pod asks its own address, since that gets past its sidecar, nor a port
 * of its own of which connections get past it, since those from its own sidecar do not.
 */
function trafficBetween(clients: ReadonlyMap<string, string>, servers: readonly Server[]): Traffic[] {
  return [...clients.keys()].flatMap((from) =>
    servers
      .filter((server) => !asksItself(from, server))
      .map(({ service, port, protocol }) => ({ from, to: pathOf(service), port, protocol })),
  );
}

function controlsFor(clients: ReadonlyMap<string, string>, service: Service): Traffic[] {
  return [...clients.keys()].map((from) => ({ from, to: pathOf(service), port: CONTROL_PORT, protocol: 'http' }));
}

function asksItself(from: string, { target, endpoints }: Server): boolean {
  return endpoints.some(
    ({ workload, port }) =>
      `${workload.namespace}/${nameInTopology(workload.name)}` === from &&
      (isHeadless(target) || pastServer(workload, port) !== undefined),
  );
}

function leftOutNotes(snapshot: Snapshot, given: readonly KubeObject[]): string[] {
  // Accounts are made as pods need them.
  const others = [...snapshot.leftOut].flatMap(([kind, count]) =>
    kind === 'ServiceAccount' ? [] : [`${count} ${kind}`],
  );
  const gateways = given.filter((object) => !isTaken(object)).map(nameOf);
  const onNode = given.filter((object) => isTaken(object) && isOnNode(object)).map(nameOf);
  const notApplied = meshKinds
    .filter(({ kind, applied }) => applied === undefined && objectsOf(snapshot, kind).length > 0)
    .map(({ kind }) => kind);
  const maps = objectsOf(snapshot, 'ConfigMap').map(nameOf);
  const ingresses = objectsOf(snapshot, 'Ingress').map(nameOf);
  const limited = objectsOf(snapshot, 'DestinationRule').filter(isLimited).map(nameOf);
  return [
    ...namespaceNotes(snapshot, given.map(namespaceOf)),
    ...(others.length > 0 ? [`left out, as no mesh looks at them: ${others.join(', ')}`] : []),
    ...(gateways.length > 0 ? [`left out, as gateways have no stand-in: ${gateways.join(', ')}`] : []),
    ...(onNode.length > 0
      ? [`pods without a sidecar stand for those on the network of a node: ${onNode.join(', ')}`]
      : []),
    ...notApplied.map(
      (kind) => `left out: ${objectsOf(snapshot, kind).map(nameOf).join(', ')}: a run does not apply a ${kind}`,
    ),
    ...(limited.length > 0 ? [`left out: connectionPool and outlierDetection of ${limited.join(', ')}`] : []),
    ...(ingresses.length > 0 ? [`left out, as the outsider asks Services themselves: ${ingresses.join(', ')}`] : []),
    ...(maps.length > 0 ? [`left out: ${maps.join(', ')}: the mesh configuration stays that of the cluster`] : []),
  ];
}

/** Without any sidecar there is nothing to test. */
function sidecarNotes({ workloads }: SurveyedMesh): string[] {
  if (workloads.some(({ workload }) => workload.sidecar)) return [];
  const names = [...new Set(workloads.map(({ workload }) => workload.namespace))].join(' ');
  return [
    `no workload has a sidecar, as no namespace has the label for injection: --inject ${names} takes it as there`,
  ];
}

/** How many findings of lint are named. */
const FINDINGS = 4;

/** What seems to do something, and does not, passes: nothing of it is expected. */
function lintNotes(mesh: SurveyedMesh): string[] {
  const found = lintOf(mesh).findings.filter(({ severity }) => severity !== 'note');
  const words = found.map(({ code, subject }) => `${code} (${subject.name})`);
  return words.length === 0 ? [] : [`automtls lint finds in them: ${atMost(words, FINDINGS).join(', ')}`];
}

/** What a ServiceEntry names is somewhere else, and nothing stands in for it. */
function hostsAmong(servers: readonly Server[]): string[] {
  const hosts = servers.flatMap(({ service }) => (service.kind === 'Host' ? [service.metadata.name] : []));
  return hosts.length === 0
    ? []
    : [`not asked: ${[...new Set(hosts)].join(', ')}, since ServiceEntries have no stand-in`];
}

/** @throws UsageError if a namespace that is to be asked has no workload */
function assertThere(only: readonly string[], workloads: readonly KubeObject[], { label }: Snapshot): void {
  const there = new Set(workloads.map(namespaceOf));
  const unknown = only.find((name) => !there.has(name));
  if (unknown === undefined || there.size === 0) return;
  throw new UsageError(
    `--namespace ${unknown}: no workload of ${label} is in such a namespace. There are ${[...there].sort().join(', ')}.`,
  );
}

function nothingToAsk({ label }: Snapshot, only: readonly string[] | undefined): UsageError {
  const where = only === undefined ? '' : ` in ${only.join(', ')}`;
  return new UsageError(
    `${label} has no workload and no Service port to ask${where}: name manifests with Deployments and Services.`,
  );
}
