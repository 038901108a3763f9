import { type Run, switchAutoMtls } from '../mesh/index.ts';
import { type KubeObject, nameOf } from '../model/index.ts';
import { apply, remove } from '../platform/kube/index.ts';
import { waitFor } from '../platform/wait.ts';
import type { Ages } from '../scenario/index.ts';
import { additions, differences, type Looked } from '../verdict/index.ts';

/**
 * Applies the wanted objects and removes the run's other ones, in parallel, so that the step is one change.
 * @returns whether anything changed, and each difference between what was applied and what the API server stored
 * @throws UsageError if the cluster refuses an object
 */
export async function applyStep(
  run: Run,
  wanted: KubeObject[],
  autoMtls: boolean,
  ages?: Ages,
): Promise<{ changed: boolean; altered: Looked['altered'] }> {
  const { mesh } = run;
  const before = mesh.autoMtls;
  const names = new Set(wanted.map(nameOf));
  const surplus = mesh.applied.filter((object) => !names.has(nameOf(object)));
  if (autoMtls !== before) {
    await switchAutoMtls(run, autoMtls);
    mesh.autoMtls = autoMtls;
  }
  // If a call fails, any of these may be stored, and the next step removes what it does not want. Waiting for all calls
  // ensures that none of them takes effect during that step.
  const previous = mesh.applied;
  mesh.applied = [...wanted, ...surplus];
  const applied = applyAged(run, wanted, ages);
  const removed = surplus.map((object) => remove(run.kube, object, run.id));
  await Promise.allSettled([applied, ...removed]);
  await Promise.all(removed);
  const stored = await applied;
  mesh.applied = stored.map(({ object, there }) => aged(object, there));
  return {
    changed: before !== autoMtls || !sameObjects(previous, mesh.applied),
    altered: stored.flatMap(({ object, there }) => {
      const changes = [...differences(object, there), ...additions(object, there)];
      return changes.map((change) => ({ object: nameOf(object), change }));
    }),
  };
}

/** An object as it is wanted, and as the API server stored it. */
interface Applied {
  object: KubeObject;
  there: KubeObject;
}

/** Applies all objects in parallel, or so that they get the relative ages that the step needs, in whole seconds. */
async function applyAged(run: Run, wanted: KubeObject[], ages: Ages | undefined): Promise<Applied[]> {
  if (ages === undefined) return applyAll(run, wanted);
  const groups = ages === 'same-second' ? [wanted] : wanted.map((object) => [object]);
  const stored: Applied[] = [];
  for (const group of groups) {
    const last = stored.at(-1)?.there;
    const made = await waitFor(
      async () => {
        const some = await applyAll(run, group);
        const seconds = [...new Set(some.map(({ there }) => secondOf(there)))];
        if (seconds.length === 1 && seconds.every((second) => second > secondOf(last))) return some;
        await Promise.all(group.map((object) => remove(run.kube, object, run.id)));
        return undefined;
      },
      { what: `objects that were made ${ages}`, limitMs: run.limits.apiCallMs, signal: run.signal },
    );
    stored.push(...made);
  }
  return stored;
}

/** Returns the second in which an object was made, such that later ones compare as greater. */
function secondOf(object: KubeObject | undefined): string {
  return object?.metadata.creationTimestamp ?? '';
}

async function applyAll({ kube, id, mesh }: Run, objects: KubeObject[]): Promise<Applied[]> {
  const applied = objects.map(async (object) => {
    const there = await apply(kube, object, id);
    if (there.metadata.uid !== undefined) mesh.appliedUids.add(there.metadata.uid);
    return { object, there };
  });
  // If one is refused, the calls for the others must still end before anything else happens.
  await Promise.allSettled(applied);
  return Promise.all(applied);
}

/** Removes what the run has applied outside its namespaces, because deleting these does not remove it. */
export async function removeOutside({
  kube,
  id,
  namespaces,
  mesh,
}: Pick<Run, 'kube' | 'id' | 'namespaces' | 'mesh'>): Promise<void> {
  const namespacesOfRun = Object.values(namespaces);
  const outside = mesh.applied.filter(({ metadata }) => !namespacesOfRun.includes(metadata.namespace ?? ''));
  await Promise.all(outside.map((object) => remove(kube, object, id)));
}

/**
 * Returns the wanted object with the age from the API server, because precedence depends on it. Ignores what else is
 * stored: if something on the way changes a policy, the answers must reveal it, and the expectation must not hide it.
 */
function aged(wanted: KubeObject, stored: KubeObject): KubeObject {
  const { creationTimestamp, uid, generation } = stored.metadata;
  const given = Object.entries({ creationTimestamp, uid, generation }).filter(([, value]) => value !== undefined);
  return { ...wanted, metadata: { ...wanted.metadata, ...Object.fromEntries(given) } };
}

/** Returns whether nothing changed: applying an identical object again does not increase its generation. */
function sameObjects(before: KubeObject[], now: KubeObject[]): boolean {
  const versions = (objects: KubeObject[]) =>
    objects.map(({ metadata: { uid, generation } }) => `${uid} ${generation}`).sort();
  return before.length === now.length && versions(before).join() === versions(now).join();
}
