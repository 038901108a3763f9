import fc from 'fast-check';
import { atLeast, hostnameOf, type KubeObject, type Release, type Service } from '../../../model/index.ts';
import { maybe, present } from '../policies.ts';

// The workloads and Services of a random mesh, of the shapes that real meshes have.

/**
 * The namespaces, each with its label `istio-injection`. Some twenty pods come to have a sidecar: each takes three inotify
 * instances, of which Linux by default gives a user 128, whatever the clusters.
 */
const namespaces: Readonly<Record<string, string | undefined>> = {
  shop: 'enabled',
  pay: 'enabled',
  stock: 'enabled',
  data: undefined,
  legacy: undefined,
  tools: undefined,
  vendor: 'disabled',
};

/** A mesh without anything that configures it. */
export interface Layout {
  objects: KubeObject[];
  namespaces: string[];
  services: Service[];
  /** The labels by which policies select, of servers and of any workload, by namespace. */
  labels: ReadonlyMap<string, Selectable>;
}

interface Selectable {
  servers: Record<string, string>[];
  clients: Record<string, string>[];
}

/** How many workloads there are of each kind. */
const kindCounts = { Deployment: 22, StatefulSet: 7, DaemonSet: 4, Job: 4, Pod: 5 } as const;
type WorkloadKind = keyof typeof kindCounts;

/** @param more how many Deployments there are besides */
function kindsOf(more: number): WorkloadKind[] {
  const usual = (Object.keys(kindCounts) as WorkloadKind[]).flatMap((kind) =>
    Array.from({ length: kindCounts[kind] }, () => kind),
  );
  return [...usual, ...Array.from({ length: more }, () => 'Deployment' as const)];
}

/** The ports that Services have: what they say of the protocol, and where they lead. */
const portSorts = [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'http-other', port: 8081, targetPort: 'other' },
  { name: 'tcp', port: 9000, targetPort: 8090 },
  { name: 'grpc', port: 7070, targetPort: 7070 },
  { name: 'https', port: 443, targetPort: 8443 },
  { name: 'main', port: 8082, targetPort: 8082, appProtocol: 'http' },
  // Sidecars look what it is.
  { name: 'web', port: 8083, targetPort: 8083 },
] as const;
type PortSort = (typeof portSorts)[number];

/** The ports of workloads, most of which have the first, and one on which none listens. */
export const workloadPorts = ['8080', '8080', '8080', '8081', '8090', '7070', '8443', '8082', '8083', '9999'];
/** The ports of Services; most have the first. */
export const servicePorts = [80, 80, 80, 8080, 8081, 9000, 7070, 443, 8082, 8083];

/** A workload as it is drawn. */
interface Shape {
  kind: WorkloadKind;
  namespace: string;
  /** What its pods say of injection. */
  inject: 'label true' | 'label false' | 'annotation false' | undefined;
  /** Whether its sidecar is a native one, where it is not the release that decides. */
  native: boolean | undefined;
  account: 'own' | 'shared' | 'default';
  replicas: number;
  /** Whether it is one more version of the workload before it in its namespace. */
  joins: boolean;
  ports: PortSort[];
  headless: boolean;
}

/** @param kind of one of the mesh's workloads */
function shape(kind: WorkloadKind, release: Release): fc.Arbitrary<Shape> {
  const ports = fc.oneof<fc.WeightedArbitrary<PortSort[]>[]>(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.constant([portSorts[0]]) },
    { weight: 5, arbitrary: fc.shuffledSubarray([...portSorts], { minLength: 1, maxLength: 3 }) },
  );
  return fc.record({
    kind: fc.constant(kind),
    namespace: fc.constantFrom(...Object.keys(namespaces)),
    inject: fc.oneof(
      { weight: 6, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom('label true' as const, 'label true' as const, 'label false' as const) },
      { weight: 1, arbitrary: fc.constant('annotation false' as const) },
    ),
    native: atLeast(release, '1.27') ? maybe(fc.boolean()) : fc.constant(undefined),
    account: fc.constantFrom('own', 'own', 'shared', 'default'),
    replicas: kind === 'Deployment' || kind === 'StatefulSet' ? fc.constantFrom(1, 1, 1, 1, 2) : fc.constant(1),
    joins: fc.constantFrom(true, false, false, false),
    ports: kind === 'Job' ? fc.constant<PortSort[]>([]) : ports,
    headless: kind === 'StatefulSet' ? fc.constant(true) : fc.constantFrom(true, false, false, false, false),
  });
}

/**
 * Returns random layouts of 43 workloads in seven namespaces.
 * @param more how many Deployments there are besides
 */
export function layoutFor(release: Release, more = 0): fc.Arbitrary<Layout> {
  return fc
    .tuple(...kindsOf(more).map((kind) => shape(kind, release)))
    .map((shapes) => layoutOf(namedShapes(shapes as Shape[])));
}

/** A workload with its names. */
interface NamedShape extends Shape {
  name: string;
  app: string;
  version: string;
}

/** Gives workloads their names, and those that join others the label `app` of these. */
function namedShapes(shapes: readonly Shape[]): NamedShape[] {
  const last = new Map<string, NamedShape>();
  return shapes.map((one, at) => {
    const name = `${one.kind.toLowerCase()}-${at}`;
    const before = last.get(one.namespace);
    const joined = one.joins && one.ports.length > 0 ? before : undefined;
    const named: NamedShape = {
      ...one,
      name,
      app: joined?.app ?? name,
      version: joined === undefined ? 'v1' : 'v2',
      // Versions of one Service listen on the same ports.
      ports: joined?.ports ?? one.ports,
      headless: joined?.headless ?? one.headless,
    };
    if (named.ports.length > 0) last.set(one.namespace, named);
    return named;
  });
}

