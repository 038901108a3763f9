import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from './cache.ts';
import { ifUnlocked } from './lock.ts';

/** Something that was built and is kept. */
export interface Kept {
  /** Its directory. */
  place: string;
  bytes: number;
  /** When it was last used, in milliseconds since 1970. */
  usedAt: number;
}

/** How much may be kept: all releases of Istio (300 MB each) and what is common to them (2.5 GB), and some room. */
export const LIMIT_BYTES = 12e9;

/** What was used this long ago may be about to be used: who asked for it may not have written down yet that it does. */
const RECENT_MS = 600_000;

/** Returns what is kept, leaving out what is being built. */
export async function kept(): Promise<Kept[]> {
  const names = await readdir(cacheDirectory()).catch(() => []);
  const places = names.filter((name) => !/\.(lock|partial)$/.test(name)).map((name) => join(cacheDirectory(), name));
  return Promise.all(
    places.map(async (place) => {
      const { stdout } = await execa('du', ['--summarize', '--block-size=1', place]);
      return { place, bytes: Number.parseInt(stdout, 10), usedAt: (await stat(place)).mtimeMs };
    }),
  );
}

/**
 * Returns what has to go for the rest to be within a limit: what was used longest ago goes first.
 * @param uses paths that somebody needs: what holds them stays, whatever the limit
 * @param now in milliseconds since 1970
 */
export function superfluous(all: Kept[], limit: number, uses: string[], now: number): Kept[] {
  const isUsed = (place: string) => uses.some((one) => `${one}/`.startsWith(`${place}/`));
  let bytes = all.reduce((sum, one) => sum + one.bytes, 0);
  const going: Kept[] = [];
  for (const one of all.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= limit) break;
    if (isUsed(one.place) || now - one.usedAt < RECENT_MS) continue;
    going.push(one);
    bytes -= one.bytes;
  }
  return going;
}

/** Removes what is kept, except what somebody is building anew at this moment. */
export async function remove(going: Kept[]): Promise<void> {
  for (const { place } of going) {
    await ifUnlocked(`${place}.lock`, async () => {
      // what is half gone must not be taken for whole
      await rm(`${place}.partial`, { recursive: true, force: true });
      await rename(place, `${place}.partial`);
      await rm(`${place}.partial`, { recursive: true });
    });
  }
}
