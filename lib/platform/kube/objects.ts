import { PatchStrategy, type V1Status } from '@kubernetes/client-node';
import pRetry from 'p-retry';
import { type KubeObject, nameOf } from '../../model/index.ts';
import { UsageError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connection/connect.ts';
import { codeOf, refusalOf } from './connection/refusal.ts';
import { within } from './connection/within.ts';
import { MANAGER, owned, runOf } from './ownership.ts';

type Header = Parameters<Kube['objects']['read']>[0];
type CreatedObject = Parameters<Kube['objects']['create']>[0];

/**
 * Creates or changes an object with the run's label. Returns the object that the API server stored.
 * @throws UsageError if an object of that name belongs to somebody else, or the API server rejects this one
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
 * Creates an object that must not exist yet. It is faster than `apply`, and cannot change somebody else's object even
 * in a race.
 * @throws UsageError if an object of that name exists, or the API server rejects this one
 */
export async function create(kube: Kube, object: KubeObject, run: string): Promise<KubeObject> {
  try {
    const made = kube.objects.create(owned(object, run) as unknown as CreatedObject, undefined, undefined, MANAGER);
    return plain(await answered(kube, made, nameOf(object)));
  } catch (error) {
    if (codeOf(error) === 409) {
      throw new UsageError(`${nameOf(object)} already exists and does not belong to this run, so it is not changed.`);
    }
    throw refusalOf(kube.label, `refuses ${nameOf(object)}`, error);
  }
}

/** Applies only the given fields, by server-side apply. The caller must have checked whose object it is. */
export async function patch(kube: Kube, object: KubeObject): Promise<KubeObject> {
  return patched(kube, object, PatchStrategy.ServerSideApply, `refuses ${nameOf(object)}`);
}

/**
 * Changes only the given fields of an object, by JSON merge patch. If the object has a uid or a resourceVersion, the
 * stored object must have the same.
 * @throws ConflictError if it does not, because somebody else has changed it since
 */
export async function mergePatch(kube: Kube, object: KubeObject & Record<string, unknown>): Promise<KubeObject> {
  return patched(kube, object, PatchStrategy.MergePatch, `refuses a change of ${nameOf(object)}`);
}

async function patched(kube: Kube, object: KubeObject, how: PatchStrategy, refusal: string): Promise<KubeObject> {
  // Only server-side apply has conflicts between field managers, and `force`, which takes over fields.
  const isApply = how === PatchStrategy.ServerSideApply;
  const force = isApply ? true : undefined;
  const once = (): Promise<unknown> =>
    answered(
      kube,
      kube.objects.patch(object as unknown as CreatedObject, undefined, undefined, MANAGER, force, how),
      nameOf(object),
    );
  try {
    return plain(await (isApply ? pRetry(once, ONCE_MORE) : once()));
  } catch (error) {
    throw refusalOf(kube.label, refusal, error);
  }
}

/** Applying twice is the same as once, and an API server that could not reach a webhook for a moment answers 500. */
const ONCE_MORE = {
  retries: 2,
  factor: 1,
  minTimeout: defaultLimits.pollMs,
  shouldRetry: ({ error }: { error: Error }): boolean => (codeOf(error) ?? 0) >= 500,
};

/** Returns the stored object, or undefined if there is none. */
export async function read(kube: Kube, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return plain(await answered(kube, kube.objects.read(object as Header), nameOf(object)));
  } catch (error) {
    if (codeOf(error) === 404) return undefined;
    throw refusalOf(kube.label, `does not show ${nameOf(object)}`, error);
  }
}

/** Returns the objects of a kind, in one namespace or all, with certain labels; none if the kind is not served. */
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
 * Deletes the object if it exists and has the run's label. Returns whether it existed.
 * @throws UsageError if it does not have the run's label
 */
export async function remove(kube: Kube, object: KubeObject, run: string): Promise<boolean> {
  const found = await read(kube, object);
  if (found === undefined) return false;
  if (runOf(found) !== run)
    throw new UsageError(`${nameOf(object)} does not belong to this run, so it is not deleted.`);
  return deleteByUid(kube, found);
}

/** Deletes the object with this uid, never another one of the same name. Returns whether it existed. */
export async function deleteByUid(kube: Kube, object: KubeObject): Promise<boolean> {
  const { uid } = object.metadata as KubeObject['metadata'] & { uid?: string };
  const options = { propagationPolicy: 'Background', ...(uid === undefined ? {} : { preconditions: { uid } }) };
  try {
    const gone = kube.objects.delete(
      object as unknown as CreatedObject,
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

/** Waits for an answer for a limited time, because an API server that does not answer must not block a run. */
function answered<T>(kube: Kube, call: Promise<T>, name: string): Promise<T> {
  return within(call, defaultLimits.apiCallMs, `${kube.label}, asked for ${name},`);
}

/** Converts the Dates of client-node back to strings, because the model and the reports expect objects as in YAML. */
function plain(object: unknown): KubeObject {
  return JSON.parse(JSON.stringify(object)) as KubeObject;
}

/** client-node throws this error, without a request, if discovery does not list the kind. */
function isUnserved(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Unrecognized API version and kind');
}
