import { aliasTarget, serviceNamed } from '../model/endpoints.ts';
import { nameOf } from '../model/name.ts';
import type { DestinationRule, KubeObject, Question } from '../model/types.ts';
import { servicesNamed } from './named.ts';
import type { Run } from './run.ts';

/** A change by somebody else to a policy or rule. */
export interface ForeignChange {
  /** Absent if the object was created. */
  before?: KubeObject;
  /** Absent if the object was deleted. */
  now?: KubeObject;
  object: string;
  /** Such as `made` or `deleted and made anew`. */
  deed: string;
  by: string;
}

/**
 * Returns the objects that the run did not create. Compares uids, since anybody can set the run's label; only if an
 * apply failed and the uid is therefore unknown, compares names.
 */
export function foreignAmong(policies: KubeObject[], applied: KubeObject[]): KubeObject[] {
  const uids = new Set(applied.map(({ metadata }) => metadata.uid));
  const unsure = new Set(applied.filter(({ metadata }) => metadata.uid === undefined).map(nameOf));
  return policies.filter((object) => !uids.has(object.metadata.uid) && !unsure.has(nameOf(object)));
}

/** Returns who made an object, in a few words. */
export type Maker = (object?: KubeObject) => string;

/** The usual answer. */
export const somebody: Maker = () => 'somebody else';

/** Compares others' policies and rules at two times, and returns those that were created, changed or deleted. */
export function foreignChanges(before: KubeObject[], now: KubeObject[], maker: Maker = somebody): ForeignChange[] {
  const [then, since] = [before, now].map((all) => new Map(all.map((object) => [nameOf(object), object])));
  const names = new Set([...(then?.keys() ?? []), ...(since?.keys() ?? [])]);
  return [...names].flatMap((name) => {
    const [one, other] = [then?.get(name), since?.get(name)];
    const deed = deedOf(one, other);
    if (deed === undefined) return [];
    const by = maker(other ?? one);
    return [{ ...(one && { before: one }), ...(other && { now: other }), object: name, deed, by }];
  });
}

function deedOf(before: KubeObject | undefined, now: KubeObject | undefined): string | undefined {
  if (before === undefined) return 'made';
  if (now === undefined) return 'deleted';
  if (before.metadata.uid !== now.metadata.uid) return 'deleted and made anew';
  return before.metadata.generation === now.metadata.generation ? undefined : 'changed';
}

/**
 * Returns whether it can affect the run's requests, or those of one question. Rules for other hosts and policies in other
 * namespaces cannot.
 */
export function canAct(
  { namespaces, istio, topology }: Pick<Run, 'namespaces' | 'istio' | 'topology'>,
  object: KubeObject,
  question?: Question,
): boolean {
  const { namespace } = object.metadata;
  const hosts = hostsOf(object);
  if (hosts !== undefined) {
    const named = servicesNamed(hosts, namespace ?? 'default', topology.services);
    if (question === undefined) return named.length > 0;
    const asked = serviceNamed(topology.services, question.server);
    return asked !== undefined && [asked, aliasTarget(topology, asked)].some((one) => named.includes(one));
  }
  const own =
    question === undefined ? Object.values(namespaces) : [question.client.namespace, question.server.namespace];
  return namespace === undefined || [...own, istio.mesh.rootNamespace].includes(namespace);
}

/** Returns the hosts that an object is for; undefined for kinds that are for a namespace. */
function hostsOf(object: KubeObject): string[] | undefined {
  if (object.kind === 'DestinationRule') return [(object as DestinationRule).spec.host];
  if (object.kind !== 'ServiceEntry') return undefined;
  return (object as KubeObject & { spec?: { hosts?: string[] } }).spec?.hosts ?? [];
}
