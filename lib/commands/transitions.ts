import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choose } from '../cluster/choose.ts';
import { UsageError } from '../errors.ts';
import { htmlTransitions } from '../report/html/transitions.ts';
import { propagationMarkdown } from '../report/transitions/propagation.ts';
import { transitionsTerminal } from '../report/transitions/terminal.ts';
import { textOf } from '../transitions/file.ts';
import { paths } from '../transitions/paths.ts';
import { measurePropagation } from '../transitions/propagation.ts';
import { transitions } from '../transitions/transitions.ts';
import type { Transitions } from '../transitions/types.ts';
import { clusterOptionsOf, countOf, noPositionals, onlyOf, parse, pathOf } from './arguments.ts';
import type { Console } from './console.ts';
import { transitionsFlags } from './flags.ts';
import { makeResultsFolder } from './folder.ts';
import { transitionsHelp } from './help.ts';
import { keepAt } from './nightly-files.ts';

/** The default folder, in the project. */
const FOLDER = fileURLToPath(new URL('../../results/transitions', import.meta.url));

/** How often each path is tried if no option says otherwise. */
const TIMES = 2;

/**
 * `npm run transitions -- …`: changes policies while a client sends requests, and shows what is lost. Returns the exit
 * code.
 * @throws UsageError if an option is wrong or the cluster is unsuitable
 */
export async function transitioning(args: string[], console: Console): Promise<number> {
  const { values, positionals } = parse(args, transitionsFlags);
  if (values.help) {
    console.print(transitionsHelp);
    return 0;
  }
  noPositionals(positionals);
  const steps = countOf('--steps', values.steps);
  if (steps !== undefined) return measuring(steps, values, console);
  const chosen = onlyOf(paths, values.only);
  const times = countOf('--times', values.times) ?? TIMES;
  const out = values.out === undefined ? FOLDER : pathOf(console.cwd, values.out, '--out');
  await makeResultsFolder(out);
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  let result: Transitions;
  try {
    result = await transitions({ acquired, paths: chosen, times, istio: values.istio, ...console });
  } finally {
    await acquired.release();
  }
  const files = { 'transitions.json': textOf(result), 'transitions.html': htmlTransitions(result) };
  const page = join(await keepAt(result.startedAt, out, files), 'transitions.html');
  console.print(transitionsTerminal(result, console.color, relative(console.cwd, page)));
  return result.exitCode;
}

/** Measures how long steps take to arrive. Returns the exit code. */
async function measuring(
  steps: number,
  values: Parameters<typeof clusterOptionsOf>[0] & { only?: string[]; times?: string; out?: string },
  console: Console,
): Promise<number> {
  if (values.only !== undefined || values.times !== undefined || values.out !== undefined) {
    throw new UsageError(
      '--steps measures the task’s own steps and prints a table: leave out --only, --times and --out.',
    );
  }
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  try {
    const result = await measurePropagation({ acquired, steps, istio: values.istio, ...console });
    console.print(propagationMarkdown(result));
    if (result.problems.some(({ verdict }) => verdict === 'fail')) return 1;
    return result.problems.length === 0 ? 0 : 3;
  } finally {
    await acquired.release();
  }
}
