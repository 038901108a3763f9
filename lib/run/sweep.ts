import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { isHeld, readLease } from '../kube/lease.ts';
import { erase, list } from '../kube/objects.ts';
import { KEEP_LABEL, RUN_LABEL, runOf } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { RUN_LEASE } from './deploy.ts';
import { sweepMesh } from './mesh.ts';
import { timeouts } from './settings.ts';
import { waitFor } from './wait.ts';

const kind = { apiVersion: 'v1', kind: 'Namespace' };

/**
 * Takes away what runs that died have left: their namespaces, and a mesh configuration that they changed.
 * Runs that are alive are left alone, and so are those told to keep theirs, unless `kept` says otherwise.
 * @returns a sentence for each thing that was done
 */
export async function sweep(kube: Kube, options: { istio?: Istio; kept: boolean }): Promise<string[]> {
  const done: string[] = [];
  if (options.istio !== undefined && (await sweepMesh(kube, options.istio))) {
    done.push('the mesh configuration that a dead run had changed is as it was before');
  }
  const namespaces = await list(kube, kind, { labels: RUN_LABEL });
  for (const [run, own] of Map.groupBy(namespaces, runOf)) {
    const kept = own.some(({ metadata }) => metadata.labels?.[KEEP_LABEL] !== undefined);
    if ((kept && !options.kept) || (!kept && (await isAlive(kube, own)))) continue;
    await Promise.all(own.map((namespace) => erase(kube, namespace)));
    const names = own.map(({ metadata }) => metadata.name).join(', ');
    done.push(`run ${run}, ${kept ? 'kept' : 'dead'}: ${names} deleted`);
  }
  return done;
}

/**
 * Waits until no namespace of the run is left.
 * @returns those that still are when the time is up, with what holds each
 */
export async function awaitGone(kube: Kube, run: string): Promise<string[]> {
  let left: KubeObject[] = [];
  await waitFor(async () => {
    left = await list(kube, kind, { labels: `${RUN_LABEL}=${run}` });
    return left.length === 0 ? true : undefined;
  }, timeouts.goneMs);
  return left.map((namespace) => `${namespace.metadata.name} (${holdOf(namespace)})`);
}

async function isAlive(kube: Kube, namespaces: KubeObject[]): Promise<boolean> {
  const leases = await Promise.all(
    namespaces.map(({ metadata }) => readLease(kube, { namespace: metadata.name, name: RUN_LEASE })),
  );
  const held = leases.filter((lease) => lease !== undefined);
  if (held.length > 0) return held.some((lease) => isHeld(lease, Date.now()));
  // A run makes its namespaces a moment before its Lease.
  const youngest = Math.max(...namespaces.map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '')));
  return Date.now() - youngest < timeouts.leaseMs;
}

function holdOf(namespace: KubeObject): string {
  const { status } = namespace as KubeObject & { status?: { conditions?: { status: string; message?: string }[] } };
  const messages = (status?.conditions ?? [])
    .filter((one) => one.status === 'True')
    .map(({ message }) => message ?? '');
  return messages.join('; ') || 'deletion under way';
}
