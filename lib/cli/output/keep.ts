import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../platform/errors.ts';
import { makeFolder } from '../../platform/folder.ts';
import { htmlReport, junitReport, markdownReport } from '../../report/index.ts';
import { type Results, sealed, textOf, type UnsealedResults } from '../../results/index.ts';
import type { Attachments } from './attachments.ts';
import { append, type GitHub } from './console.ts';
import { leadTo } from './folder.ts';

/** The files in a run's folder. */
const views: Record<string, (results: Results) => string> = {
  'results.json': textOf,
  'report.html': htmlReport,
  'junit.xml': junitReport,
  'summary.md': markdownReport,
};

/**
 * Completes the results of a run, writes them to the folder for results and adds them to the job summary. A failed
 * write is a run error. Returns the results and the path of the HTML report, which the next run replaces.
 * @param options.out the folder for results
 * @param options.files what belongs beside them
 */
export async function leave(
  unsealed: UnsealedResults,
  { out, summaryFile, files }: { out: string; files?: Attachments } & Pick<GitHub, 'summaryFile'>,
): Promise<{ results: Results; report?: string }> {
  const { runErrors } = unsealed;
  const before = runErrors.length;
  let kept = true;
  await keep(sealed(unsealed), out, files).catch((error: unknown) => {
    kept = false;
    runErrors.push(`the results could not be written: ${messageOf(error)}`);
  });
  await append(summaryFile, markdownReport(sealed(unsealed))).catch((error: unknown) => {
    runErrors.push(`the job summary is incomplete: ${messageOf(error)}`);
  });
  // The files were written before the error, so they do not contain it yet.
  if (runErrors.length > before) await keep(sealed(unsealed), out, files).catch(() => {});
  // If writing failed, the report at that path may belong to another run.
  return { results: sealed(unsealed), ...(kept && { report: join(out, 'latest', 'report.html') }) };
}

/** Writes results, all their views and what belongs beside them to `<out>/<time>-<run>/`, and links `<out>/latest` to it. */
export async function keep(results: Results, out: string, files: Attachments = new Map()): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await makeFolder(join(out, name));
  // results.json first, so that it exists even if a view fails.
  for (const [file, view] of Object.entries(views)) await writeFile(join(out, name, file), view(results));
  for (const [file, text] of files) {
    const path = join(out, name, file);
    await makeFolder(dirname(path));
    await writeFile(path, text, { mode: file.endsWith('.sh') ? 0o755 : 0o644 });
  }
  await leadTo(out, name);
}
