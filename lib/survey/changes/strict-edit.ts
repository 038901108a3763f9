import { kinds } from '../../kinds/index.ts';
import { formatRelease, type PeerAuthentication, pathOf, versionsOn } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { Snapshot } from '../snapshot.ts';
import { isWide, strictPolicy } from '../strict.ts';
import type { Edit } from './overlay.ts';

/** What stands for all namespaces. */
export const WHOLE_MESH = 'mesh';

/**
 * Returns the edit that makes a namespace STRICT, or the whole mesh: its PeerAuthentication for all workloads is
 * created, or changed. Other policies stay.
 * @throws UsageError if the namespace is not there, or the release has no PeerAuthentication
 */
export function strictEdit({ plane, policies, workloads, services, snapshot }: SurveyedMesh, where: string): Edit {
  const { release, rootNamespace } = plane.mesh;
  if (versionsOn(release, kinds.PeerAuthentication).length === 0) {
    throw new UsageError(
      `--strict: Istio ${formatRelease(release)} has no PeerAuthentication: name a release from 1.5.`,
    );
  }
  const namespaces = new Set([
    ...workloads.map(({ workload }) => workload.namespace),
    ...services.flatMap(({ metadata }) => metadata.namespace ?? []),
  ]);
  if (where !== WHOLE_MESH && !namespaces.has(where)) {
    const some = [...namespaces].sort().slice(0, 8).join(', ');
    throw new UsageError(`--strict: there is no namespace ${where} in ${snapshot.label}. There are ${some}, and mesh.`);
  }
  const namespace = where === WHOLE_MESH ? rootNamespace : where;
  const wide = policies.filter((object) => object.metadata.namespace === namespace && isWide(object));
  // Of several the oldest counts, so that all of them are changed.
  const names = wide.length === 0 ? ['default'] : wide.map(({ metadata }) => metadata.name);
  const objects = names.map((name) => strictPolicy(release, { namespace, name }));
  const apply: Snapshot = {
    source: 'files',
    label: where === WHOLE_MESH ? 'STRICT in the whole mesh' : `STRICT in namespace ${where}`,
    objects: new Map([['PeerAuthentication', objects]]),
    applied: [],
    places: new Map(),
    unread: [],
    leftOut: new Map(),
  };
  return { apply, remove: [] };
}

/**
 * Returns a sentence about policies that stay as they are if a namespace or the whole mesh becomes STRICT, since they are
 * nearer to workloads; none if there are none.
 */
export function nearerPolicies({ plane, policies }: SurveyedMesh, where: string): string[] {
  const isNearer = (object: PeerAuthentication): boolean =>
    where === WHOLE_MESH
      ? object.metadata.namespace !== plane.mesh.rootNamespace
      : object.metadata.namespace === where && !isWide(object);
  const open = policies
    .filter((object): object is PeerAuthentication => object.kind === 'PeerAuthentication')
    .filter(isNearer)
    .map((object) => ({ object, modes: openModes(object) }))
    .filter(({ modes }) => modes.length > 0);
  if (open.length === 0) return [];
  const names = open.map(({ object, modes }) => `${pathOf(object)} (${modes.join(', ')})`);
  return [`nearer to workloads, so it stays what it is: ${new Intl.ListFormat('en').format(names)}`];
}

/** Returns the modes of a policy that are not STRICT, with their ports. */
function openModes({ spec = {} }: PeerAuthentication): string[] {
  const isOpen = (mode = 'UNSET'): boolean => mode === 'PERMISSIVE' || mode === 'DISABLE';
  const { mtls, portLevelMtls = {} } = spec;
  return [
    ...(isOpen(mtls?.mode) ? [`${mtls?.mode}`] : []),
    ...Object.entries(portLevelMtls).flatMap(([port, { mode }]) => (isOpen(mode) ? [`${mode} at port ${port}`] : [])),
  ];
}
