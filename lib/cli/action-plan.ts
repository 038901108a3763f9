import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../platform/errors.ts';
import { foldersAt } from '../platform/git.ts';

/** Runs a command of this program from a folder. Returns its exit code. */
export type RunIn = (args: string[], cwd: string) => Promise<number>;

/**
 * Plans from the manifests of a pull request's base to those of the checkout. Returns the exit code of `automtls plan`.
 * @param env the inputs as INPUT_…, and the variables of the job
 * @param workspace the job's checkout
 * @throws UsageError if an input lacks, or the base is not in the checkout
 */
export async function performPlan(env: NodeJS.ProcessEnv, workspace: string, run: RunIn): Promise<number> {
  const folders = listIn(env['INPUT_PLAN']);
  const istio = env['INPUT_ISTIO_VERSION'];
  if (!istio) throw new UsageError('The input plan needs istio-version, too: rules differ between releases.');
  const base = baseOf(env);
  const scratch = await mkdtemp(join(tmpdir(), 'automtls-base-'));
  try {
    await foldersAt(base, { repository: workspace, folders, into: scratch });
    const from = folders.flatMap((folder) => ['--from', join(scratch, folder)]);
    const to = folders.flatMap((folder) => ['--to', folder]);
    return await run(['plan', ...from, ...to, '--istio', istio, ...requirementOf(env)], workspace);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns the arguments for what is required of pairs. */
export function requirementOf(env: NodeJS.ProcessEnv): string[] {
  return [
    ...(env['INPUT_REQUIRE'] ? [`--require=${env['INPUT_REQUIRE']}`] : []),
    ...listIn(env['INPUT_EXCEPT']).map((pair) => `--except=${pair}`),
  ];
}

/** Returns what an input lists, one in a line or separated by commas. */
export function listIn(input = ''): string[] {
  return input.split(/[,\n]/).flatMap((one) => one.trim() || []);
}

function baseOf(env: NodeJS.ProcessEnv): string {
  if (env['INPUT_BASE']) return env['INPUT_BASE'];
  if (env['GITHUB_BASE_REF']) return `origin/${env['GITHUB_BASE_REF']}`;
  throw new UsageError(
    'The input plan compares with the base of a pull request, and this job is of none: name a commit with the input base.',
  );
}
