import type { KubeObject } from '../model/types.ts';

/** Carried, with the run's id, by every object a run makes. Anybody can copy it: what a run made, its record tells. */
export const RUN_LABEL = 'automtls.dev/run';
/** On the namespaces of a run that was told to leave them: only `--sweep` takes them away. */
export const KEEP_LABEL = 'automtls.dev/keep';
/** On a run's Lease: its record, the name and uid of each namespace that it made, the one of the Lease included. */
export const RECORD = 'automtls.dev/namespaces';
/** Names this project as the one who manages a field or an object. */
export const MANAGER = 'automtls';

/** Returns a copy of the object that carries the run's label; a Deployment's pods carry it, too. */
export function owned<T extends KubeObject>(object: T, run: string): T {
  const copy = structuredClone(object) as T & {
    spec?: { template?: { metadata?: { labels?: Record<string, string> } } };
  };
  copy.metadata.labels = { ...copy.metadata.labels, [RUN_LABEL]: run, 'app.kubernetes.io/managed-by': MANAGER };
  const pods = copy.kind === 'Deployment' ? copy.spec?.template?.metadata : undefined;
  if (pods !== undefined) pods.labels = { ...pods.labels, [RUN_LABEL]: run };
  return copy;
}

/** Returns the id of the run that made the object, or undefined where no run did. */
export function runOf(object: KubeObject): string | undefined {
  return object.metadata.labels?.[RUN_LABEL];
}

/** Returns the record of what a run made: its namespaces, by name and uid. */
export function recordText(namespaces: KubeObject[]): string {
  return JSON.stringify(Object.fromEntries(namespaces.map(({ metadata }) => [metadata.name, metadata.uid])));
}

/**
 * Tells the namespaces that a run made from those that somebody gave its label: the former are in the record, and so is
 * the namespace that holds the record, since anybody may write one into a namespace of their own.
 * @param labelled namespaces with the label of one run
 * @param holders objects in them that may hold the record
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
