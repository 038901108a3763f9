import { isDeepStrictEqual } from 'node:util';
import { type KubeObject, nameOf, type Service } from '../../model/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { ownerOf } from '../mesh/from-pods.ts';
import { templatePaths } from '../read/kinds.ts';
import { heededOf, isControlPlane } from '../read/trim.ts';
import { namespaceOf, objectsOf, type Place, type Pod, type Snapshot } from '../snapshot.ts';

/** What is done to the objects of a mesh. */
export interface Edit {
  /** What is applied, as manifests have it. */
  apply?: Snapshot | undefined;
  /** What is deleted. */
  remove: readonly ObjectName[];
}

/** An object by its name; one without a namespace is of the whole cluster. */
export interface ObjectName {
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** An object that an edit changes. */
export interface ObjectDelta {
  /** As `Kind namespace/name`. */
  name: string;
  /** Of a workload that is applied to a cluster it is not known whether it changes: only its pods are seen. */
  action: 'created' | 'changed' | 'deleted' | 'applied';
  kind: string;
  /** Where it stands, in files. */
  place?: Place | undefined;
}

/** A mesh after an edit, and what the edit changes. */
export interface Edited {
  snapshot: Snapshot;
  deltas: readonly ObjectDelta[];
}

/** Made by Kubernetes itself, and so no part of what a user changes. */
const derived = new Set(['Pod', 'EndpointSlice', 'Endpoints']);

/**
 * Returns a mesh with manifests applied over it and objects deleted.
 * @throws UsageError if what is to be deleted is not there, or is applied as well
 */
export function edited(base: Snapshot, { apply, remove }: Edit): Edited {
  const gone = remove.map((name) => found(base, name, apply));
  const kept = without(base, gone);
  const snapshot = apply === undefined ? kept : over(kept, apply);
  const removed = gone
    .filter((target) => base.source === 'cluster' && isWorkload(target))
    .map((target): ObjectDelta => ({ name: wordsOf(target), action: 'deleted', kind: target.kind }));
  const applied = snapshot.applied.map(
    (object): ObjectDelta => ({
      name: nameOf(object),
      action: 'applied',
      kind: object.kind,
      place: snapshot.places.get(object),
    }),
  );
  return { snapshot, deltas: [...deltasBetween(base, snapshot), ...removed, ...applied] };
}

/** Returns the objects in which two snapshots differ. */
export function deltasBetween(before: Snapshot, after: Snapshot): ObjectDelta[] {
  const kinds = new Set([...before.objects.keys(), ...after.objects.keys()]);
  return [...kinds].flatMap((kind) => {
    if (derived.has(kind) && before.source === 'cluster') return [];
    const was = byName(before, kind);
    const is = byName(after, kind);
    const gone = [...was].filter(([name]) => !is.has(name));
    return [
      ...[...is].flatMap(([name, object]): ObjectDelta[] => {
        const old = was.get(name);
        if (old !== undefined && isSame(old, object)) return [];
        const place = after.places.get(object);
        return [{ name, kind, place, action: old === undefined ? 'created' : 'changed' }];
      }),
      ...gone.map(
        ([name, object]): ObjectDelta => ({ name, kind, place: before.places.get(object), action: 'deleted' }),
      ),
    ];
  });
}

function byName(snapshot: Snapshot, kind: string): Map<string, KubeObject> {
  return new Map(objectsOf(snapshot, kind).map((object) => [nameOf(object), object]));
}

/** Returns whether an object says the same: what the API server notes about it does not count. */
function isSame(a: KubeObject, b: KubeObject): boolean {
  return a === b || isDeepStrictEqual(saidBy(a), saidBy(b));
}

function saidBy({ metadata, apiVersion: _, ...rest }: KubeObject): object {
  const { labels = {}, annotations = {} } = metadata;
  const { status: __, ...said } = rest as { status?: unknown };
  return { ...said, labels, annotations: heededOf(annotations) };
}

/** @throws UsageError if the object is not there, or is applied as well */
function found(base: Snapshot, target: ObjectName, apply: Snapshot | undefined): ObjectName {
  const isIt = ({ kind, namespace, name }: ObjectName): boolean =>
    wordsOf({ kind, namespace, name }).toLowerCase() === wordsOf(target).toLowerCase();
  const controllers = base.source === 'cluster' ? objectsOf<Pod>(base, 'Pod').map(controllerOf) : [];
  const names = [...[...base.objects.values()].flat().map(objectName), ...controllers];
  const it = names.find(isIt);
  if (it === undefined) {
    const alike = names.filter(({ kind }) => kind.toLowerCase() === target.kind.toLowerCase()).map(wordsOf);
    const some = alike.length > 0 ? ` Of this kind there are ${[...new Set(alike)].slice(0, 8).join(', ')}.` : '';
    throw new UsageError(`--delete: there is no ${wordsOf(target)} in ${base.label}.${some}`);
  }
  if (apply !== undefined && objectsOf(apply, it.kind).map(objectName).some(isIt)) {
    throw new UsageError(`--delete: ${wordsOf(it)} is applied by -f, too: leave it out of one of them.`);
  }
  return it;
}

function objectName({ kind, metadata: { namespace, name } }: KubeObject): ObjectName {
  return { kind, namespace, name };
}

/** Returns the name of a pod's controller, as `Kind namespace/name`; without one the pod's own. */
export function controllerName(pod: Pod): string {
  return wordsOf(controllerOf(pod));
}

function controllerOf(pod: Pod): ObjectName {
  return { ...ownerOf(pod), namespace: namespaceOf(pod) };
}

function wordsOf({ kind, namespace, name }: ObjectName): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function isWorkload({ kind }: { kind: string }): boolean {
  return kind in templatePaths;
}

/** Returns a snapshot without objects. With a controller go its pods, with a namespace all that is in it. */
function without(base: Snapshot, gone: readonly ObjectName[]): Snapshot {
  if (gone.length === 0) return base;
  const names = new Set(gone.map(wordsOf));
  const isGone = (object: KubeObject): boolean => {
    const { namespace } = object.metadata;
    if (names.has(nameOf(object)) || (namespace !== undefined && names.has(`Namespace ${namespace}`))) return true;
    return object.kind === 'Pod' && names.has(controllerName(object as Pod));
  };
  const objects = new Map([...base.objects].map(([kind, all]) => [kind, all.filter((object) => !isGone(object))]));
  return { ...base, objects };
}

/** Returns a snapshot with manifests applied over it. */
function over(base: Snapshot, apply: Snapshot): Snapshot {
  const objects = new Map(base.objects);
  const applied: KubeObject[] = [];
  const places = new Map([...base.places, ...apply.places]);
  const put = (object: KubeObject): void => {
    const all = objects.get(object.kind) ?? [];
    const at = all.findIndex((one) => nameOf(one) === nameOf(object));
    const now = at < 0 ? object : merged(base, all[at] as KubeObject, object);
    const place = apply.places.get(object);
    if (place !== undefined) places.set(now, place);
    objects.set(object.kind, at < 0 ? [...all, now] : all.with(at, now));
  };
  for (const object of [...apply.objects.values()].flat()) {
    if (base.source === 'cluster' && isWorkload(object) && !isControlPlane(object)) {
      applied.push(object);
      const name = nameOf(object);
      const others = (objects.get('Pod') ?? []).filter((pod) => controllerName(pod as Pod) !== name);
      objects.set('Pod', others);
    } else put(object);
  }
  const leftOut = new Map(base.leftOut);
  for (const [kind, count] of apply.leftOut) leftOut.set(kind, (leftOut.get(kind) ?? 0) + count);
  return { ...base, label: `${base.label} with ${apply.label}`, objects, applied, places, leftOut };
}

interface Specified extends KubeObject {
  spec?: object;
}

/**
 * Returns an object as the API server stores it when it is applied: as old as it was, and with what others have set and
 * the manifest does not say, which for a Namespace are labels, and for a Service its address and defaults.
 */
function merged(base: Snapshot, old: Specified, object: Specified): KubeObject {
  const { creationTimestamp, uid } = old.metadata;
  const kept = { ...(creationTimestamp !== undefined && { creationTimestamp }), ...(uid !== undefined && { uid }) };
  const metadata = { ...object.metadata, ...kept };
  if (base.source === 'files') return { ...object, metadata };
  if (object.kind === 'Namespace') {
    return { ...object, metadata: { ...metadata, labels: { ...old.metadata.labels, ...metadata.labels } } };
  }
  if (object.kind !== 'Service') return { ...object, metadata };
  const { ports: oldPorts = [] } = (old as Service).spec;
  const { spec } = object as Service;
  const ports = (spec.ports ?? []).map((port) => ({
    protocol: 'TCP',
    targetPort: port.port,
    ...oldPorts.find((one) => one.port === port.port),
    ...port,
  }));
  return { ...object, metadata, spec: { ...old.spec, ...spec, ports } } as KubeObject;
}
