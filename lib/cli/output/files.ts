import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { makeFolder } from '../../platform/folder.ts';
import { leadTo } from './folder.ts';

// Files that commands write: those of one step of a night for the next, and what was found at one time.

/**
 * Reads what an earlier step wrote.
 * @param from parses the text
 * @throws UsageError if the file cannot be read, and whatever `from` throws
 */
export async function read<T>(file: string, from: (text: string, name: string) => T): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): name a file that an earlier step wrote.`);
  });
  return from(text, file);
}

/** @throws UsageError if the file cannot be written */
export async function write(file: string, text: string | Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${messageOf(error)}): name another place.`);
  }
}

/** Returns data in the format of these files. */
export function jsonOf(data: object): string {
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

/**
 * Writes the files of one run of a command to a folder named after its start, and links `<out>/latest` to it.
 * @param startedAt RFC 3339
 * @returns the folder
 */
export async function keepAt(
  startedAt: string,
  out: string,
  files: Record<string, string | Uint8Array>,
): Promise<string> {
  const name = startedAt.replaceAll(/[:.]/g, '-');
  for (const [file, text] of Object.entries(files)) await write(join(out, name, file), text);
  await leadTo(out, name);
  return join(out, name);
}
