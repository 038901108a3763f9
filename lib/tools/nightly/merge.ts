import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { formatRelease, parseRelease } from '../../model/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { type Results, resultsFrom } from '../../results/index.ts';
import type { JobOfNight, Night, NightlyJob, Plan } from './types.ts';

/**
 * Merges the results of a night's jobs. Each job has a folder `job-<istio>` with a results.json anywhere in it. A job
 * with no results, or with results of another release, is missing, with the reason.
 * @param folder contains the jobs' folders; a job without one has no results
 * @param options.run the id of the workflow run, if it is one
 * @param options.reasons known reasons why jobs have no results, by `istio`
 */
export async function nightOf(
  plan: Plan,
  folder: string,
  { run, reasons }: { run?: string | undefined; reasons?: Map<string, string> } = {},
): Promise<Night> {
  const jobs = await Promise.all(
    plan.include.map((job) => broughtBy(job, join(folder, folderOf(job)), reasons?.get(job.istio))),
  );
  const [first = new Date().toISOString()] = jobs.flatMap(({ results }) => results?.run.startedAt ?? []).sort();
  return { schema: 'automtls.dev/night/v1', ...(run !== undefined && { run }), startedAt: first, jobs };
}

/** Returns the name of a job's folder in its night. */
export function folderOf({ istio }: Pick<NightlyJob, 'istio'>): string {
  return `job-${istio}`;
}

async function broughtBy(job: NightlyJob, folder: string, reason = 'it has no results'): Promise<JobOfNight> {
  try {
    return { ...job, ...judged(job, await resultsIn(folder), reason) };
  } catch (error) {
    return { ...job, missing: `its results cannot be read: ${messageOf(error)}` };
  }
}

function judged(job: NightlyJob, runs: Results[], reason: string): Pick<JobOfNight, 'results' | 'missing'> {
  const [results, ...others] = runs;
  if (results === undefined) return { missing: reason };
  if (others.length > 0) {
    return { missing: `it has the results of ${runs.length} runs (${runs.map(({ run }) => run.id).join(', ')})` };
  }
  const { version, release } = results.istio;
  if (version !== job.version) return { missing: `its results are of Istio ${version}, not ${job.version}` };
  const rules = formatRelease(parseRelease(job.version));
  if (release !== rules) return { missing: `its results were judged by the rules of ${release}, not of ${rules}` };
  return { results };
}

/** Returns the results in a folder, once for each run: `latest` may contain a second copy. */
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