function layoutOf(shapes: readonly NamedShape[]): Layout {
  const own = shapes.filter(({ ports, version }) => ports.length > 0 && version === 'v1').map(serviceOf);
  const second = shapes.filter(({ ports, version, headless }) => ports.length > 1 && version === 'v1' && !headless);
  const services = [...own, ...second.slice(0, 3).map(secondServiceOf), ...aliases(own), nobody];
  return {
    objects: [
      ...Object.entries(namespaces).map(([name, injection]) => namespaceObject(name, injection)),
      ...services,
      ...shapes.map(workloadOf),
      onHostNetwork,
    ],
    namespaces: Object.keys(namespaces),
    services,
    labels: new Map(Object.keys(namespaces).map((namespace) => [namespace, selectable(namespace, shapes)])),
  };
}

function selectable(namespace: string, shapes: readonly NamedShape[]): Selectable {
  const own = shapes.filter((shape) => shape.namespace === namespace);
  return {
    servers: [
      ...own.filter(({ ports }) => ports.length > 0).map(({ app }) => ({ app })),
      { version: 'v1' },
      { version: 'v2' },
      { app: 'nothing' },
    ],
    clients: [...own.map(({ name }) => ({ workload: name })), { version: 'v1' }],
  };
}

/** Returns the namespaces in which pods have a sidecar unless they say otherwise. */
export function injectedNamespaces(): string[] {
  return Object.keys(namespaces).filter((name) => namespaces[name] === 'enabled');
}

function namespaceObject(name: string, injection: string | undefined): KubeObject {
  const labels = injection === undefined ? undefined : { 'istio-injection': injection };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: present({ name, labels }) };
}

const injectKey = 'sidecar.istio.io/inject';

function workloadOf(shape: NamedShape): KubeObject {
  const { kind, namespace, name, app, version, inject, native, account, replicas, ports } = shape;
  const labels = {
    app,
    version,
    workload: name,
    ...(inject === 'label true' && { [injectKey]: 'true' }),
    ...(inject === 'label false' && { [injectKey]: 'false' }),
  };
  const annotations = {
    // Pools of connections from before a change are closed sooner.
    'proxy.istio.io/config': '{ drainDuration: 1s, concurrency: 1 }',
    ...(inject === 'annotation false' && { [injectKey]: 'false' }),
    ...(native !== undefined && { 'sidecar.istio.io/nativeSidecar': String(native) }),
  };
  const serviceAccountName = { own: name, shared: 'app', default: undefined }[account];
  const container = { name: 'main', image: 'example/app:1', ports: ports.map(containerPort) };
  const podSpec = present({ serviceAccountName, containers: [container] });
  if (kind === 'Pod') {
    return { apiVersion: 'v1', kind, metadata: { name, namespace, labels, annotations }, spec: podSpec } as KubeObject;
  }
  const selector = kind === 'Job' ? undefined : { matchLabels: { workload: name } };
  const template = { metadata: { labels, annotations }, spec: podSpec };
  const isScaled = kind === 'Deployment' || kind === 'StatefulSet';
  const spec = present({
    replicas: isScaled ? replicas : undefined,
    serviceName: kind === 'StatefulSet' ? app : undefined,
    selector,
    template,
  });
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'apps/v1';
  return { apiVersion, kind, metadata: { name, namespace }, spec } as KubeObject;
}

function containerPort({ name, targetPort }: PortSort): object {
  return targetPort === 'other' ? { name: 'other', containerPort: 8081 } : { name, containerPort: targetPort };
}

/** Who asks a headless Service asks the pods' own port. */
function serviceOf({ namespace, app, headless, ports }: NamedShape): Service {
  const spec = {
    selector: { app },
    ports: ports.map((port) => ({
      ...port,
      ...(headless && { port: port.targetPort === 'other' ? 8081 : port.targetPort }),
    })),
    ...(headless && { clusterIP: 'None' }),
  };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: app, namespace }, spec };
}

/** Another Service for the same pods, by another label, with one port. */
function secondServiceOf({ namespace, app, name, ports }: NamedShape): Service {
  const [port] = ports as [PortSort];
  const spec = { selector: { workload: name }, ports: [{ ...port, port: 8000 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: `${app}-too`, namespace }, spec };
}

/** ExternalNames for the first Services, one in a namespace with sidecars and one without. */
function aliases(services: readonly Service[]): Service[] {
  const [first, second] = services.filter(({ spec }) => spec.clusterIP !== 'None');
  return Object.entries({ pay: first, legacy: second }).flatMap(([namespace, service]): Service[] => {
    if (service === undefined) return [];
    const ports = (service.spec.ports ?? []).map(({ targetPort: _, ...port }) => port);
    const spec = { type: 'ExternalName', externalName: hostnameOf(service), ports };
    return [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'alias', namespace }, spec }];
  });
}

/** A Service that nobody serves. */
const nobody: Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'nobody', namespace: 'shop' },
  spec: { selector: { app: 'nothing' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};

/** It has no sidecar wherever it is. Its port is the node's. */
const onHostNetwork = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'on-host', namespace: 'shop' },
  spec: {
    selector: { matchLabels: { workload: 'on-host' } },
    template: {
      metadata: { labels: { app: 'on-host', workload: 'on-host' } },
      spec: { hostNetwork: true, containers: [{ name: 'main', image: 'example/agent:1' }] },
    },
  },
} as KubeObject;
