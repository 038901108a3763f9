import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { native } from '../../platform/clusters/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { makeFolder } from '../../platform/folder.ts';
import {
  folderOf,
  type JobOfNight,
  jobsAtOnce,
  type Night,
  type NightlyJob,
  nightFrom,
  nightOf,
  type Plan,
  planAsked,
  runJob,
  runJobs,
} from '../../tools/nightly/index.ts';
import { counted } from '../../verdict/index.ts';
import { selectSuites } from '../options/select.ts';
import type { Console, Context } from '../output/console.ts';
import { jsonOf, write } from '../output/files.ts';
import { leadTo, makeResultsFolder } from '../output/folder.ts';
import { compareAndTell, JOBS, LOG, PAGE } from './compare.ts';
import { nightBoard } from './progress.ts';

const INTERRUPTED = 130;

/**
 * Runs each release on its own native cluster, merges the results, and compares them with
 * the last night and with the next older release. Returns the exit code of the comparison.
 * @throws UsageError if an argument is invalid, or files of a night cannot be read or written
 */
export async function runNight(
  { releases, suite, out }: { releases?: string; suite?: string[]; out: string },
  { suites, console, github }: Context,
): Promise<number> {
  const plan = planAsked(native, releases);
  selectSuites(suites, suite);
  const last = await lastNight(out);
  await makeResultsFolder(out);
  const name = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = join(out, name);
  await write(join(folder, 'plan.json'), jsonOf(plan));

  const jobs = join(folder, JOBS);
  const begunAt = performance.now();
  const reasons = await runAll(plan, { jobs, suite: suite?.join(','), console });
  const night = await nightOf(plan, jobs, { reasons });
  const { summary } = await compareAndTell(night, { last, folder }, { console, github });
  const report = `report: ${relative(console.cwd, join(folder, PAGE))}`;
  if (console.signal.aborted) {
    console.print(report);
    return INTERRUPTED;
  }
  const minutes = ((performance.now() - begunAt) / 60_000).toFixed(1);
  console.print(`${counted(plan.include.length, 'release')} in ${minutes} min\n${report}`);
  // Only complete nights become `latest`, with which the next night is compared.
  await leadTo(out, name);
  return summary.exitCode;
}

/** Returns how a job ended, in one line. */
export function jobLine({ istio, missing, results }: JobOfNight): string {
  return `${istio}: ${missing ?? results?.summary.verdict}`;
}

async function lastNight(out: string): Promise<Night | undefined> {
  const file = join(out, 'latest', 'night.json');
  if (!existsSync(file)) return undefined;
  try {
    return nightFrom(await readFile(file, 'utf8'), file);
  } catch (error) {
    throw new UsageError(
      `The last night cannot be read (${messageOf(error)}): remove ${join(out, 'latest')}, or name another folder with --out.`,
    );
  }
}

/** Runs every job and prints how it ended. Returns by release the reason why a job has no results, if it has none. */
function runAll(
  { include }: Plan,
  { jobs, suite, console }: { jobs: string; suite: string | undefined; console: Console },
): Promise<Map<string, string>> {
  const atOnce = jobsAtOnce(availableParallelism());
  const board = nightBoard({ total: include.length, atOnce, onProgress: console.onProgress });
  const run = async (job: NightlyJob): Promise<string> => {
    const out = join(jobs, folderOf(job));
    await makeFolder(out);
    const { onLine, ended } = board.begin(job.istio);
    const reason = await runJob(job, { out, log: join(out, LOG), suite, signal: console.signal, onLine });
    const ms = ended();
    const { jobs: brought } = await nightOf({ include: [job] }, jobs, { reasons: new Map([[job.istio, reason]]) });
    console.print(`${brought.map(jobLine).join()} (${Math.round(ms / 1000)} s)`);
    return reason;
  };
  return runJobs(include, { atOnce, signal: console.signal, run });
}
