import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { htmlReport } from '../report/html/report.ts';
import { junitReport } from '../report/run/junit.ts';
import { markdownReport } from '../report/run/markdown.ts';
import { textOf } from '../results/file.ts';
import type { Results } from '../results/types.ts';

/** The files of a run's folder. */
const views: Record<string, (results: Results) => string> = {
  'results.json': textOf,
  'report.html': htmlReport,
  'junit.xml': junitReport,
  'summary.md': markdownReport,
};

/** Writes results and all views of them to `<out>/<time>-<run>/`, and lets `<out>/latest` lead there. */
export async function keep(results: Results, out: string): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await mkdir(join(out, name), { recursive: true });
  // results.json first: should a view fail, what was found is there.
  for (const [file, view] of Object.entries(views)) await writeFile(join(out, name, file), view(results));
  // Renamed into place, since another run may do the same at the same time.
  const link = join(out, `latest-${results.run.id}`);
  await symlink(name, link);
  await rename(link, join(out, 'latest'));
}
