import { parseDocument } from 'yaml';
import { type KubeObject, nameOf } from '../../../model/index.ts';
import { InconclusiveError } from '../../../platform/errors.ts';
import { create, deleteByUid, list, mergePatch, read, remove } from '../../../platform/kube/index.ts';
import { waitFor } from '../../../platform/wait.ts';
import { inverse } from '../inverse.ts';
import { type Grip, headerOf, placed } from './grip.ts';

// What saboteurs do to objects on the API server.

/** The label of what saboteurs create, in place of a run's id. */
const OWNER = 'prove';

/** An object with all that it has. */
type FullObject = KubeObject & Record<string, unknown>;

/** Creates objects. */
export async function makeObjects(grip: Grip, objects: KubeObject[]): Promise<void> {
  const { kube, mending } = grip;
  for (const object of objects.map((given) => placed(grip, given))) {
    mending.add(`deleting ${nameOf(object)}`, async () => {
      await remove(kube, object, OWNER);
    });
    await create(kube, object, OWNER);
  }
}

/**
 * Changes some fields of an object; null removes a field.
 * @throws InconclusiveError if there is no such object
 */
export async function changeObject(grip: Grip, object: KubeObject): Promise<void> {
  const { kube, mending } = grip;
  const { apiVersion, kind, metadata, ...fields } = placed(grip, object) as FullObject;
  const { name, namespace, ...meta } = metadata;
  const header = headerOf({ apiVersion, kind, metadata });
  const before = (await read(kube, header)) as FullObject | undefined;
  if (before === undefined) throw new InconclusiveError(`There is no ${nameOf(header)} to change.`);
  const patch = (given: Record<string, unknown>, more: Record<string, unknown>) =>
    mergePatch(kube, { ...header, ...given, metadata: { ...header.metadata, ...more } });
  const undo = inverse({ ...fields, metadata: meta }, before);
  mending.add(`changing ${nameOf(header)} back`, async () => {
    // A pod may have been replaced since.
    if ((await read(kube, header)) !== undefined) await patch(undo, undo['metadata'] as Record<string, unknown>);
  });
  await patch(fields, meta);
}

/** Changes the policy that the step under way has applied. */
export async function changePolicy(grip: Grip, spec: Record<string, unknown>): Promise<void> {
  await mergePatch(grip.kube, { ...headerOf(policyOf(grip)), spec });
}

/** Deletes the policy that the step under way has applied. */
export async function deletePolicy(grip: Grip): Promise<void> {
  await deleteByUid(grip.kube, headerOf(policyOf(grip)));
}

function policyOf({ applied }: Grip): KubeObject {
  const [policy] = applied();
  if (policy === undefined) throw new InconclusiveError('The step has applied no policy.');
  return policy;
}

/** Deletes the objects of a kind without namespaces whose names match. */
export async function removeAll(grip: Grip, apiVersion: string, kind: string, pattern: RegExp): Promise<void> {
  const { kube, mending } = grip;
  const all = await list(kube, { apiVersion, kind });
  for (const object of all.filter(({ metadata }) => pattern.test(metadata.name))) {
    const { name, labels, annotations } = object.metadata;
    const metadata = { name, ...(labels && { labels }), ...(annotations && { annotations }) };
    mending.add(`creating ${nameOf(object)} again`, async () => {
      if ((await read(kube, object)) === undefined) await kube.objects.create({ ...object, metadata } as never);
    });
    await deleteByUid(kube, object);
  }
}

/** Sets a field of the mesh configuration. */
export async function setMesh(grip: Grip, path: string[], value: unknown): Promise<void> {
  const { configMap } = grip.istio;
  const document = parseDocument(configMap.data['mesh'] as string);
  document.setIn(path, value);
  await changeObject(grip, { ...headerOf(configMap), data: { mesh: document.toString() } } as KubeObject);
}

/** Waits until a saboteur that changes objects on their way into the API server does so. */
export async function awaitAdmission(
  grip: Grip,
  trial: KubeObject,
  acts: (stored: KubeObject) => boolean,
): Promise<void> {
  const { kube, limits, signal } = grip;
  const look = async (): Promise<boolean> =>
    acts((await kube.objects.create(placed(grip, trial) as never, undefined, 'All')) as unknown as KubeObject);
  await waitFor(look, { what: 'an admission policy to act', limitMs: limits.apiCallMs, signal });
}
