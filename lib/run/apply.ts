import { apply, remove } from '../kube/objects.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import { switchAutoMtls } from './mesh.ts';
import type { Run } from './run.ts';
import { additions, differences } from './stored.ts';

/**
 * Applies what is wanted and removes what is not, both at once, so that the step is one change.
 * @returns whether there was anything to change, and a sentence for all that the API server stored otherwise than it was applied
 * @throws UsageError where the cluster refuses an object
 */
export async function applyStep(
  run: Run,
  wanted: KubeObject[],
  autoMtls: boolean,
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
  const applied = wanted.map((object) => apply(run.kube, object, run.id));
  const removed = surplus.map((object) => remove(run.kube, object, run.id));
  await Promise.allSettled([...applied, ...removed]);
  await Promise.all(removed);
  const stored = await Promise.all(applied);
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
