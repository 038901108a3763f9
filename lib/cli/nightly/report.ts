import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { type Night, nightFrom, nightOf, planFrom, repositoryOf } from '../../tools/nightly/index.ts';
import type { Context } from '../output/console.ts';
import { jsonOf, read, write } from '../output/files.ts';
import { compareAndTell, JOBS } from './compare.ts';
import { keepIssue } from './issue.ts';
import { jobLine } from './local.ts';

/**
 * Merges the results of a night's jobs, compares them with the night before and release by release, and in a scheduled
 * workflow maintains the issue. Returns the exit code of the comparison.
 * @param folder of the night, with its plan and jobs
 * @param remember the folder with the night before, which takes this one
 * @throws UsageError if a file or GitHub cannot be used
 */
export async function reportNight(
  { night: folder, remember }: { night: string; remember?: string },
  { console, github, env }: Context,
): Promise<number> {
  const plan = await read(join(folder, 'plan.json'), planFrom);
  const night = await nightOf(plan, join(folder, JOBS), { run: env['GITHUB_RUN_ID'] || undefined });
  console.print(night.jobs.map(jobLine).join('\n'));
  const last = remember === undefined ? undefined : await exchange(night, remember);
  const comparison = await compareAndTell(night, { last, folder }, { console, github });
  // A night that somebody starts by hand may have any releases and suites: it opens and closes no issue.
  if (env['GITHUB_EVENT_NAME'] === 'schedule') {
    console.print(await keepIssue(repositoryOf(env), { night, comparison, run: workflowRun(env) }));
  }
  return comparison.summary.exitCode;
}

/**
 * Keeps a night for the next one to be compared with, and returns the night before, if there is any. If jobs of a
 * workflow run are run again, its first attempt is remembered already, and is not the night before.
 */
async function exchange(night: Night, folder: string): Promise<Night | undefined> {
  const [newest, before] = [join(folder, 'night.json'), join(folder, 'before.json')];
  if (existsSync(newest) && !(await isOf(night, newest))) await move(newest, before);
  await write(newest, jsonOf(night));
  return existsSync(before) ? read(before, nightFrom) : undefined;
}

/** Returns whether a file contains an earlier attempt at the same night. */
async function isOf({ run }: Night, file: string): Promise<boolean> {
  const other = await read(file, nightFrom).catch(() => undefined);
  return run !== undefined && other?.run === run;
}

async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    throw new UsageError(`${from} cannot be moved to ${to} (${messageOf(error)}): name another place.`);
  });
}

function workflowRun(env: NodeJS.ProcessEnv): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: id } = env;
  return server && name && id ? `${server}/${name}/actions/runs/${id}` : undefined;
}
