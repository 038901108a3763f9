import { PatchStrategy, type V1Status } from '@kubernetes/client-node';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import { nameOf } from '../model/name.ts';
import type { KubeObject } from '../model/types.ts';
import type { Kube } from './connect.ts';
import { MANAGER, owned, runOf } from './ownership.ts';
import { codeOf, refusalOf } from './refusal.ts';
import { within } from './within.ts';

type Header = Parameters<Kube['objects']['read']>[0];
type Stored = Parameters<Kube['objects']['create']>[0];

/**
 * Creates the object, or changes the one of that name, as the run's own. Returns it as the API server stored it.
 * @throws UsageError where an object of that name is not this run's, or the API server refuses this one.
 */
export async function apply(kube: Kube, object: KubeObject, run: string): Promise<KubeObject> {
  const found = await read(kube, object);
  if (found !== undefined && runOf(found) !== run) {
    throw new UsageError(
      `${nameOf(object)} already exists and does not belong to this run, so it is not changed. Remove or rename it, or use another cluster.`,
    );
  }
  return patch(kube, owned(object, run));
}

/**
 * Creates an object that must not be there yet; cheaper than apply, and no race can make it change another's.
 * @throws UsageError where one of that name is there, or the API server refuses this one.
 */
export async function create(kube: Kube, object: KubeObject, run: string): Promise<KubeObject> {
  try {
    const made = kube.objects.create(owned(object, run) as unknown as Stored, undefined, undefined, MANAGER);
    return plain(await answered(kube, made, nameOf(object)));
  } catch (error) {
    if (codeOf(error) === 409) {
      throw new UsageError(`${nameOf(object)} already exists and does not belong to this run, so it is not changed.`);
    }
    throw refusalOf(kube.label, `refuses ${nameOf(object)}`, error);
  }
}

/** Server-side apply of just the fields that the object states; whose it is, the caller has made sure of. */
export async function patch(kube: Kube, object: KubeObject): Promise<KubeObject> {
  return patched(kube, object, PatchStrategy.ServerSideApply, `refuses ${nameOf(object)}`);
}

/**
 * Changes just the given fields of an object, by JSON merge patch. With a uid or a resourceVersion only that very object,
 * or that very state of it, is changed.
 * @throws ConflictError where somebody else has changed it since
 */
export async function mergePatch(kube: Kube, object: KubeObject & Record<string, unknown>): Promise<KubeObject> {
  return patched(kube, object, PatchStrategy.MergePatch, `refuses a change of ${nameOf(object)}`);
}

async function patched(kube: Kube, object: KubeObject, how: PatchStrategy, refusal: string): Promise<KubeObject> {
  // Only applying knows of conflicts, and of taking a field over.
  const force = how === PatchStrategy.ServerSideApply ? true : undefined;
  try {
    const changed = kube.objects.patch(object as unknown as Stored, undefined, undefined, MANAGER, force, how);
    return plain(await answered(kube, changed, nameOf(object)));
  } catch (error) {
    throw refusalOf(kube.label, refusal, error);
  }
}

/** Returns the object as the API server has it, or undefined where there is none. */
export async function read(kube: Kube, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return plain(await answered(kube, kube.objects.read(object as Header), nameOf(object)));
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
    throw refusalOf(kube.label, `does not show ${nameOf(object)}`, error);
  }
}

/** Returns the objects of a kind, of one namespace or all, chosen by labels; none where the kind is not served. */
export async function list<T extends KubeObject>(
  kube: Kube,
  kind: { apiVersion: string; kind: string },
  where: { namespace?: string; labels?: string } = {},
): Promise<T[]> {
  try {
    const listed = kube.objects.list(
      kind.apiVersion,
      kind.kind,
      where.namespace,
      undefined,
      undefined,
      undefined,
      undefined,
      where.labels,
    );
    const found = await answered(kube, listed, kind.kind);
    return found.items.map((item) => ({ ...plain(item), ...kind }) as T);
  } catch (error) {
    if (codeOf(error) === 404 || isUnserved(error)) return [];
    throw refusalOf(kube.label, `does not list ${kind.kind}`, error);
  }
}

/**
 * Deletes the object if it is there and carries the run's label. Returns whether it was there.
 * @throws UsageError where it is not the run's.
 */
export async function remove(kube: Kube, object: KubeObject, run: string): Promise<boolean> {
  const found = await read(kube, object);
  if (found === undefined) return false;
  if (runOf(found) !== run)
    throw new UsageError(`${nameOf(object)} does not belong to this run, so it is not deleted.`);
  return deleteByUid(kube, found);
}

/** Deletes an object known by its uid, so that no other of the same name can be hit. Returns whether it was there. */
export async function deleteByUid(kube: Kube, object: KubeObject): Promise<boolean> {
  const { uid } = object.metadata as KubeObject['metadata'] & { uid?: string };
  const options = { propagationPolicy: 'Background', ...(uid === undefined ? {} : { preconditions: { uid } }) };
  try {
    const gone = kube.objects.delete(
      object as unknown as Stored,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      options,
    ) as Promise<V1Status>;
    await answered(kube, gone, nameOf(object));
    return true;
  } catch (error) {
    if (codeOf(error) === 404 || codeOf(error) === 409) return false;
    throw refusalOf(kube.label, `does not delete ${nameOf(object)}`, error);
  }
}

/** A silent API server must not hold a run for ever. */
function answered<T>(kube: Kube, call: Promise<T>, name: string): Promise<T> {
  return within(call, defaultLimits.apiCallMs, `${kube.label}, asked for ${name},`);
}

/** client-node turns times into Dates; the model and the reports take objects as YAML has them. */
function plain(object: unknown): KubeObject {
  return JSON.parse(JSON.stringify(object)) as KubeObject;
}

/** client-node's word for a kind that its group does not have; the API server was not asked for it. */
function isUnserved(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unrecognized API version and kind');
}
