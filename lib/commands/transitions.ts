import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choose } from '../cluster/choose.ts';
import { htmlTransitions } from '../report/html/transitions.ts';
import { transitionsTerminal } from '../report/transitions/terminal.ts';
import { textOf } from '../transitions/file.ts';
import { paths } from '../transitions/paths.ts';
import { transitions } from '../transitions/transitions.ts';
import type { Transitions } from '../transitions/types.ts';
import { clusterFlags, clusterOptionsOf, countOf, noPositionals, onlyOf, parse, pathOf } from './arguments.ts';
import type { Console } from './console.ts';
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
  const { values, positionals } = parse(args, {
    ...clusterFlags,
    only: { type: 'string', multiple: true },
    times: { type: 'string' },
    out: { type: 'string' },
  });
  if (values.help) {
    console.print(transitionsHelp);
    return 0;
  }
  noPositionals(positionals);
  const chosen = onlyOf(paths, values.only);
  const times = countOf('--times', values.times) ?? TIMES;
  const out = values.out === undefined ? FOLDER : pathOf(console.cwd, values.out, '--out');
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
