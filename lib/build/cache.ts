import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { OnProgress } from '../cluster/types.ts';
import { withLock } from './lock.ts';

/** Something that is made once, out of what its key covers. */
export interface Recipe {
  /** What it is, in file names and in progress. */
  name: string;
  /** Everything that the result depends on; a change of any makes another artefact. */
  ingredients: string[];
  /** Fills the empty directory. */
  make: (directory: string) => Promise<void>;
}

/** Returns the directory under the user's cache directory that holds all artefacts. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'automtls');
}

/** Returns a short digest of the ingredients; where one ends and the next begins matters. */
export function cacheKey(ingredients: string[]): string {
  return createHash('sha256').update(JSON.stringify(ingredients)).digest('hex').slice(0, 16);
}

/** Returns the contents of files, as ingredients. */
export async function contents(...files: string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

/** Returns the directory that an artefact has or will have. */
export function artefactPlace({ name, ingredients }: Omit<Recipe, 'make'>): string {
  return join(cacheDirectory(), `${name}-${cacheKey(ingredients)}`);
}

/**
 * Returns the directory of an artefact, made now if it isn't there. It is made beside its place and renamed into it,
 * so an interrupted build leaves nothing that could be taken for a result; two at once build it once.
 */
export async function artefact(
  recipe: Recipe,
  { onProgress, signal }: { onProgress: OnProgress; signal: AbortSignal },
): Promise<string> {
  const place = artefactPlace(recipe);
  if (await isThere(place)) return place;
  const onWait = () => onProgress({ phase: recipe.name, detail: 'waiting for another build of the same' });
  return withLock(`${place}.lock`, { onWait, signal }, async () => {
    if (await isThere(place)) return place;
    const partial = `${place}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await recipe.make(partial);
    signal.throwIfAborted();
    await rename(partial, place);
    return place;
  });
}

/** Returns whether an artefact is there, and marks it as used now: those used longest ago are the first to go. */
async function isThere(place: string): Promise<boolean> {
  const now = new Date();
  return utimes(place, now, now).then(
    () => true,
    () => false,
  );
}
