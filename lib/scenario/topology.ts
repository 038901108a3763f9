import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { kubernetesKinds } from '../kinds/index.ts';
import {
  type Deployment,
  declaredProtocol,
  type KubeObject,
  type Protocol,
  pathOf,
  type Service,
} from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { protocols } from '../probe/index.ts';
import { documentsIn, manifestsFolder } from './documents.ts';
import type { Traffic } from './traffic.ts';
import { assertTopologyObject } from './valid-objects.ts';

/** Namespaces, workloads and Services with their own names, from a folder of ordinary YAML files. */
export interface Topology {
  name: string;
  /** In the order in which to create them. */
  objects: KubeObject[];
  namespaces: string[];
  /** The workloads that can send requests, as `namespace/name`, each with the container that has curl. */
  clients: ReadonlyMap<string, string>;
  /** The clients whose sidecar has a single worker, because an annotation of theirs says `concurrency: 1`. */
  oneWorker: ReadonlySet<string>;
  /** From every client to every port of every Service, but for those where the server speaks first. */
  traffic: Traffic[];
  /** Present if a run makes its namespaces by their own names, but for `default`, which is there already. */
  keepsNames?: true;
}

/** The kinds that a topology may hold, in the order in which to create them. The model does not know other kinds. */
const kinds = kubernetesKinds.filter((known) => known.topology).map(({ kind }) => kind);

/** A workload with a container of this image is a client. */
const CURL_IMAGE = /(^|\/)curlimages\/curl(:|@|$)/;

const known = new Map<string, Topology>();

/**
 * Returns the topology of a suite.
 * @throws UsageError if it is in a folder, and that cannot be read
 */
export function topologyOfSuite({ topology: given }: { topology: string | Topology }): Topology {
  return typeof given === 'string' ? topology(given) : given;
}

/**
 * Reads the topology in `manifests/topologies/<name>/`.
 * @throws UsageError if there is no such folder, or one of its objects is not valid or not supported
 */
export function topology(name: string): Topology {
  const found = known.get(name) ?? read(name);
  known.set(name, found);
  return found;
}

function read(name: string): Topology {
  if (!isTopologyName(name)) {
    throw new UsageError(
      `There is no topology "${name}"; manifests/topologies has: ${readdirSync(topologiesFolder).join(', ')}.`,
    );
  }
  return topologyIn(join(topologiesFolder, name), { name, shown: `manifests/topologies/${name}` });
}

const topologiesFolder = join(manifestsFolder, 'topologies');

/** Returns whether `manifests/topologies/` has a topology of this name. */
export function isTopologyName(name: string): boolean {
  return existsSync(join(topologiesFolder, name));
}

/**
 * Reads the topology in a folder.
 * @param shown the folder as people know it, for messages
 * @throws UsageError if one of its objects is not valid or not supported
 */
export function topologyIn(folder: string, { name, shown }: { name: string; shown: string }): Topology {
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return topologyFrom(
    name,
    files.sort().flatMap((file) => objectsIn(join(folder, file), join(shown, file))),
  );
}

function objectsIn(path: string, shown: string): KubeObject[] {
  const objects = documentsIn(path, shown);
  for (const object of objects) assertTopologyObject(object, shown);
  return objects;
}

/**
 * Returns the topology of the given objects.
 * @throws UsageError if an object's kind is not supported, if an object is in no namespace of the topology, or if a
 * port does not tell its protocol
 */
export function topologyFrom(name: string, given: KubeObject[]): Topology {
  const objects = kinds.flatMap((kind) => given.filter((object) => object.kind === kind));
  const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  for (const { kind, metadata } of given) {
    const what = `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
    if (!kinds.includes(kind)) {
      throw new UsageError(`Topology ${name} has ${what}, which is not understood: it may hold ${kinds.join(', ')}.`);
    }
    if (kind !== 'Namespace' && !namespaces.includes(metadata.namespace ?? '')) {
      throw new UsageError(`Topology ${name} has ${what}, but not its namespace: add it, or name one of its own.`);
    }
  }
  const clients = new Map(objects.flatMap((object) => clientOf(object)));
  const targets = objects.filter((object): object is Service => object.kind === 'Service').flatMap(targetsOf);
  const traffic = [...clients.keys()].flatMap((from) => targets.map((target) => ({ from, ...target })));
  const oneWorker = new Set(objects.filter(hasOneWorker).map(pathOf));
  return { name, objects, namespaces, clients, oneWorker, traffic };
}

/**
 * Returns the run's namespace for each namespace of the topologies: `<namespace>-<run id>`, or the same name if the
 * topology keeps its names.
 * @throws UsageError if two topologies have a namespace of the same name
 */
export function namespacesOf(topologies: readonly Topology[], id: string): Record<string, string> {
  assertTogether(topologies);
  const placed = topologies.flatMap(({ namespaces, keepsNames }) =>
    namespaces.map((name) => [name, keepsNames && name !== 'default' ? name : `${name}-${id}`]),
  );
  return Object.fromEntries(placed);
}

/**
 * Makes sure that one run can create all of these topologies.
 * @throws UsageError if two have a namespace of the same name
 */
export function assertTogether(topologies: readonly Topology[]): void {
  const names = topologies.flatMap(({ namespaces }) => namespaces);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  const which = topologies.filter(({ namespaces }) => namespaces.includes(twice)).map(({ name }) => name);
  throw new UsageError(
    `The topologies ${which.join(' and ')} both have a namespace ${twice}, but a run makes all topologies of its suites at once: rename it in one of them, or run their suites separately with --suite.`,
  );
}

/**
 * Returns whether the sidecars of a Deployment have a single worker, as an annotation of its pods may say. Istio's default
 * is two (istio/api mesh/v1alpha1/proxy.proto, ProxyConfig.concurrency).
 */
export function hasOneWorker(object: KubeObject): boolean {
  if (object.kind !== 'Deployment') return false;
  const { annotations } = (object as Deployment).spec.template.metadata ?? {};
  const config = parse(annotations?.['proxy.istio.io/config'] ?? '') as { concurrency?: number } | null;
  return config?.concurrency === 1;
}

function clientOf(object: KubeObject): [string, string][] {
  if (object.kind !== 'Deployment') return [];
  const { containers } = (object as Deployment).spec.template.spec;
  const client = containers.find(({ image }) => CURL_IMAGE.test(image));
  return client === undefined ? [] : [[pathOf(object), client.name]];
}

function targetsOf(service: Service): Omit<Traffic, 'from'>[] {
  const asked = (service.spec.ports ?? []).filter((port) => !isServerFirst(port));
  return asked.map((port) => ({
    to: pathOf(service),
    port: port.port,
    protocol: protocolOf(service, port),
  }));
}

/**
 * Returns whether a port's server speaks first, as its name says by `tcp-server-first`. Only the check server-first asks
 * it: the other requests to TCP ports begin with the client.
 */
export function isServerFirst({ name = '' }: Port): boolean {
  return name.startsWith('tcp-server-first');
}

type Port = NonNullable<Service['spec']['ports']>[number];

/**
 * Returns a port's protocol by Istio's own convention.
 * @throws UsageError if the protocol is not supported
 */
export function protocolOf(service: Service, declared: Port): Protocol {
  const said = declaredProtocol(declared);
  if (Object.hasOwn(protocols, said)) return said as Protocol;
  const known = Object.keys(protocols);
  throw new UsageError(
    `Port ${declared.port} of Service ${pathOf(service)} is of protocol "${said}", which is not understood: name it after one of ${known.join(', ')}, such as http-web.`,
  );
}
