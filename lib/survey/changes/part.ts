import { type KubeObject, nameOf } from '../../model/index.ts';
import { objectsOf, type Pod, type Snapshot } from '../snapshot.ts';
import { controllerName } from './overlay.ts';

/**
 * Returns the snapshot before an edit with only some of the objects that it changes.
 * @param names which, as `Kind namespace/name`
 */
export function partly(before: Snapshot, after: Snapshot, names: ReadonlySet<string>): Snapshot {
  const kinds = new Set([...before.objects.keys(), ...after.objects.keys()]);
  const objects = new Map([...kinds].map((kind) => [kind, partOf(kind, before, after, names)]));
  const applied = after.applied.filter((object) => names.has(nameOf(object)));
  return { ...after, objects, applied };
}

function partOf(kind: string, before: Snapshot, after: Snapshot, names: ReadonlySet<string>): KubeObject[] {
  const isPod = kind === 'Pod' && before.source === 'cluster';
  // With a controller that is applied or deleted its pods go.
  const isMeant = (object: KubeObject): boolean =>
    isPod
      ? names.has(controllerName(object as Pod)) || names.has(`Namespace ${object.metadata.namespace}`)
      : names.has(nameOf(object));
  const kept = objectsOf(before, kind).filter((object) => !isMeant(object));
  return [...kept, ...objectsOf(after, kind).filter(isMeant)];
}
