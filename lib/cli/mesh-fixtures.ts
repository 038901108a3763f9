import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

/** A user's folder, new for each test, in which commands that read meshes are run. */
export interface MeshFolder {
  /** Returns its path. */
  path(): string;
  /** Writes manifests into a file in it. */
  write(file: string, ...objects: readonly KubeObject[]): Promise<void>;
  /** Writes a mesh, and returns the options that name it. */
  manifests(...objects: readonly KubeObject[]): Promise<string[]>;
  /** Runs a command of this program. */
  run(...args: string[]): Promise<{ code: number; printed: string }>;
}

/** Makes a folder before each test of a file, and takes it away afterwards. */
export function meshFolder(): MeshFolder {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'automtls-mesh-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const write: MeshFolder['write'] = async (file, ...objects) => {
    const path = join(folder, file);
    if (dirname(path) !== folder) await mkdir(dirname(path), { recursive: true });
    await writeFile(path, objects.map((object) => stringify(object)).join('---\n'));
  };
  return {
    path: () => folder,
    write,
    manifests: async (...objects) => {
      await write('mesh.yaml', ...objects);
      return ['-f', 'mesh.yaml', '--istio', '1.31'];
    },
    run: async (...args) => {
      const { context, printed } = contextWith([], { cwd: folder });
      const code = await main(args, context);
      return { code, printed: printed.join('\n') };
    },
  };
}
