import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from './cache.ts';
import { ifUnlocked } from './lock.ts';

/** An artefact in the cache. */
export interface CachedArtefact {
  /** Its directory. */
  place: string;
  bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  usedAt: number;
}

/** The default limit of the cache: room for all releases of Istio (300 MB each), what they share (2.5 GB), and more. */
export const LIMIT_BYTES = 12e9;

/** Artefacts used within this time stay: a cluster that is about to use them may not have a record yet. */
const RECENT_MS = 600_000;

/** Returns the artefacts in the cache, except those that are being built. */
export async function kept(): Promise<CachedArtefact[]> {
  const names = await readdir(cacheDirectory()).catch(() => []);
  const places = names
    .filter((name) => !/^\.|\.(lock|partial)$/.test(name))
    .map((name) => join(cacheDirectory(), name));
  return Promise.all(
    places.map(async (place) => {
      const { stdout } = await execa('du', ['--summarize', '--block-size=1', place]);
      return { place, bytes: Number.parseInt(stdout, 10), usedAt: (await stat(place)).mtimeMs };
    }),
  );
}

/**
 * Returns the artefacts to remove so that the others fit a limit, least recently used first.
 * @param uses paths that are needed: the artefacts that contain them stay, even beyond the limit
 * @param now in milliseconds since 1970
 */
export function superfluous(all: CachedArtefact[], limit: number, uses: string[], now: number): CachedArtefact[] {
  const isUsed = (place: string) => uses.some((one) => `${one}/`.startsWith(`${place}/`));
  let bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const going: CachedArtefact[] = [];
  for (const one of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= limit) break;
    if (isUsed(one.place) || now - one.usedAt < RECENT_MS) continue;
    going.push(one);
    bytes -= one.bytes;
  }
  return going;
}

/** Removes artefacts, except those that are being built again at this moment. */
export async function remove(going: CachedArtefact[]): Promise<void> {
  for (const { place } of going) {
    await ifUnlocked(`${place}.lock`, async () => {
      // Renamed first, so that a partly removed artefact is never used.
      await rm(`${place}.partial`, { recursive: true, force: true });
      await rename(place, `${place}.partial`);
      await rm(`${place}.partial`, { recursive: true });
    });
  }
}
