import { typeOf } from '../kinds/index.ts';
import type { Run } from '../mesh/index.ts';
import type { KubeObject } from '../model/index.ts';
import {
  deleteByUid,
  isHeld,
  KEEP_LABEL,
  type Kube,
  type Lease,
  list,
  RUN_LABEL,
  RUN_LEASE,
  read,
  readLease,
  recordedOf,
  runOf,
} from '../platform/kube/index.ts';
import type { OnProgress } from '../platform/progress.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';

const kind = typeOf('Namespace');

/** The namespaces that a sweep found. */
export interface Swept {
  /** Namespaces that the sweep is deleting, by the run that created them. */
  deleted: { run: string; kept: boolean; namespaces: KubeObject[] }[];
  /** Namespaces with a run's label that were already being deleted. */
  terminating: KubeObject[];
  /** Namespaces with a run's label, but without a record that a run created them. The sweep leaves them alone. */
  unrecorded: KubeObject[];
}

/**
 * Deletes the namespaces that dead runs left, but only those whose uid is in the run's own record. Leaves live runs
 * alone. Deletes the namespaces of kept runs only if `kept` is set.
 */
export async function sweep(kube: Kube, { kept }: { kept: boolean }): Promise<Swept> {
  const swept: Swept = { deleted: [], terminating: [], unrecorded: [] };
  const labelled = await list(kube, kind, { labels: RUN_LABEL });
  for (const [run, all] of Map.groupBy(labelled, runOf)) {
    const leases = await leasesIn(kube, all);
    const recorded = recordedOf(all, leases);
    const rest = all.filter((namespace) => !recorded.includes(namespace));
    swept.terminating.push(...rest.filter(isTerminating));
    swept.unrecorded.push(...rest.filter((namespace) => !isTerminating(namespace)));
    const isKept = recorded.some(({ metadata }) => metadata.labels?.[KEEP_LABEL] !== undefined);
    const isAlive = leases.some((lease) => isHeld(lease, Date.now()));
    if (recorded.length === 0 || (isKept ? !kept : isAlive)) continue;
    const isHome = ({ metadata }: KubeObject): boolean =>
      leases.some((lease) => lease.metadata.namespace === metadata.name);
    await deleteInOrder(
      kube,
      recorded.filter(isHome),
      recorded.filter((namespace) => !isHome(namespace)),
    );
    swept.deleted.push({ run: run as string, kept: isKept, namespaces: recorded });
  }
  return swept;
}

/**
 * Deletes objects by their uid. The namespaces that hold the record come last, so that an interruption leaves nothing
 * without a record.
 */
export async function deleteInOrder(kube: Kube, homes: KubeObject[], others: KubeObject[]): Promise<void> {
  await Promise.all(others.map((object) => deleteByUid(kube, object)));
  await Promise.all(homes.map((object) => deleteByUid(kube, object)));
}

/** Describes a run's swept namespaces for messages. */
export function sweptWords({ run, kept, namespaces }: Swept['deleted'][number]): string {
  return `run ${run}, ${kept ? 'kept' : 'dead'}: ${namespaces.map(({ metadata }) => metadata.name).join(', ')}`;
}

/**
 * Waits until none of the namespaces is left.
 * @param limitMs the run's `goneMs`
 * @returns those that still exist when the time is up
 */
export async function awaitGone(
  kube: Kube,
  namespaces: KubeObject[],
  limitMs: number,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: OnProgress } = {},
): Promise<KubeObject[]> {
  if (namespaces.length === 0) return [];
  let left: KubeObject[] = [];
  await waitFor(
    async () => {
      const there = await Promise.all(
        namespaces.map(async (namespace) => {
          const now = await read(kube, namespace);
          return now?.metadata.uid === namespace.metadata.uid ? now : undefined;
        }),
      );
      left = there.filter((namespace) => namespace !== undefined);
      const [done, total] = [namespaces.length - left.length, namespaces.length];
      onProgress?.({ phase: 'teardown', done, total, detail: 'namespaces gone' });
      return left.length === 0;
    },
    { what: 'the namespaces to go', limitMs, signal },
  ).catch(unlessLate);
  return left;
}

/**
 * Returns the names of namespaces with the run's label that it is not known to have created. The `doubtful` ones have
 * the run's names: a call whose answer was lost may have created them. The `others` have other names.
 */
export async function unrecordedOf({
  kube,
  id,
  mesh,
  namespaces,
}: Pick<Run, 'kube' | 'id' | 'mesh' | 'namespaces'>): Promise<{ doubtful: string[]; others: string[] }> {
  const labelled = await list(kube, kind, { labels: `${RUN_LABEL}=${id}` });
  const known = new Set(mesh.ownNamespaces.map(({ metadata }) => metadata.uid));
  const names = labelled.filter(({ metadata }) => !known.has(metadata.uid)).map(({ metadata }) => metadata.name);
  const namespacesOfRun = Object.values(namespaces);
  return {
    doubtful: names.filter((name) => namespacesOfRun.includes(name)),
    others: names.filter((name) => !namespacesOfRun.includes(name)),
  };
}

async function leasesIn(kube: Kube, namespaces: KubeObject[]): Promise<Lease[]> {
  const leases = await Promise.all(
    namespaces.map(({ metadata }) => readLease(kube, { namespace: metadata.name, name: RUN_LEASE })),
  );
  return leases.filter((lease) => lease !== undefined);
}

function isTerminating({ metadata }: KubeObject): boolean {
  return (metadata as { deletionTimestamp?: string }).deletionTimestamp !== undefined;
}

/** Describes a namespace that still exists: its name, and what blocks its deletion. */
export function leftWords(namespace: KubeObject): string {
  const { status } = namespace as KubeObject & { status?: { conditions?: { status: string; message?: string }[] } };
  const messages = (status?.conditions ?? [])
    .filter((condition) => condition.status === 'True')
    .map(({ message }) => message ?? '');
  return `${namespace.metadata.name} (${messages.join('; ') || 'deletion under way'})`;
}
