import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native } from '../cluster/native/provider.ts';
import { messageOf, UsageError } from '../errors.ts';
import { makeFolder } from '../folder.ts';
import { planAsked } from '../nightly/asked.ts';
import { nightFrom } from '../nightly/file.ts';
import { runJob } from '../nightly/job.ts';
import { jobsAtOnce, runJobs } from '../nightly/jobs.ts';
import { folderOf, nightOf } from '../nightly/merge.ts';
import type { JobOfNight, Night, NightlyJob, Plan } from '../nightly/types.ts';
import type { Suite } from '../run/suite.ts';
import { counted } from '../verdict/entry.ts';
import { noPositionals, parse, pathOf } from './arguments.ts';
import type { CommandContext, Console } from './console.ts';
import { nightlyFlags } from './flags.ts';
import { leadTo, makeResultsFolder } from './folder.ts';
import { compareAndTell, JOBS, LOG, PAGE } from './nightly-compare.ts';
import { jsonOf, write } from './nightly-files.ts';
import { nightBoard } from './nightly-progress.ts';
import { selectSuites } from './select.ts';

/** The default folder for nights, in the project. */
const NIGHTS = fileURLToPath(new URL('../../results/nights', import.meta.url));
const INTERRUPTED = 130;

export interface SuiteCommandContext extends CommandContext {
  /** All suites. */
  suites: readonly Suite[];
}

/**
 * `npm run nightly -- local`: runs each release on its own native cluster, merges the results, and compares them with
 * the last night and with the next older release. Returns the exit code of the comparison.
 * @throws UsageError if an argument is invalid, or files of a night cannot be read or written
 */
export async function local(args: string[], { suites, console, github }: SuiteCommandContext): Promise<number> {
  const { values, positionals } = parse(args, nightlyFlags.local);
  noPositionals(positionals);
  const plan = planAsked(native, values.releases);
  const named = values.suite?.flatMap((names) => names.split(',')).map((name) => name.trim());
  selectSuites(suites, named);
  const out = values.out === undefined ? NIGHTS : pathOf(console.cwd, values.out, '--out');
  const last = await lastNight(out);
  await makeResultsFolder(out);
  const name = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const folder = join(out, name);
  await write(join(folder, 'plan.json'), jsonOf(plan));

  const jobs = join(folder, JOBS);
  const begunAt = performance.now();
  const reasons = await runAll(plan, { jobs, suite: named?.join(','), console });
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
