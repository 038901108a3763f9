import {
  announcesMutualTls,
  backing,
  hasSidecar,
  type KubeObject,
  nameOf,
  type Service,
  type Workload,
  workloadName,
} from '../../../model/index.ts';
import type { FieldChange } from '../../reasons/serving.ts';
import { distinct, type VerdictReason } from '../../reasons.ts';
import type { EndpointSlice, Pod, Serving } from '../../record/looked.ts';
import { EXPORT_TO } from '../../record/trimmed.ts';
import { hostOf } from './named.ts';
import { carriesProxy, isEnding, isRunning, type MadeSetting, podName, podsOf } from './pods.ts';
import { additions, differences } from './stored.ts';

const TLS_MODE = 'security.istio.io/tlsMode';

/**
 * Compares what serves requests with the topology, on which every expectation is based. Finds extra and missing pods,
 * wrong sidecars and labels, and Services that are not as the run created them.
 * @returns a reason for each problem, naming the pod or the address; none if all is well
 */
export function servingProblems(known: MadeSetting, serving: Serving): VerdictReason[] {
  const { workloads, services } = known.topology;
  const behind = new Set(services.flatMap((service) => backing(service, workloads)));
  const pods = workloads.flatMap((workload) =>
    podsOf(workload, serving, known.made)
      // A pod that is being deleted does not matter, except a server's, which may still get requests.
      .filter((pod) => behind.has(workload) || !isEnding(pod))
      .flatMap((pod) => [
        ...sidecarProblems(pod, workload),
        ...(behind.has(workload) ? podProblems(pod, workload) : []),
      ]),
  );
  return distinct([...pods, ...services.flatMap((service) => serviceProblems(known, service, serving))]);
}

function sidecarProblems(pod: Pod, workload: Workload): VerdictReason[] {
  if (carriesProxy(pod) === hasSidecar(workload)) return [];
  return [{ code: hasSidecar(workload) ? 'sidecar-missing' : 'sidecar-unwanted', podName: podName(pod) }];
}

function podProblems(pod: Pod, workload: Workload): VerdictReason[] {
  const name = { podName: podName(pod) };
  if (isEnding(pod)) return [{ code: 'pod-ending', ...name }];
  const problems: VerdictReason[] = isRunning(pod) ? [] : [{ code: 'pod-unready', ...name }];
  // Clients choose mutual TLS by this label, even if the pod has no sidecar.
  const label = pod.metadata.labels?.[TLS_MODE];
  if ((label === 'istio') === announcesMutualTls(workload)) return problems;
  return announcesMutualTls(workload)
    ? [...problems, { code: 'tls-label-missing', ...name, ...(label !== undefined && { label }) }]
    : [...problems, { code: 'tls-label-unwanted', ...name }];
}

function serviceProblems(known: MadeSetting, service: Service, serving: Serving): VerdictReason[] {
  const host = hostOf(service);
  const workloads = backing(service, known.topology.workloads);
  const expected = workloads.map((workload) => ({
    workload,
    pods: podsOf(workload, serving, known.made).filter((pod) => !isEnding(pod)),
  }));
  const counts = expected
    .filter(({ workload, pods }) => pods.length !== workload.replicas)
    .map(({ workload, pods }): VerdictReason => {
      const { replicas } = workload;
      return { code: 'pods-otherwise', workload: workloadName(workload), pods: pods.length, replicas, host };
    });
  const endpoints = endpointsOf(service, serving.slices);
  const pods = expected.flatMap((workload) => workload.pods);
  const unserved = pods
    .filter((pod) => isRunning(pod) && !endpoints.some((endpoint) => isOf(endpoint, pod)))
    .map((pod): VerdictReason => ({ code: 'endpoint-missing', host, podName: podName(pod) }));
  const strange = endpoints
    // The endpoint of a pod that is being deleted is reported with the pod.
    .filter(
      (endpoint) =>
        !workloads.some((workload) => podsOf(workload, serving, known.made).some((pod) => isOf(endpoint, pod))),
    )
    .map((endpoint) => strangeEndpoint(endpoint, host, { known, serving }));
  return [
    ...changeOf(known, service, serving.services),
    ...counts,
    ...unserved,
    ...strange,
    ...portProblems(service, expected, serving.slices),
  ];
}

