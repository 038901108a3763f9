import type { KubeObject, ObjectMeta } from '../../model/index.ts';
import { doesAsIstios } from './istios.ts';
import type { ContainerStatus, EndpointSlice, OthersObject, Pod, Reference, Serving } from './looked.ts';

/** The annotation that says which namespaces see a Service. */
export const EXPORT_TO = 'networking.istio.io/exportTo';

/**
 * Returns an object with nothing but what verdicts follow from, so that a record holds no secrets: environment
 * variables, patches of EnvoyFilters, the configuration of extensions, and most annotations stay out. Of a kind that is
 * not known here, it keeps what says on which requests the object acts.
 */
export function trimmed<Kind extends KubeObject>(object: Kind): Kind {
  const { apiVersion, kind, metadata } = object;
  const part = parts[kind] ?? acting;
  return { apiVersion, kind, metadata: metadataOf(metadata), ...part(object as never) } as Kind;
}

/** Returns what serves requests with nothing but what verdicts follow from. */
export function trimmedServing({ pods, replicaSets, services, slices }: Serving): Serving {
  return {
    pods: pods.map(trimmed),
    replicaSets: replicaSets.map(trimmed),
    services: services.map(trimmed),
    slices: slices.map(trimmed),
  };
}

const parts: Record<string, (object: never) => object> = {
  Pod: podParts,
  ReplicaSet: () => ({}),
  Deployment: () => ({}),
  EndpointSlice: sliceParts,
  Service: wholeSpec,
  // The model takes these.
  PeerAuthentication: wholeSpec,
  DestinationRule: wholeSpec,
  Policy: (object: KubeObject) => specOf(object, ['targets', 'peers']),
  MeshPolicy: (object: KubeObject) => specOf(object, ['targets', 'peers']),
  Sidecar: (object: KubeObject) => specOf(object, ['workloadSelector', 'egress', 'ingress', 'outboundTrafficPolicy']),
};

/** An object's metadata as the API server has it. */
interface StoredMeta extends ObjectMeta {
  deletionTimestamp?: string;
  ownerReferences?: { uid: string; controller?: boolean }[];
}

function metadataOf(metadata: StoredMeta): StoredMeta {
  const exportTo = metadata.annotations?.[EXPORT_TO];
  return {
    ...picked(metadata, ['namespace', 'uid', 'generation', 'resourceVersion', 'creationTimestamp']),
    ...picked(metadata, ['deletionTimestamp', 'labels']),
    name: metadata.name,
    ...(exportTo !== undefined && { annotations: { [EXPORT_TO]: exportTo } }),
    ...(metadata.ownerReferences && {
      ownerReferences: metadata.ownerReferences.map((owner) => picked(owner, ['uid', 'controller'])),
    }),
  };
}

function podParts({ spec, status = {} }: Pod): object {
  const { initContainers, containers } = spec;
  const statuses = (some: ContainerStatus[] | undefined) =>
    some?.map((status) => picked(status, ['name', 'ready', 'restartCount']));
  return {
    spec: {
      containers: containers.map((container) => picked(container, ['name'])),
      ...(initContainers && {
        initContainers: initContainers.map((container) => picked(container, ['name', 'restartPolicy'])),
      }),
    },
    status: defined({
      phase: status.phase,
      podIPs: status.podIPs?.map(({ ip }) => ({ ip })),
      containerStatuses: statuses(status.containerStatuses),
      initContainerStatuses: statuses(status.initContainerStatuses),
    }),
  };
}

function sliceParts({ endpoints, ports }: EndpointSlice): object {
  return defined({
    endpoints: endpoints?.map(({ addresses, conditions, targetRef }) =>
      defined({
        addresses,
        conditions: conditions && picked(conditions, ['ready']),
        targetRef: targetRef && picked(targetRef, ['kind', 'uid']),
      }),
    ),
    ports: ports?.map((port) => picked(port, ['name', 'port'])),
  });
}

function wholeSpec(object: KubeObject): object {
  return picked(object as KubeObject & { spec?: unknown }, ['spec']);
}

function specOf(object: KubeObject, fields: string[]): object {
  const { spec } = object as KubeObject & { spec?: Record<string, unknown> };
  return spec ? { spec: picked(spec, fields) } : {};
}

function acting(object: KubeObject): object {
  const { spec } = object as OthersObject;
  if (!spec) return {};
  const { selector, workloadSelector, targetRef, targetRefs, parentRefs } = spec;
  const destinations = object.kind === 'VirtualService' ? destinationsIn(spec) : [];
  return {
    spec: {
      ...picked(spec, ['hosts', 'exportTo', 'gateways', 'addresses', 'labels']),
      ...defined({
        selector: selector && picked(selector, ['matchLabels']),
        workloadSelector: workloadSelector && picked(workloadSelector, ['labels']),
        targetRef: targetRef && referenceOf(targetRef),
        targetRefs: targetRefs?.map(referenceOf),
        parentRefs: parentRefs?.map(referenceOf),
      }),
    },
    ...(destinations.length > 0 && { destinations }),
    ...(doesAsIstios(object) && { likeIstios: true }),
  };
}

function referenceOf(reference: Reference): Reference {
  return picked(reference, ['kind', 'name', 'namespace']) as Reference;
}

/** Returns the hosts to which a VirtualService leads requests, or copies of them. */
function destinationsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { host } = value as { host?: unknown };
  return [...(typeof host === 'string' ? [host] : []), ...Object.values(value).flatMap(destinationsIn)];
}

/** Returns the fields of these names that an object has. */
function picked<T extends object, Name extends keyof T>(object: T, names: readonly Name[]): Pick<T, Name> {
  return Object.fromEntries(
    names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]]])),
  ) as Pick<T, Name>;
}

/** Returns the fields that have a value. */
function defined(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
