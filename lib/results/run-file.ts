import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, UsageError } from '../platform/errors.ts';

/**
 * Returns a file that a run wrote.
 * @param path the file, or the folder that has it, such as results/latest
 * @param cwd where the path starts
 * @param name what the file is called in a folder
 * @throws UsageError if it cannot be read
 */
export async function runFile(path: string, cwd: string, name = 'results.json'): Promise<Buffer> {
  try {
    const there = resolve(cwd, path);
    return await readFile((await stat(there)).isDirectory() ? join(there, name) : there);
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${messageOf(error)}): name a ${name}, or its folder.`);
  }
}
