import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choose, type Wish } from '../cluster/choose.ts';
import type { OnProgress } from '../cluster/types.ts';
import { play } from '../jest/play.ts';
import { terminalReport } from '../report/terminal.ts';
import { conduct } from '../run/conduct.ts';
import { countOf, type Results } from '../run/results.ts';
import type { Suite } from '../run/suite.ts';

export interface TestOptions extends Wish {
  suites: readonly Suite[];
  meshWide: boolean;
  keep: boolean;
  /** The folder for results. */
  out: string;
}

/** How a command talks to whoever called it. */
export interface Console {
  print(text: string): void;
  color: boolean;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/**
 * Runs suites on a cluster, writes results.json and prints the report. Returns the exit code.
 * @throws UsageError, InconclusiveError
 */
export async function test(options: TestOptions, console: Console): Promise<number> {
  const begunAt = performance.now();
  const acquired = await choose(options, console);
  const clusterMs = performance.now() - begunAt;
  let results: Results;
  let releaseMs = 0;
  try {
    results = await conduct({
      ...options,
      ...console,
      acquired,
      play: (suites, perform) => play({ suites, perform: perform as never }),
    });
  } finally {
    const releasedAt = performance.now();
    await acquired.release();
    releaseMs = performance.now() - releasedAt;
  }
  results.phases.unshift({ name: 'cluster up', ms: clusterMs });
  results.phases.push({ name: 'cluster down', ms: releaseMs }, { name: 'in all', ms: performance.now() - begunAt });
  await write(results, options.out);
  console.print(terminalReport(results, console.color));
  return exitCodeOf(results);
}

/** Exit codes of design: 0 all pass, 1 the mesh does not conform, 3 inconclusive, 130 interrupted. */
export function exitCodeOf(results: Results): number {
  const { passed, failed, inconclusive } = countOf(results);
  if (results.run.interrupted) return 130;
  if (failed > 0) return 1;
  return inconclusive + results.problems.length > 0 || passed === 0 ? 3 : 0;
}

/** Writes `<out>/<time>-<run>/results.json` and lets `<out>/latest` lead there. */
async function write(results: Results, out: string): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await mkdir(join(out, name), { recursive: true });
  await writeFile(join(out, name, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await rm(join(out, 'latest'), { force: true });
  await symlink(name, join(out, 'latest'));
}
