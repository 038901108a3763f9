import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '../errors.ts';
import { repositoryOf } from '../github/repository.ts';
import { nightFrom, planFrom } from '../nightly/file.ts';
import { nightOf } from '../nightly/merge.ts';
import type { Night } from '../nightly/types.ts';
import { noPositionals, parse, pathOf } from './arguments.ts';
import type { CommandContext } from './console.ts';
import { nightlyFlags } from './flags.ts';
import { compareAndTell, JOBS } from './nightly-compare.ts';
import { jsonOf, read, write } from './nightly-files.ts';
import { keepIssue } from './nightly-issue.ts';
import { jobLine } from './nightly-local.ts';

/**
 * `npm run nightly -- report`: merges the results of a night's jobs, compares them with the night before and release by
 * release, and in a scheduled workflow maintains the issue. Returns the exit code of the comparison.
 * @throws UsageError if an argument is invalid, or a file or GitHub cannot be used
 */
export async function report(args: string[], { console, github, env }: CommandContext): Promise<number> {
  const { values, positionals } = parse(args, nightlyFlags.report);
  noPositionals(positionals);
  if (values.night === undefined) throw new UsageError('Missing --night. See --help.');
  const folder = pathOf(console.cwd, values.night, '--night');
  const plan = await read(join(folder, 'plan.json'), planFrom);
  const night = await nightOf(plan, join(folder, JOBS), { run: env['GITHUB_RUN_ID'] || undefined });
  console.print(night.jobs.map(jobLine).join('\n'));
  const { remember } = values;
  const last = remember === undefined ? undefined : await exchange(night, pathOf(console.cwd, remember, '--remember'));
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
