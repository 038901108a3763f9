import type { KubeObject } from '../../model/index.ts';

/**
 * Label with the run's id, on every object that a run creates. Anybody can copy it; only the record proves ownership.
 */
export const RUN_LABEL = 'automtls.dev/run';
/** Label of namespaces that a run with `--keep` left: only `automtls sweep` deletes them. */
export const KEEP_LABEL = 'automtls.dev/keep';
/** Annotation of a run's Lease. It is the record of all namespaces that the run created, with name and uid. */
export const RECORD = 'automtls.dev/namespaces';
/** The name of the Lease in a run's first namespace that shows that the run is alive, and records what it created. */
export const RUN_LEASE = 'automtls';
/** The name of this project as a field manager, and in the label app.kubernetes.io/managed-by. */
export const MANAGER = 'automtls';

/** Returns a copy of the object with the run's label, which a Deployment's pods get as well. */
export function owned<T extends KubeObject>(object: T, run: string): T {
  const copy = structuredClone(object) as T & {
    spec?: { template?: { metadata?: { labels?: Record<string, string> } } };
  };
  copy.metadata.labels = { ...copy.metadata.labels, [RUN_LABEL]: run, 'app.kubernetes.io/managed-by': MANAGER };
  const pods = copy.kind === 'Deployment' ? copy.spec?.template?.metadata : undefined;
  if (pods !== undefined) pods.labels = { ...pods.labels, [RUN_LABEL]: run };
  return copy;
}

/** Returns the run id in the object's label, or undefined if it has none. */
export function runOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[RUN_LABEL];
}

/** Returns the record of the namespaces that a run created, with name and uid. */
export function recordText(namespaces: KubeObject[]): string {
  return JSON.stringify(Object.fromEntries(namespaces.map(({ metadata }) => [metadata.name, metadata.uid])));
}

/**
 * Returns the namespaces that a run created; somebody else may have put its label on others. A namespace counts if it
 * is in a record. A record counts only if it lists its own namespace, because anybody can write a record into theirs.
 * @param labelled namespaces with the label of one run
 * @param holders objects in these namespaces that may have the record
 */
export function recordedOf(labelled: KubeObject[], holders: KubeObject[]): KubeObject[] {
  const bySelf = (record: Record<string, unknown>, name: string | undefined): boolean => {
    const home = labelled.find(({ metadata }) => metadata.name === name);
    return home !== undefined && isIn(record, home);
  };
  const records = holders
    .map(({ metadata }) => ({ record: recordIn(metadata.annotations?.[RECORD]), namespace: metadata.namespace }))
    .filter(({ record, namespace }) => bySelf(record, namespace));
  return labelled.filter((namespace) => records.some(({ record }) => isIn(record, namespace)));
}

function isIn(record: Record<string, unknown>, { metadata: { name, uid } }: KubeObject): boolean {
  return uid !== undefined && record[name] === uid;
}

function recordIn(text = '{}'): Record<string, unknown> {
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === 'object' && record !== null ? (record as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
