import {
  type DestinationRule,
  type KubeObject,
  nameOf,
  type ObjectChange,
  type Question,
  servicesAsked,
} from '../../../model/index.ts';
import type { RunSetting } from '../../record/looked.ts';
import { type Maker, somebody } from './makers.ts';
import { servicesNamed } from './named.ts';

/** A change by somebody else to a policy or rule. */
export interface ForeignChange extends ObjectChange {
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

/** Compares others' policies and rules at two times, and returns those that were created, changed or deleted. */
export function foreignChanges(
  before: readonly KubeObject[],
  now: readonly KubeObject[],
  maker: Maker = somebody,
): ForeignChange[] {
  const then = new Map(before.map((object) => [nameOf(object), object]));
  const since = new Map(now.map((object) => [nameOf(object), object]));
  return [...new Set([...then.keys(), ...since.keys()])].flatMap((name) => {
    const earlier = then.get(name);
    const later = since.get(name);
    const deed = deedOf(earlier, later);
    if (deed === undefined) return [];
    const by = maker(later ?? earlier);
    return [{ ...(earlier && { before: earlier }), ...(later && { now: later }), object: name, deed, by }];
  });
}

function deedOf(before: KubeObject | undefined, now: KubeObject | undefined): string | undefined {
  if (before === undefined) return 'made';
  if (now === undefined) return 'deleted';
  if (before.metadata.uid !== now.metadata.uid) return 'deleted and made anew';
  return isSameVersion(before, now) ? undefined : 'changed';
}

/** Returns whether two versions of an object want the same; what controllers write into its status does not matter. */
export function isSameVersion(before: KubeObject, now: KubeObject): boolean {
  return before.metadata.generation === now.metadata.generation;
}

/** Returns whether more than the status of an object has changed. */
export function isReal({ before, now }: ObjectChange): boolean {
  return before === undefined || now === undefined || !isSameVersion(before, now);
}

/**
 * Returns whether it can affect the run's requests, or those of one question. Rules for other hosts and policies in other
 * namespaces cannot.
 */
export function canAct(
  { namespaces, mesh, topology }: Pick<RunSetting, 'namespaces' | 'mesh' | 'topology'>,
  object: KubeObject,
  question?: Question,
): boolean {
  const { namespace } = object.metadata;
  const hosts = hostsOf(object);
  if (hosts !== undefined) {
    const named = servicesNamed(hosts, namespace ?? 'default', topology.services);
    if (question === undefined) return named.length > 0;
    return servicesAsked(topology, question.server).some((service) => named.includes(service));
  }
  const concerned =
    question === undefined ? Object.values(namespaces) : [question.client.namespace, question.server.namespace];
  return namespace === undefined || [...concerned, mesh.rootNamespace].includes(namespace);
}

/** Returns the hosts that an object is for; undefined for kinds that are for a namespace. */
function hostsOf(object: KubeObject): string[] | undefined {
  if (object.kind === 'DestinationRule') return [(object as DestinationRule).spec.host];
  if (object.kind !== 'ServiceEntry') return undefined;
  return (object as KubeObject & { spec?: { hosts?: string[] } }).spec?.hosts ?? [];
}
