import { type Kube, outputOf } from '../platform/kube/index.ts';

/**
 * What an istiod says of a proxy that is connected to it: an element of `/debug/syncz`. Of each kind of configuration it
 * has what was sent last, and what of it the proxy has accepted last.
 */
export interface SyncStatus {
  /** `<pod>.<namespace>`. */
  proxy?: string;
  cluster_sent?: string;
  cluster_acked?: string;
  listener_sent?: string;
  listener_acked?: string;
  route_sent?: string;
  route_acked?: string;
  endpoint_sent?: string;
  endpoint_acked?: string;
}

/**
 * Returns what an istiod says of all proxies that are connected to it.
 * istio/istio pilot/pkg/xds/debug.go, Syncz.
 * @param istiod its pod
 * @param limits the most characters of what it says, and what ends the wait
 * @throws InconclusiveError if it does not say
 */
export async function proxyStatuses(
  kube: Kube,
  istiod: { namespace: string; pod: string },
  limits: { most: number; signal: AbortSignal },
): Promise<SyncStatus[]> {
  const command = ['pilot-discovery', 'request', 'GET', '/debug/syncz'];
  return JSON.parse(await outputOf(kube, { ...istiod, container: 'discovery' }, command, limits)) as SyncStatus[];
}
