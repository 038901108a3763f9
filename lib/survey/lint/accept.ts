import { type KubeObject, nameOf } from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { ACCEPT } from '../read/trim.ts';
import { workloadSubject } from './context.ts';

/** Returns the codes that each object accepts, by its name; a workload's are those of its pods, too. */
export function acceptedIn({ snapshot, workloads }: SurveyedMesh): ReadonlyMap<string, readonly string[]> {
  const ofObjects = [...snapshot.objects.values()]
    .flat()
    .filter(({ kind }) => kind !== 'Pod' || snapshot.source === 'files')
    .map((object: KubeObject) => ({ name: nameOf(object), text: object.metadata.annotations?.[ACCEPT] }));
  const ofPods = workloads.map((one) => ({ name: workloadSubject(one).name, text: one.annotations[ACCEPT] }));
  const byName = Map.groupBy(
    [...ofObjects, ...ofPods].filter(({ text }) => text !== undefined),
    ({ name }) => name,
  );
  return new Map([...byName].map(([name, all]) => [name, [...new Set(all.flatMap(({ text = '' }) => codesIn(text)))]]));
}

function codesIn(text: string): string[] {
  return text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '');
}
