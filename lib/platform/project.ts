import { extname, join } from 'node:path';

// Where the files are that are read by path. In a checkout Node runs lib/platform/project.ts, in the package that npm pack
// makes dist/lib/platform/project.js; manifests, schemas and package.json are beside lib here, and beside dist there.

/** The ending of this program's modules, for those that are started by path. */
export const moduleExtension = extname(import.meta.filename);

/** Whether this is the package, compiled, and not a checkout of the project. */
export const isPackage = moduleExtension === '.js';

const root = join(import.meta.dirname, isPackage ? '../../..' : '../..');

/** Returns the absolute path of a file or folder of the project; of the project itself by default. */
export function projectPath(path = '.'): string {
  return join(root, path);
}
