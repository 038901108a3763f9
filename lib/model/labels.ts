import type { Workload } from './types.ts';

type Labels = Record<string, string>;

/** Whether a selector's labels are all among the pod's; an empty selector selects every pod. */
export function selects(matchLabels: Labels | undefined, labels: Labels): boolean {
  return Object.entries(matchLabels ?? {}).every(([key, value]) => labels[key] === value);
}

/** Whether the workload's pods carry a sidecar; on the host network they never do. */
export function hasSidecar(workload: Workload): boolean {
  return workload.sidecar && !workload.hostNetwork;
}

/**
 * Whether clients are told that the pods speak mutual TLS: the label security.istio.io/tlsMode, which injection sets to
 * `istio` unless the pod's owner has set it (istio/istio pilot/pkg/model/service.go, GetTLSModeFromEndpointLabels).
 */
export function announcesMutualTls(workload: Workload): boolean {
  const label = workload.labels['security.istio.io/tlsMode'];
  return label === undefined ? hasSidecar(workload) : label === 'istio';
}
