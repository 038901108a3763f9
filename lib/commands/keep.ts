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

/** The files in a run's folder. */
const views: Record<string, (results: Results) => string> = {
  'results.json': textOf,
  'report.html': htmlReport,
  'junit.xml': junitReport,
  'summary.md': markdownReport,
};

/**
 * Completes the findings of a run, writes them to the folder for results and adds them to the job summary. A failed
 * write is a run error. Returns the results and the path of the HTML report, which the next run replaces.
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
    runErrors.push(`the job summary is incomplete: ${messageOf(error)}`);
  });
  // The files were written before the error, so they do not contain it yet.
  if (runErrors.length > before) await keep(sealed(findings), out).catch(() => {});
  // If writing failed, the report at that path may belong to another run.
  return { results: sealed(findings), ...(kept && { report: join(out, 'latest', 'report.html') }) };
}

/** Writes results and all their views to `<out>/<time>-<run>/`, and links `<out>/latest` to it. */
export async function keep(results: Results, out: string): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await makeFolder(join(out, name));
  // results.json first, so that it exists even if a view fails.
  for (const [file, view] of Object.entries(views)) await writeFile(join(out, name, file), view(results));
  await leadTo(out, name);
}
