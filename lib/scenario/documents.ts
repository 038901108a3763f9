import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { KubeObject } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { projectPath } from '../platform/project.ts';

/** The folder of all manifests, with a trailing slash. */
export const manifestsFolder = projectPath('manifests/');

/**
 * Returns the objects of a file in `manifests/`.
 * @throws UsageError if it is not YAML
 */
export function documents(file: string): KubeObject[] {
  return documentsIn(`${manifestsFolder}${file}`, `manifests/${file}`);
}

/**
 * Returns the objects of a file.
 * @param shown the path as people know it, for the message
 * @throws UsageError if it is not YAML
 */
export function documentsIn(path: string, shown: string): KubeObject[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${shown} is not YAML: ${error.message}`);
    // As in kubectl, nothing between two `---` is no object.
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}
