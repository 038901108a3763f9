import type { KubeObject } from '../model/types.ts';

/** Carried, with the run's id, by every object a run makes; nothing without it is ever deleted. */
export const RUN_LABEL = 'automtls.dev/run';
/** On the namespaces of a run that was told to leave them: only `--sweep` takes them away. */
export const KEEP_LABEL = 'automtls.dev/keep';
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

/** Returns `Kind namespace/name`, or `Kind name` for an object of the whole cluster. */
export function nameOf({ kind, metadata }: KubeObject): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}
