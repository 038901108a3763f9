import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';
import { htmlReport } from '../report/html/report.ts';
import { junitReport } from '../report/run/junit.ts';
import { markdownReport } from '../report/run/markdown.ts';
import { textOf } from '../results/file.ts';
import { sealed } from '../results/summary.ts';
import type { Findings, Results } from '../results/types.ts';
import { append, type GitHub } from './console.ts';
import { leadTo, makeFolder } from './folder.ts';

/** The files of a run's folder. */
const views: Record<string, (results: Results) => string> = {
  'results.json': textOf,
  'report.html': htmlReport,
  'junit.xml': junitReport,
  'summary.md': markdownReport,
};

/**
 * Seals what a run found, leaves it in the folder for results, and tells the job. What cannot be written is one more
 * problem of the run. Returns the results, and where the report for a browser is: a name that the next run takes over.
 * @param options.out the folder for results
 */
export async function leave(
  findings: Findings,
  { out, summaryFile }: { out: string } & Pick<GitHub, 'summaryFile'>,
): Promise<{ results: Results; report?: string }> {
  const { runErrors } = findings;
  const before = runErrors.length;
  let kept = true;
  await keep(sealed(findings), out).catch((error: unknown) => {
    kept = false;
    runErrors.push(`the results could not be written: ${messageOf(error)}`);
  });
  await append(summaryFile, markdownReport(sealed(findings))).catch((error: unknown) => {
    runErrors.push(`the job's summary is not complete: ${messageOf(error)}`);
  });
  // What was written before must not go on saying that all is well.
  if (runErrors.length > before) await keep(sealed(findings), out).catch(() => {});
  // Where it is not kept, another run's may be there.
  return { results: sealed(findings), ...(kept && { report: join(out, 'latest', 'report.html') }) };
}

/** Writes results and all views of them to `<out>/<time>-<run>/`, and lets `<out>/latest` lead there. */
export async function keep(results: Results, out: string): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await makeFolder(join(out, name));
  // results.json first: should a view fail, what was found is there.
  for (const [file, view] of Object.entries(views)) await writeFile(join(out, name, file), view(results));
  await leadTo(out, name);
}
