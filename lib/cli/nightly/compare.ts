import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Comparison,
  compareNights,
  folderOf,
  htmlNight,
  type Night,
  nightMarkdown,
  nightTerminal,
  type RunLinks,
} from '../../tools/nightly/index.ts';
import { append, type Context, escapeWorkflowCommands } from '../output/console.ts';
import { jsonOf, write } from '../output/files.ts';

/** The file name of a night's page. */
export const PAGE = 'night.html';
/** The file with a job's output, in its folder. */
export const LOG = 'log.txt';

/** The folder with the jobs' folders, in that of a night. */
export const JOBS = 'jobs';

/**
 * Compares a night with the last one, and its releases with each other. Writes night and comparison to files, prints the
 * comparison, and adds it to the job summary.
 * @param folder the folder of the night, which has those of its jobs
 * @throws UsageError if something cannot be written
 */
export async function compareAndTell(
  night: Night,
  { last, folder }: { last: Night | undefined; folder: string },
  { console, github }: Pick<Context, 'console' | 'github'>,
): Promise<Comparison> {
  const comparison = compareNights(night, last);
  const markdown = nightMarkdown(night, comparison);
  await write(join(folder, 'night.json'), jsonOf(night));
  await write(join(folder, 'comparison.json'), jsonOf(comparison));
  await write(join(folder, 'summary.md'), markdown);
  await write(join(folder, PAGE), htmlNight(night, comparison, linksTo(night, folder)));
  console.print(escapeWorkflowCommands(nightTerminal(night, comparison, console.color), github));
  await append(github.summaryFile, markdown);
  return comparison;
}

/** Returns the links to each job's files, relative to the night's folder, for the files that exist. */
function linksTo({ jobs }: Night, folder: string): Map<string, RunLinks> {
  return new Map(
    jobs.map((job) => {
      const linkTo = (...names: string[]): string | undefined => {
        const path = [JOBS, folderOf(job), ...names];
        return existsSync(join(folder, ...path)) ? path.join('/') : undefined;
      };
      const [report, log] = [linkTo('latest', 'report.html'), linkTo(LOG)];
      return [job.istio, { ...(report !== undefined && { report }), ...(log !== undefined && { log }) }];
    }),
  );
}
