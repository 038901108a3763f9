import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { compareNights } from '../nightly/compare.ts';
import { folderOf } from '../nightly/merge.ts';
import type { Comparison, Night } from '../nightly/types.ts';
import { htmlNight } from '../report/html/night.ts';
import type { RunLinks } from '../report/html/releases.ts';
import { nightMarkdown } from '../report/night/markdown.ts';
import { nightTerminal } from '../report/night/terminal.ts';
import { append, type Context, escapeWorkflowCommands } from './console.ts';
import { jsonOf, write } from './nightly-files.ts';

export interface Observed {
  last: Night | undefined;
  /** The folder to write to; nothing is written if it is absent. */
  out: string | undefined;
  /** The folder with the jobs' folders, which the page links to. */
  jobs: string | undefined;
}

/** The file name of a night's page. */
export const PAGE = 'night.html';
/** The file with a job's output, in its folder. */
export const LOG = 'log.txt';

/**
 * Compares a night with the last one, and its releases with each other. Writes the comparison to files, prints it, and
 * adds it to the job summary.
 * @throws UsageError if something cannot be written
 */
export async function compareAndTell(
  night: Night,
  { last, out, jobs }: Observed,
  { console, github }: Pick<Context, 'console' | 'github'>,
): Promise<Comparison> {
  const comparison = compareNights(night, last);
  const markdown = nightMarkdown(night, comparison);
  if (out !== undefined) {
    const links = jobs === undefined ? new Map() : linksTo(night, jobs, out);
    await write(join(out, 'comparison.json'), jsonOf(comparison));
    await write(join(out, 'summary.md'), markdown);
    await write(join(out, PAGE), htmlNight(night, comparison, links));
  }
  console.print(escapeWorkflowCommands(nightTerminal(night, comparison, console.color), github));
  await append(github.summaryFile, markdown);
  return comparison;
}

/** Returns the links to each job's files, relative to the page's folder, for the files that exist. */
function linksTo({ jobs }: Night, folder: string, from: string): Map<string, RunLinks> {
  return new Map(
    jobs.map((job) => {
      const linkTo = (...names: string[]): string | undefined => {
        const file = join(folder, folderOf(job), ...names);
        return existsSync(file) ? addressOf(relative(from, file)) : undefined;
      };
      const [report, log] = [linkTo('latest', 'report.html'), linkTo(LOG)];
      return [job.istio, { ...(report !== undefined && { report }), ...(log !== undefined && { log }) }];
    }),
  );
}

/** Returns a relative path as a URL. */
function addressOf(path: string): string {
  return path.split(sep).map(encodeURIComponent).join('/');
}
