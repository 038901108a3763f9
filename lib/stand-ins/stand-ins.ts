import { meshKinds } from '../kinds/index.ts';
import { declaredProtocol, type KubeObject, nameOf, type Protocol, type Service, selects } from '../model/index.ts';
import { SENT_ANNOTATION } from '../probe/index.ts';
import { namespaceOf, type PodTemplate, templateOf } from '../survey/index.ts';

// Pods that stand in for those of any manifests. What a mesh looks at stays as it is: kinds, labels, annotations,
// accounts, ports. Each pod has a server that listens on all of its ports, and a client with curl.

/** The label of each pod that stands in for another, with kind and name of the object that makes it. */
export const STAND_IN = 'automtls.dev/stand-in';
/** The container with curl. */
export const CLIENT = 'client';

/** Upstream names, under which a native cluster has the images that it built. A test compares them. */
const images = { server: 'docker.io/istio/app:1.30.5', client: 'docker.io/curlimages/curl:8.16.0' };

/** Kinds whose pods run for as long as a mesh is asked. */
const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod']);
const otherKinds = new Set(['Namespace', 'ServiceAccount', 'Service']);
const meshGroups = new Set(meshKinds.map(({ group, kind }) => `${group} ${kind}`));

interface Templated extends KubeObject {
  spec?: { template?: PodTemplate; replicas?: number; selector?: object; serviceName?: string };
}

/** A workload whose pods stand in for others. */
export interface StandIn {
  namespace: string;
  kind: string;
  name: string;
  /** The label of its pods. */
  label: string;
  /** How many pods it makes. */
  pods: number;
}

/** Returns whether pods come of an object. */
export function isWorkload({ kind }: KubeObject): boolean {
  return workloadKinds.has(kind);
}

/** Returns what an object of stand-ins makes. */
export function standInOf(object: KubeObject): StandIn {
  const { kind, metadata } = object;
  const { replicas = 1 } = (object as Templated).spec ?? {};
  return { namespace: namespaceOf(object), kind, name: metadata.name, label: labelOf(object), pods: replicas };
}

/**
 * Returns what of manifests bears on a mesh, with stand-ins for its pods, in the order in which to create it:
 * namespaces, accounts and Services, workloads, and what configures the mesh. CronJobs have no pods to ask, and are left
 * out with all else.
 */
export function standIns(manifests: readonly KubeObject[]): KubeObject[] {
  const objects = manifests.map((object) => (object.kind === 'Namespace' ? object : inNamespace(object)));
  const services = objects.filter((object): object is Service => object.kind === 'Service');
  const workloads = objects.filter(isWorkload).map((object) => standIn(object as Templated, services));
  const policies = objects.filter(({ apiVersion, kind }) => meshGroups.has(`${apiVersion.split('/')[0]} ${kind}`));
  const rest = objects.filter(({ apiVersion, kind }) => apiVersion === 'v1' && otherKinds.has(kind));
  const namespaces = rest.filter(({ kind }) => kind === 'Namespace');
  const others = rest.filter(({ kind }) => kind !== 'Namespace');
  return [...namespaces, ...others, ...missingAccounts(objects, workloads), ...workloads, ...policies];
}

function standIn(object: Templated, services: readonly Service[]): KubeObject {
  const template = templateOf(object);
  const metadata = {
    labels: { ...template.metadata?.labels, [STAND_IN]: labelOf(object) },
    annotations: { ...template.metadata?.annotations, ...SENT_ANNOTATION },
  };
  // A sidecar that could not start is started again.
  const restarting = object.kind === 'Job' && { restartPolicy: 'OnFailure' };
  const spec = { ...podSpecFor(object, services), ...restarting };
  const { name, labels, annotations } = object.metadata;
  const namespace = namespaceOf(object);
  if (object.kind === 'Pod') return { ...object, metadata: { name, namespace, ...metadata }, spec } as KubeObject;
  const { replicas, selector, serviceName } = object.spec ?? {};
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec: {
      template: { metadata, spec },
      ...(replicas !== undefined && { replicas }),
      ...(selector !== undefined && object.kind !== 'Job' && { selector }),
      ...(serviceName !== undefined && { serviceName }),
    },
  } as KubeObject;
}

type PodSpec = NonNullable<PodTemplate['spec']> & Record<string, unknown>;

/** A port on which a server listens. */
interface ServedPort {
  port: number;
  name?: string;
  protocol: Protocol;
}

/**
 * Returns the spec of a pod that stands in for those of an object.
 * @param services those of the manifests: the server listens on the ports to which they lead, too
 */
export function podSpecFor(object: KubeObject, services: readonly Service[]): PodSpec {
  const template = templateOf(object);
  const ports = portsOf(template, near(object, services));
  const { serviceAccountName, hostNetwork } = template.spec ?? {};
  const resources = { requests: { cpu: '2m', memory: '8Mi' } };
  const server = {
    name: 'server',
    image: images.server,
    imagePullPolicy: 'IfNotPresent',
    // It logs each request, unless it is told otherwise: that shows whether one that was refused reached it.
    args: [...ports.flatMap(listening), ...spare(ports), '--crt=/cert.crt', '--key=/cert.key'],
    ports: ports.map(({ port, name }) => ({ containerPort: port, ...(name !== undefined && { name }) })),
    resources,
  };
  const client = {
    name: CLIENT,
    image: images.client,
    imagePullPolicy: 'IfNotPresent',
    command: ['sleep', 'infinity'],
    resources,
  };
  return {
    ...(serviceAccountName !== undefined && { serviceAccountName }),
    ...(hostNetwork !== undefined && { hostNetwork }),
    // Without it, a pod on the node's network does not know the names of Services.
    ...(hostNetwork && { dnsPolicy: 'ClusterFirstWithHostNet' }),
    ...(!hostNetwork && ports.some(({ port }) => port < FIRST_UNPRIVILEGED) && { securityContext: anyPort }),
    terminationGracePeriodSeconds: 1,
    containers: ports.length === 0 ? [client] : [server, client],
  };
}

