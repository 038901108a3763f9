import { apply, remove } from '../kube/objects.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import { waitFor } from '../wait.ts';
import { switchAutoMtls } from './mesh.ts';
import type { Run } from './run.ts';
import { additions, differences } from './stored.ts';
import type { Ages } from './suite.ts';

/**
 * Applies what is wanted and removes what is not, both at once, so that the step is one change.
 * @returns whether there was anything to change, and a sentence for all that the API server stored otherwise than it was applied
 * @throws UsageError where the cluster refuses an object
 */
export async function applyStep(
  run: Run,
  wanted: KubeObject[],
  autoMtls: boolean,
  ages?: Ages,
): Promise<{ changed: boolean; altered: string[] }> {
  const before = run.autoMtls;
  const names = new Set(wanted.map(nameOf));
  const surplus = run.applied.filter((object) => !names.has(nameOf(object)));
  if (autoMtls !== run.autoMtls) {
    await switchAutoMtls(run, autoMtls);
    run.autoMtls = autoMtls;
  }
  // Where a call fails any of these may be applied: the next step removes what it does not want, and meets no late call.
  const previous = run.applied;
  run.applied = [...wanted, ...surplus];
  const applied = applyAged(run, wanted, ages);
  const removed = surplus.map((object) => remove(run.kube, object, run.id));
  await Promise.allSettled([applied, ...removed]);
  await Promise.all(removed);
  const stored = await applied;
  run.applied = wanted.map((object, at) => aged(object, stored[at]));
  return {
    changed: before !== autoMtls || !sameObjects(previous, run.applied),
    altered: wanted.flatMap((object, at) => {
      const there = stored[at] as KubeObject;
      return [...differences(object, there), ...additions(object, there)].map(
        (how) => `something changed ${nameOf(object)} on its way into the API server: ${how}`,
      );
    }),
  };
}

/** Applies all at once, or so that their ages to each other are as the step wants them: an object's age is a whole second. */
async function applyAged(run: Run, wanted: KubeObject[], ages: Ages | undefined): Promise<KubeObject[]> {
  if (ages === undefined) return applyAll(run, wanted);
  const groups = ages === 'same-second' ? [wanted] : wanted.map((object) => [object]);
  const stored: KubeObject[] = [];
  for (const group of groups) {
    const last = stored.at(-1);
    const made = await waitFor(
      async () => {
        const some = await applyAll(run, group);
        const seconds = new Set(some.map(({ metadata }) => metadata.creationTimestamp));
        if (seconds.size === 1 && !seconds.has(last?.metadata.creationTimestamp ?? '')) return some;
        await Promise.all(group.map((object) => remove(run.kube, object, run.id)));
        return undefined;
      },
      { what: `objects that were made ${ages}`, limitMs: run.limits.apiCallMs, signal: run.signal },
    );
    stored.push(...made);
  }
  return stored;
}

async function applyAll({ kube, id }: Run, objects: KubeObject[]): Promise<KubeObject[]> {
  const applied = objects.map((object) => apply(kube, object, id));
  // Where one is refused, the others must be there or not before anything else happens.
  await Promise.allSettled(applied);
  return Promise.all(applied);
}

/** Removes what the run has applied outside of its namespaces, which does not go with them. */
export async function removeOutside({ kube, id, namespaces, applied }: Run): Promise<void> {
  const own = Object.values(namespaces);
  const outside = applied.filter(({ metadata }) => !own.includes(metadata.namespace ?? ''));
  await Promise.all(outside.map((object) => remove(kube, object, id)));
}

/**
 * What the step wants, with the age that the API server gave it, on which precedence hangs. The rest of what is stored is
 * not believed: where something on the way changes a policy, the answers must show it, not the expectation hide it.
 */
function aged(wanted: KubeObject, stored: KubeObject | undefined): KubeObject {
  const { creationTimestamp, uid, generation } = stored?.metadata ?? {};
  const given = Object.entries({ creationTimestamp, uid, generation }).filter(([, value]) => value !== undefined);
  return { ...wanted, metadata: { ...wanted.metadata, ...Object.fromEntries(given) } };
}

/** Applying again what is there already changes nothing: the API server counts no new generation. */
function sameObjects(before: KubeObject[], now: KubeObject[]): boolean {
  const versions = (objects: KubeObject[]) =>
    objects.map(({ metadata: { uid, generation } }) => `${uid} ${generation}`).sort();
  return before.length === now.length && versions(before).join() === versions(now).join();
}
