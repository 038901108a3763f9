import type { Workload } from '../types.ts';

type Labels = Record<string, string>;

/** Returns whether the pod has all labels of a selector; an empty selector selects every pod. */
export function selects(matchLabels: Labels | undefined, labels: Labels): boolean {
  return Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

/** Returns whether the workload's pods have a sidecar; on the host network they never do. */
export function hasSidecar(workload: Workload): boolean {
  return workload.sidecar && !workload.hostNetwork;
}

/**
 * Returns whether the pods announce mutual TLS to clients: by the label security.istio.io/tlsMode, which injection sets
 * to `istio` unless the pod's owner has set it (istio/istio pilot/pkg/model/service.go, GetTLSModeFromEndpointLabels).
 */
export function announcesMutualTls(workload: Workload): boolean {
  const label = workload.labels['security.istio.io/tlsMode'];
  return label === undefined ? hasSidecar(workload) : label === 'istio';
}
