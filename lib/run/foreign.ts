import { nameOf } from '../model/name.ts';
import type { DestinationRule, KubeObject } from '../model/types.ts';
import { servicesNamed } from './named.ts';
import type { Run } from './run.ts';

/** What somebody else did to a policy or rule. */
export interface ForeignChange {
  /** Absent where it was made. */
  before?: KubeObject;
  /** Absent where it was deleted. */
  now?: KubeObject;
  /** Such as `DestinationRule default/x was made by somebody else during the run`. */
  text: string;
}

/**
 * Returns what the run did not make, by uid: its label can be put on by anybody. Only where an apply failed, so that the
 * uid is not known, its name must do.
 */
export function foreignAmong(policies: KubeObject[], applied: KubeObject[]): KubeObject[] {
  const uids = new Set(applied.map(({ metadata }) => metadata.uid));
  const unsure = new Set(applied.filter(({ metadata }) => metadata.uid === undefined).map(nameOf));
  return policies.filter((object) => !uids.has(object.metadata.uid) && !unsure.has(nameOf(object)));
}

/** Returns what was made, changed or deleted between two looks at the policies and rules of others. */
export function foreignChanges(before: KubeObject[], now: KubeObject[]): ForeignChange[] {
  const [then, since] = [before, now].map((all) => new Map(all.map((object) => [nameOf(object), object])));
  const names = new Set([...(then?.keys() ?? []), ...(since?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [one, other] = [then?.get(name), since?.get(name)];
    const deed = deedOf(one, other);
    if (deed === undefined) return [];
    const text = `${name} was ${deed} by somebody else during the run`;
    return [{ ...(one && { before: one }), ...(other && { now: other }), text }];
  });
}

function deedOf(before: KubeObject | undefined, now: KubeObject | undefined): string | undefined {
  if (before === undefined) return 'made';
  if (now === undefined) return 'deleted';
  if (before.metadata.uid !== now.metadata.uid) return 'deleted and made anew';
  return before.metadata.generation === now.metadata.generation ? undefined : 'changed';
}

/** Whether it can act on the run's requests: rules come and go that name other hosts, and policies of other namespaces. */
export function canAct(
  { namespaces, istio, topology }: Pick<Run, 'namespaces' | 'istio' | 'topology'>,
  object: KubeObject,
): boolean {
  const { namespace } = object.metadata;
  if (object.kind === 'DestinationRule') {
    const { spec } = object as DestinationRule;
    return servicesNamed([spec.host], namespace ?? 'default', topology.services).length > 0;
  }
  return namespace === undefined || [...Object.values(namespaces), istio.mesh.rootNamespace].includes(namespace);
}
