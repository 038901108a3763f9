import type { KubeObject, ObjectChange } from '../../model/index.ts';

/** What a watch has seen: the objects as they are, and what has changed since somebody took the changes. */
export interface ObjectLog {
  /** Adds an event of a stream. */
  add(deed: 'stored' | 'deleted', object: KubeObject): void;
  /** Compares with a list, and adds what is different. */
  compare(listed: readonly KubeObject[]): void;
  /** Returns the changes since the last call, in order. */
  take(): ObjectChange[];
  /** Returns whether it has seen each of these, in this version or a later one, and that all others are gone. */
  hasSeen(listed: readonly KubeObject[]): boolean;
}

/** Returns an empty log. */
export function objectLog(): ObjectLog {
  const known = new Map<string, KubeObject>();
  const versions = new Set<string>();
  const changes: ObjectChange[] = [];
  const add: ObjectLog['add'] = (deed, object) => {
    const uid = uidOf(object);
    const before = known.get(uid);
    if (deed === 'deleted') known.delete(uid);
    else known.set(uid, object);
    versions.add(versionOf(object));
    changes.push(deed === 'deleted' ? { before: before ?? object } : { ...(before && { before }), now: object });
  };
  return {
    add,
    compare: (listed) => {
      const uids = new Set(listed.map(uidOf));
      for (const object of [...known.values()]) if (!uids.has(uidOf(object))) add('deleted', object);
      for (const object of listed) if (!isSame(known.get(uidOf(object)), object)) add('stored', object);
    },
    take: () => changes.splice(0),
    hasSeen: (listed) => {
      const uids = new Set(listed.map(uidOf));
      return (
        listed.every((object) => versions.has(versionOf(object))) && [...known.keys()].every((uid) => uids.has(uid))
      );
    },
  };
}

function uidOf({ metadata }: KubeObject): string {
  return metadata.uid ?? `${metadata.namespace}/${metadata.name}`;
}

function versionOf(object: KubeObject): string {
  return `${uidOf(object)} ${object.metadata.resourceVersion}`;
}

function isSame(one: KubeObject | undefined, other: KubeObject): boolean {
  return one !== undefined && versionOf(one) === versionOf(other);
}