/** TCP is asked over HTTP, too: to a mesh it is bytes. */
function listening({ port, protocol }: ServedPort): string[] {
  if (protocol === 'grpc') return [`--grpc=${port}`];
  return [`--port=${port}`, ...(protocol === 'https' ? [`--tls=${port}`] : [])];
}

/** Where no port is named, the server listens on one of its own, which may be another's: 8080, 7070 and 9090. */
function spare(ports: readonly ServedPort[]): string[] {
  const used = new Set(ports.map(({ port }) => port));
  const free = Array.from({ length: used.size + 3 }, (_, at) => 20_001 + at).filter((port) => !used.has(port));
  const isHttp = ports.some(({ protocol }) => protocol !== 'grpc');
  const isGrpc = ports.some(({ protocol }) => protocol === 'grpc');
  const flags = [...(isHttp ? [] : ['port']), ...(isGrpc ? [] : ['grpc']), 'tcp'];
  return flags.map((flag, at) => `--${flag}=${free[at]}`);
}

/** Labels that controllers give to their pods, with values of their own: no manifest has them. */
const controllersLabels = [
  'statefulset.kubernetes.io/pod-name',
  'apps.kubernetes.io/pod-index',
  'batch.kubernetes.io/job-name',
  'job-name',
];

/** Returns whether a Service selects pods by a label that their controller gives them, such as one pod of a StatefulSet. */
export function isByController({ spec: { selector = {} } }: Service): boolean {
  return controllersLabels.some((label) => selector[label] !== undefined);
}

/** Returns the Services that lead to the pods of an object. */
export function near(object: KubeObject, services: readonly Service[]): Service[] {
  const template = templateOf(object);
  return services.filter(
    ({ metadata, spec: { selector = {} } }) =>
      (metadata.namespace ?? 'default') === namespaceOf(object) &&
      Object.keys(selector).length > 0 &&
      selects(selector, template.metadata?.labels ?? {}),
  );
}

/** Linux lets root alone listen on lower ports. */
const FIRST_UNPRIVILEGED = 1024;
/** Kubernetes has this sysctl as a safe one, of the pod's own network. */
const anyPort = { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] };

function isTcp({ protocol = 'TCP' }: { protocol?: string }): boolean {
  return protocol === 'TCP';
}

/** Returns the TCP ports of a pod's containers, and those to which its Services lead. */
function portsOf({ spec = {} }: PodTemplate, services: readonly Service[]): ServedPort[] {
  const declared = (spec.containers ?? []).flatMap(({ ports = [] }) => ports).filter(isTcp);
  const led = services.flatMap(({ spec: { ports = [] } }) =>
    ports.filter(isTcp).flatMap((port) => {
      const { targetPort = port.port } = port;
      const found = declared.find(({ name, containerPort }) => name === targetPort || containerPort === targetPort);
      const number = typeof targetPort === 'number' ? targetPort : found?.containerPort;
      return number === undefined ? [] : [{ port: number, protocol: protocolOf(port) }];
    }),
  );
  const numbers = new Set([...declared.map(({ containerPort }) => containerPort), ...led.map(({ port }) => port)]);
  return [...numbers].map((number) => {
    const name = declared.find(({ containerPort }) => containerPort === number)?.name;
    const { protocol = 'http' } = led.find(({ port }) => port === number) ?? {};
    return { port: number, protocol, ...(name !== undefined && { name }) };
  });
}

function protocolOf(port: Parameters<typeof declaredProtocol>[0]): Protocol {
  const declared = declaredProtocol(port);
  if (declared === 'grpc' || declared === 'grpc-web') return 'grpc';
  return declared === 'https' || declared === 'tls' ? 'https' : 'http';
}

/** A pod whose account is not there is never made. */
export function missingAccounts(objects: readonly KubeObject[], workloads: readonly KubeObject[]): KubeObject[] {
  const there = new Set(objects.filter(({ kind }) => kind === 'ServiceAccount').map(nameOf));
  const wanted = workloads.flatMap((object) => {
    const name = templateOf(object).spec?.serviceAccountName;
    if (name === undefined || name === 'default') return [];
    return [{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: namespaceOf(object) } }];
  });
  return [...new Map(wanted.map((account) => [nameOf(account), account])).values()].filter(
    (account) => !there.has(nameOf(account)),
  );
}

/** Returns the value of the label that the pods of an object's stand-in have. A label holds 63 characters. */
export function labelOf({ kind, metadata }: KubeObject): string {
  return `${kind}.${metadata.name}`.slice(0, 63).replace(/[^A-Za-z0-9]+$/, '');
}

function inNamespace(object: KubeObject): KubeObject {
  return { ...object, metadata: { ...object.metadata, namespace: namespaceOf(object) } };
}
