import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { messageOf } from '../errors.ts';
import { formatRelease, parseRelease } from '../model/release.ts';
import { resultsFrom } from '../results/file.ts';
import type { Results } from '../results/types.ts';
import type { Leg, LegOfNight, Night, Plan } from './types.ts';

/**
 * Puts together what the legs of a night brought, each in a folder `leg-<istio>` of its own with a results.json
 * anywhere in it. A leg without results, or with those of something else, is missing, with the reason.
 * @param folder holds the legs' folders; those that are not there brought nothing
 * @param told.run the run of a workflow that it is, if it is one
 * @param told.reasons why a leg, by its name, brought no results, as far as that is known
 */
export async function nightOf(
  plan: Plan,
  folder: string,
  { run, reasons }: { run?: string | undefined; reasons?: Map<string, string> } = {},
): Promise<Night> {
  const legs = await Promise.all(
    plan.include.map((leg) => broughtBy(leg, join(folder, folderOf(leg)), reasons?.get(leg.istio))),
  );
  const [first = new Date().toISOString()] = legs.flatMap(({ results }) => results?.run.startedAt ?? []).sort();
  return { schema: 'automtls.dev/night/v1', ...(run !== undefined && { run }), startedAt: first, legs };
}

/** Returns the name of the folder that a leg has among those of its night. */
export function folderOf({ istio }: Pick<Leg, 'istio'>): string {
  return `leg-${istio}`;
}

async function broughtBy(leg: Leg, folder: string, reason = 'it brought no results'): Promise<LegOfNight> {
  try {
    return { ...leg, ...judged(leg, await resultsIn(folder), reason) };
  } catch (error) {
    return { ...leg, missing: `its results cannot be read: ${messageOf(error)}` };
  }
}

function judged(leg: Leg, runs: Results[], reason: string): Pick<LegOfNight, 'results' | 'missing'> {
  const [results, ...others] = runs;
  if (results === undefined) return { missing: reason };
  if (others.length > 0) {
    return { missing: `it brought the results of ${runs.length} runs (${runs.map(({ run }) => run.id).join(', ')})` };
  }
  const { version, release } = results.istio;
  if (version !== leg.version) return { missing: `its results are of Istio ${version}, not ${leg.version}` };
  const rules = formatRelease(parseRelease(leg.version));
  if (release !== rules) return { missing: `its results were held against the rules of ${release}, not of ${rules}` };
  return { results };
}

/** Returns the results in a folder, once for each run: `latest` may be there as a second copy. */
async function resultsIn(folder: string): Promise<Results[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const found = names.filter((name) => basename(name) === 'results.json').sort();
  const runs = await Promise.all(
    found.map(async (name) => resultsFrom(await readFile(join(folder, name), 'utf8'), join(basename(folder), name))),
  );
  return [...new Map(runs.map((results) => [results.run.id, results])).values()];
}
