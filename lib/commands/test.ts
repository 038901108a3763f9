import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { choose, type Wish } from '../cluster/choose.ts';
import type { OnProgress } from '../cluster/types.ts';
import { messageOf, UsageError } from '../errors.ts';
import { play } from '../jest/play.ts';
import type { Stage } from '../jest/stage.ts';
import { terminalReport } from '../report/terminal.ts';
import { textOf } from '../results/file.ts';
import { sealed } from '../results/summary.ts';
import type { Findings, Results } from '../results/types.ts';
import { type Conduct, conduct } from '../run/conduct.ts';
import type { Suite } from '../run/suite.ts';

export interface TestOptions extends Wish {
  suites: readonly Suite[];
  /** The suites that `--suite` names; none where it is left out. */
  named: readonly string[];
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
  await makeFolder(options.out);
  const acquired = await choose(options, console);
  const clusterMs = performance.now() - begunAt;
  let findings: Findings;
  try {
    if (options.keep && !acquired.stays) {
      throw new UsageError(
        '--keep needs a cluster that stays: start one with npm run cluster -- up, or name one with --kubeconfig.',
      );
    }
    findings = await conduct({ ...options, ...console, acquired, play: playWithJest });
  } catch (error) {
    await acquired.release().catch(() => {});
    throw error;
  }
  const releasedAt = performance.now();
  // What was found is told, whatever becomes of the cluster.
  await acquired.release().catch((error: unknown) => {
    findings.problems.push(`the cluster could not be taken down: ${messageOf(error)}`);
  });
  const endedAt = performance.now();
  if (!acquired.stays) {
    findings.phases.unshift({ name: 'cluster up', ms: clusterMs });
    findings.phases.push({ name: 'cluster down', ms: endedAt - releasedAt });
  }
  findings.phases.push({ name: 'in all', ms: endedAt - begunAt });
  await write(sealed(findings), options.out).catch((error: unknown) => {
    findings.problems.push(`results.json could not be written: ${messageOf(error)}`);
  });
  const results = sealed(findings);
  console.print(terminalReport(results, console.color));
  return results.summary.exitCode;
}

const playWithJest: Conduct['play'] = (suites, perform) => play({ suites, perform: perform as Stage['perform'] });

/** Writes `<out>/<time>-<run>/results.json` and lets `<out>/latest` lead there. */
async function write(results: Results, out: string): Promise<void> {
  const name = `${results.run.startedAt.replaceAll(/[:.]/g, '-')}-${results.run.id}`;
  await mkdir(join(out, name), { recursive: true });
  await writeFile(join(out, name, 'results.json'), textOf(results));
  // Renamed into place, since another run may do the same at the same time.
  const link = join(out, `latest-${results.run.id}`);
  await symlink(name, link);
  await rename(link, join(out, 'latest'));
}

/** @throws UsageError where the folder for results cannot be made, before anything else is */
async function makeFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true }).catch((error: unknown) => {
    throw new UsageError(`Results cannot be written to ${out} (${messageOf(error)}): name another folder with --out.`);
  });
}
