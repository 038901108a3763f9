import { createHash } from 'node:crypto';
import { readFile, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { explainFullDisk, makeFolder, makeUserFolder, userFolder } from '../folder.ts';
import type { OnProgress } from '../progress.ts';
import { withLock } from './lock.ts';

/** How to make an artefact. It is made once and then cached, under a key of its ingredients. */
export interface Recipe {
  /** The name of the artefact, for file names and progress. */
  name: string;
  /** Everything that the artefact depends on. If one of these changes, it is made again. */
  ingredients: string[];
  /** Writes the artefact into an empty directory. */
  make: (directory: string) => Promise<void>;
}

/**
 * Returns the directory of all artefacts, in the user's cache directory.
 * @throws UsageError if that is not an absolute path
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return userFolder('XDG_CACHE_HOME', env);
}

/** Returns a short digest of the ingredients; it also depends on where one ends and the next begins. */
export function cacheKey(ingredients: string[]): string {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 16);
}

/** Returns the contents of files, to use as ingredients. */
export async function contents(...files: string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

/** Returns the directory that an artefact has or will have. */
export function artefactPlace({ name, ingredients }: Omit<Recipe, 'make'>): string {
  return join(cacheDirectory(), `${name}-${cacheKey(ingredients)}`);
}

/**
 * Returns the directory of an artefact; makes it if it is not in the cache. It is made in another directory and then
 * renamed, so an interrupted build cannot leave an incomplete artefact. Two processes that need it make it only once.
 * @throws UsageError if it cannot be written; whatever making it throws
 */
export async function artefact(
  recipe: Recipe,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<string> {
  const place = artefactPlace(recipe);
  if (await isThere(place)) return place;
  await makeUserFolder('XDG_CACHE_HOME', cacheDirectory());
  const onWait = () => onProgress({ phase: recipe.name, detail: 'waiting for another build of the same' });
  return withLock(`${place}.lock`, { onWait, signal }, async () => {
    if (await isThere(place)) return place;
    const partial = `${place}.partial`;
    await rm(partial, { recursive: true, force: true });
    await makeFolder(partial);
    await recipe.make(partial).catch((error: unknown) => {
      throw explainFullDisk(error, 'XDG_CACHE_HOME', cacheDirectory());
    });
    signal.throwIfAborted();
    await rename(partial, place);
    return place;
  });
}

/** Returns whether an artefact is in the cache, and marks it as used: the least recently used are pruned first. */
async function isThere(place: string): Promise<boolean> {
  const now = new Date();
  return utimes(place, now, now).then(
    () => true,
    () => false,
  );
}
