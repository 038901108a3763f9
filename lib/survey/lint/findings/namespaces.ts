import { closestMatch } from 'leven';
import { meshKinds } from '../../../kinds/index.ts';
import { namespaceOf, objectsOf, type Snapshot } from '../../snapshot.ts';
import { type SurveyContext, subjectOf } from '../context.ts';
import type { Check, CheckGroup } from '../finding.ts';

const unknownNamespace: Check = {
  code: 'namespace-unknown',
  severity: 'warning',
  meaning:
    'Manifests with namespaces have none of the name that an object is in, and one of nearly that name: it is misspelt, and the object acts on nothing.',
  remedy: 'Correct the namespace of the object.',
  find: (context) => {
    const { mesh } = context;
    // Manifests need not have all of a mesh: what is in a namespace of another name is likely there.
    const known = objectsOf(mesh.snapshot, 'Namespace').map(({ metadata }) => metadata.name);
    if (mesh.snapshot.source === 'cluster' || known.length === 0) return [];
    const there = new Set([...known, ...alwaysThere(context), ...namespacesInUse(mesh.snapshot)]);
    return mesh.policies
      .filter(({ metadata }) => metadata.namespace !== undefined && !there.has(metadata.namespace))
      .flatMap((object) => {
        const name = namespaceOf(object);
        const meant = meantBy(name, known);
        if (meant === undefined) return [];
        const reason = `No manifest has a namespace ${name}, nor anything in it that runs there; there is ${meant}.`;
        return [{ subject: subjectOf(object), reason, pairs: [] }];
      });
  },
};

function alwaysThere({ mesh }: SurveyContext): string[] {
  return ['default', mesh.plane.mesh.rootNamespace];
}

/** Returns the namespaces in which manifests have more than what configures a mesh. */
function namespacesInUse({ objects }: Snapshot): string[] {
  const ofMesh = new Set(meshKinds.map(({ kind }) => kind));
  return [...objects].flatMap(([kind, all]) => (ofMesh.has(kind) || kind === 'Namespace' ? [] : all.map(namespaceOf)));
}

/** Returns the namespace that a name is misspelt for; undefined if it may be of another. */
function meantBy(name: string, known: readonly string[]): string | undefined {
  const others = known.filter((one) => stemOf(one) !== stemOf(name));
  return closestMatch(name, others, { maxDistance: name.length > 4 ? 2 : 1 });
}

/** Names that differ in a number or in a short last part are of a row, such as `team-a` and `team-b`. */
function stemOf(name: string): string {
  return name.replace(/(-[a-z0-9]{1,3}|\d+)$/, '');
}

export const namespaces: CheckGroup = { title: 'Namespaces', checks: [unknownNamespace] };
