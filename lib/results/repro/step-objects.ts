import { type KubeObject, nameOf } from '../../model/index.ts';
import { labelled, manifest } from './manifest.ts';
import type { Reproduction } from './reproduction.ts';

// The parts of a script that are about the step's objects: creating them, and removing those outside of its namespaces.

/** Returns the commands that create the step's objects, with the relative ages that the step needs. */
export function creation(reproduction: Reproduction): string {
  const { policies, ages } = reproduction;
  const wide = outside(reproduction);
  const objects = policies.map((object) => (ages !== undefined || wide.includes(object) ? labelled(object) : object));
  if (objects.length === 0) return '';
  const create = (some: KubeObject[]): string => `kubectl "$@" create -f - >&2 <<EOF || exit 2\n${manifest(some)}EOF\n`;
  if (ages === 'in-order') {
    return `\n# The older one decides, and ages are whole seconds.\n${objects.map((one) => create([one])).join('sleep 1\n')}`;
  }
  return `\n${create(objects)}${ages === 'same-second' ? sameSecond(objects) : ''}`;
}

function sameSecond(objects: KubeObject[]): string {
  const times = `-o jsonpath='{range .items[*]}{.metadata.creationTimestamp}{"\\n"}{end}'`;
  return `
# Their names decide only if they are of the same second.
seconds=$(kubectl "$@" get ${kindsOf(objects)} --all-namespaces -l "$label" ${times} | sort -u | wc -l)
[ "$seconds" -eq 1 ] || { echo 'The objects are not of the same second: run it again.' >&2; exit 2; }
`;
}

/** Returns the commands that ask for consent if the step has objects that act on the whole mesh. */
export function consent(reproduction: Reproduction): string {
  const names = outside(reproduction).map(nameOf).join(', ');
  if (names === '') return '';
  return `
if [ "\${MESH_WIDE-}" != yes ]; then
  echo "It would create ${names}, which acts on the whole mesh until it ends: MESH_WIDE=yes sh $0 allows it." >&2
  exit 2
fi
`;
}

/** Returns the commands that remove what the script has created, by its label. */
export function removal(reproduction: Reproduction): string {
  const places = Map.groupBy(outside(reproduction), ({ metadata }) => metadata.namespace);
  const wide = [...places].map(([namespace, objects]) => {
    const where = namespace === undefined ? '' : ` -n ${namespace}`;
    return `kubectl "$@" delete ${kindsOf(objects)}${where} -l "$label" >&2`;
  });
  return [...wide, 'kubectl "$@" delete namespace -l "$label" >&2'].join('; ');
}

/** Returns the policies that are not in a namespace of the script's own. */
function outside({ workloads, policies }: Reproduction): KubeObject[] {
  const own = workloads.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  return policies.filter(({ metadata }) => !own.includes(metadata.namespace ?? ''));
}

/** Returns the kinds of objects as kubectl takes them. */
function kindsOf(objects: KubeObject[]): string {
  const kinds = objects.map(({ apiVersion, kind }) => `${kind.toLowerCase()}.${apiVersion.split('/')[0]}`);
  return [...new Set(kinds)].join(',');
}
