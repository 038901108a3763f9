import { stringify } from 'yaml';
import type { KubeObject } from '../../model/index.ts';
import { ID } from './reproduction.ts';

/** The label of all that a script must find again, with the script's own id. */
export const REPRO_LABEL = 'automtls.dev/repro';

/**
 * Returns objects as YAML for a here-document of a shell, in which `$id` is expanded and nothing else. They have no
 * fields of the API server.
 */
export function manifest(objects: KubeObject[]): string {
  const yaml = objects.map((object) => stringify(written(object), { aliasDuplicateObjects: false, lineWidth: 0 }));
  return withId(yaml.join('---\n').replaceAll(/[\\$`]/g, '\\$&'));
}

/** Returns a text in double quotes for a shell, which expands `$id` in it and nothing else. */
export function quotedWithId(text: string): string {
  return `"${withId(text.replaceAll(/[\\$`"]/g, '\\$&'))}"`;
}

function withId(text: string): string {
  return text.replaceAll(ID, '$$id');
}

/** Returns the object with the script's label, which removes it again. */
export function labelled<T extends KubeObject>(object: T): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, [REPRO_LABEL]: ID } } };
}

/** Returns the object as a person would write it, without its status and the times and counts of the API server. */
function written(object: KubeObject): object {
  const { status: _, ...rest } = object as KubeObject & { status?: unknown };
  const { name, namespace, labels, annotations } = object.metadata;
  const metadata = { name, namespace, labels, annotations };
  return { ...rest, metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined)) };
}
