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
  return parseAllDocuments(readFileSync(`${manifestsFolder}${file}`, 'utf8')).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`manifests/${file} is not YAML: ${error.message}`);
    // As in kubectl, nothing between two `---` is no object.
    const object = document.toJS() as KubeObject | null;
    return object === null ? [] : [object];
  });
}
