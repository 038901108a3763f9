import { typeOf } from '../kinds/table.ts';
import { holderOf, readLease } from '../kube/lease.ts';
import { list } from '../kube/objects.ts';
import { RUN_LABEL, recordedOf, runOf } from '../kube/ownership.ts';
import type { KubeObject } from '../model/types.ts';
import { RUN_LEASE } from './deploy.ts';
import { type Maker, somebody } from './foreign.ts';
import type { Run } from './run.ts';

/**
 * Returns who made some objects: another run, if they have the label of one that has recorded its namespaces, or
 * somebody else. The label alone proves nothing, since anybody can set it.
 */
export async function makerOf({ kube, id }: Pick<Run, 'kube' | 'id'>, objects: KubeObject[]): Promise<Maker> {
  const ids = [...new Set(objects.flatMap((object) => runOf(object) ?? []))].filter((other) => other !== id);
  const found = await Promise.all(ids.map(async (other) => [other, await holderOfRun(kube, other)] as const));
  const holders = new Map(found);
  return (object) => {
    const run = object && runOf(object);
    const holder = run === undefined ? undefined : holders.get(run);
    return holder === undefined ? somebody() : `another run (${run}, ${holder})`;
  };
}

/** Returns the other run that made one of these objects, such as `another run (1a2b3c, process 7 on host)`. */
export async function otherRunOf(
  run: Pick<Run, 'kube' | 'id'>,
  objects: KubeObject[] = [],
): Promise<string | undefined> {
  const maker = await makerOf(run, objects);
  return objects.map((object) => maker(object)).find((who) => who !== somebody());
}

async function holderOfRun(kube: Run['kube'], run: string): Promise<string | undefined> {
  const labelled = await list(kube, typeOf('Namespace'), { labels: `${RUN_LABEL}=${run}` });
  const read = labelled.map(({ metadata }) => readLease(kube, { namespace: metadata.name, name: RUN_LEASE }));
  const leases = (await Promise.all(read)).filter((lease) => lease !== undefined);
  const [lease] = recordedOf(labelled, leases).length > 0 ? leases : [];
  return lease && holderOf(lease);
}
