import { typeOf } from '../kinds/index.ts';
import type { KubeObject } from '../model/index.ts';
import { holderOf, list, RUN_LABEL, RUN_LEASE, readLease, recordedOf, runOf } from '../platform/kube/index.ts';
import { keyOf } from '../verdict/index.ts';
import type { Run } from './run.ts';

/**
 * Returns which other run made each of some objects, by their keys: those that have the label of a run which has recorded
 * its namespaces. The label alone proves nothing, since anybody can set it.
 */
export async function makersOf(
  { kube, id }: Pick<Run, 'kube' | 'id'>,
  objects: readonly KubeObject[],
): Promise<Record<string, string>> {
  const ids = [...new Set(objects.flatMap((object) => runOf(object) ?? []))].filter((other) => other !== id);
  const holders = new Map(
    await Promise.all(ids.map(async (other) => [other, await holderOfRun(kube, other)] as const)),
  );
  return Object.fromEntries(
    objects.flatMap((object) => {
      const run = runOf(object);
      const holder = run === undefined ? undefined : holders.get(run);
      return holder === undefined ? [] : [[keyOf(object), `another run (${run}, ${holder})`]];
    }),
  );
}

/** Returns the other run that made one of these objects, such as `another run (1a2b3c, process 7 on host)`. */
export async function otherRunOf(
  run: Pick<Run, 'kube' | 'id'>,
  objects: KubeObject[] = [],
): Promise<string | undefined> {
  return Object.values(await makersOf(run, objects))[0];
}

async function holderOfRun(kube: Run['kube'], run: string): Promise<string | undefined> {
  const labelled = await list(kube, typeOf('Namespace'), { labels: `${RUN_LABEL}=${run}` });
  const read = labelled.map(({ metadata }) => readLease(kube, { namespace: metadata.name, name: RUN_LEASE }));
  const leases = (await Promise.all(read)).filter((lease) => lease !== undefined);
  const [lease] = recordedOf(labelled, leases).length > 0 ? leases : [];
  return lease && holderOf(lease);
}
