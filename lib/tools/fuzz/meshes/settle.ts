import { typeOf } from '../../../kinds/index.ts';
import { proxyStatuses, type SyncStatus } from '../../../mesh/index.ts';
import type { KubeObject } from '../../../model/index.ts';
import { create, type Kube, list, remove } from '../../../platform/kube/index.ts';
import { unlessLate, waitFor } from '../../../platform/wait.ts';
import type { Pod } from '../../../verdict/index.ts';

/** Until then, every sidecar goes by a change. */
const SETTLED_MS = 60_000;
/** istiod sends nothing for so long, which is many times what it waits for further changes before it sends one. */
const QUIET_MS = 2_000;
/** The most characters that istiod may say of all proxies. */
const MOST_OUTPUT = 64_000_000;

/**
 * A policy that selects no pod. As it is in the root namespace, istiod sends every sidecar its listeners when it comes,
 * whatever the sidecar sees.
 * istio/istio pilot/pkg/model/sidecar.go, DependsOnConfig.
 */
const marker = {
  apiVersion: 'security.istio.io/v1beta1',
  kind: 'RequestAuthentication',
  metadata: { namespace: 'istio-system', name: 'automtls-settled' },
  spec: { selector: { matchLabels: { 'automtls.dev/nobody': 'true' } } },
} as KubeObject;

/**
 * Waits until sidecars go by what was changed before: until each has accepted what istiod sends for a policy that comes
 * after it, and istiod sends nothing more. An answer that is wrong is asked for again later, so a sidecar that takes too
 * long, or refuses what it is sent, ends the wait and nothing else.
 * @param pods those whose sidecars it is about
 */
export async function settle(
  { kube, signal }: { kube: Kube; signal: AbortSignal },
  { pods, run }: { pods: readonly Pod[]; run: string },
): Promise<void> {
  const names = pods.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  const before = await sentTo(kube, names, signal);
  await create(kube, marker, run);
  try {
    let last = before;
    let since = performance.now();
    const isSettled = async (): Promise<boolean> => {
      const now = await sentTo(kube, names, signal);
      if (JSON.stringify([...now]) !== JSON.stringify([...last])) since = performance.now();
      last = now;
      return names.every((name) => hasCome(before.get(name), now.get(name))) && performance.now() - since >= QUIET_MS;
    };
    const what = 'the sidecars to go by the change';
    await waitFor(isSettled, { what, limitMs: SETTLED_MS, everyMs: 1_000, signal }).catch(unlessLate);
  } finally {
    await unsettle(kube, run);
  }
}

/** Deletes what a wait that was killed may have left. */
export async function unsettle(kube: Kube, run: string): Promise<void> {
  await remove(kube, marker, run);
}

/** Returns what istiod says of proxies, by their names. */
async function sentTo(kube: Kube, names: readonly string[], signal: AbortSignal): Promise<Map<string, SyncStatus>> {
  const istiods = await list<Pod>(kube, typeOf('Pod'), { namespace: 'istio-system', labels: 'app=istiod' });
  const all = await Promise.all(
    istiods.map(({ metadata: { name: pod } }) =>
      proxyStatuses(kube, { namespace: 'istio-system', pod }, { most: MOST_OUTPUT, signal }),
    ),
  );
  const found = new Map(all.flat().map((status) => [status.proxy ?? '', status]));
  return new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name) as SyncStatus]] : [])));
}

/** Returns whether a sidecar was sent listeners anew, and has accepted all that it was sent. */
export function hasCome(before: SyncStatus | undefined, now: SyncStatus | undefined): boolean {
  if (now === undefined || now.listener_sent === before?.listener_sent) return false;
  return (
    now.cluster_acked === now.cluster_sent &&
    now.listener_acked === now.listener_sent &&
    now.route_acked === now.route_sent &&
    now.endpoint_acked === now.endpoint_sent
  );
}