interface SliceEndpoint {
  address: string;
  uid: string | undefined;
  slice: EndpointSlice;
}

/** Returns the endpoints that the Service's requests are sent to, including those that somebody else wrote. */
function endpointsOf(service: Service, slices: EndpointSlice[]): SliceEndpoint[] {
  return slicesOf(service, slices).flatMap((slice) =>
    (slice.endpoints ?? [])
      // The API says to take an unknown condition as ready.
      .filter(({ conditions }) => (conditions?.ready ?? true) === true)
      .flatMap(({ addresses, targetRef }) =>
        addresses.map((address) => ({ address, uid: targetRef?.kind === 'Pod' ? targetRef.uid : undefined, slice })),
      ),
  );
}

function slicesOf({ metadata }: Service, slices: EndpointSlice[]): EndpointSlice[] {
  return slices.filter(
    (slice) =>
      slice.metadata.namespace === metadata.namespace &&
      slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name,
  );
}

/** Compares the address, too: a slice that somebody else wrote may name one pod and send requests to another. */
function isOf({ address, uid }: SliceEndpoint, { metadata, status }: Pod): boolean {
  return uid === metadata.uid && (status?.podIPs ?? []).some(({ ip }) => ip === address);
}

function strangeEndpoint(
  { address, slice }: SliceEndpoint,
  host: string,
  { known: { topology, made }, serving }: { known: MadeSetting; serving: Serving },
): VerdictReason {
  const known = { code: 'endpoint-strange' as const, host, address, object: nameOf(slice) };
  const pod = serving.pods.find(({ status }) => (status?.podIPs ?? []).some(({ ip }) => ip === address));
  if (pod === undefined) return known;
  const isOwn = topology.workloads.some((workload) => podsOf(workload, serving, made).includes(pod));
  return { ...known, podName: podName(pod), isOwn };
}

interface Backing {
  workload: Workload;
  pods: Pod[];
}

/** A port's name may be that of another number in each workload: Kubernetes then writes a slice for each. */
function portProblems(service: Service, all: readonly Backing[], slices: EndpointSlice[]): VerdictReason[] {
  return slicesOf(service, slices)
    .filter(({ endpoints }) => (endpoints ?? []).length > 0)
    .flatMap((slice): VerdictReason[] => {
      const uids = (slice.endpoints ?? []).map(({ targetRef }) => targetRef?.uid);
      const own = all.filter(({ pods }) => pods.some(({ metadata }) => uids.includes(metadata.uid)));
      const wanted = portsWanted(service, own.length > 0 ? own : all);
      const ports = (slice.ports ?? []).map(({ name = '', port }) => `${name}:${port}`);
      if (ports.toSorted().join() === wanted.toSorted().join()) return [];
      return [{ code: 'endpoint-ports', host: hostOf(service), object: nameOf(slice), ports, wanted }];
    });
}

function portsWanted(service: Service, backing: readonly Backing[]): string[] {
  const named = backing.flatMap(({ workload }) => workload.ports);
  return (service.spec.ports ?? []).map(({ name = '', port, targetPort = port }) => {
    const target = typeof targetPort === 'number' ? targetPort : named.find((port) => port.name === targetPort)?.port;
    return `${name}:${target}`;
  });
}

function changeOf({ made }: MadeSetting, service: Service, services: Service[]): VerdictReason[] {
  const object = nameOf(service);
  const isIt = ({ kind, metadata }: KubeObject): boolean =>
    kind === 'Service' && metadata.name === service.metadata.name && metadata.namespace === service.metadata.namespace;
  const [then, now] = [made.find(isIt), services.find(isIt)];
  if (now === undefined) return [{ code: 'service-deleted', object }];
  if (then === undefined || then.metadata.uid !== now.metadata.uid) return [{ code: 'service-replaced', object }];
  const changes = [...differences(then, now), ...additions(then, now), ...exportChange(then, now)];
  return changes.length === 0 ? [] : [{ code: 'service-changed', object, changes }];
}

function exportChange(before: KubeObject, now: KubeObject): FieldChange[] {
  const [applied, is] = [before, now].map(({ metadata }) => metadata.annotations?.[EXPORT_TO]);
  if (applied === is) return [];
  const field = `metadata.annotations.${EXPORT_TO}`;
  return [{ field, ...(is !== undefined && { is }), ...(applied !== undefined && { applied }) }];
}
