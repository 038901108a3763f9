import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choose } from '../cluster/choose.ts';
import { htmlTransitions } from '../report/html/transitions.ts';
import { transitionsTerminal } from '../report/transitions/terminal.ts';
import { textOf } from '../transitions/file.ts';
import { paths } from '../transitions/paths.ts';
import { transitions } from '../transitions/transitions.ts';
import type { Transitions } from '../transitions/types.ts';
import { clusterFlags, clusterOptionsOf, countOf, noPositionals, oneNamed, parse, pathOf } from './arguments.ts';
import type { Console } from './console.ts';
import { leadTo } from './folder.ts';
import { transitionsHelp } from './help.ts';
import { write } from './nightly-files.ts';

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
  const names = values.only?.flatMap((some) => some.split(',')).map((name) => name.trim());
  const chosen = names?.map((name) => oneNamed(paths, name, '--only')) ?? paths;
  const times = countOf('--times', values.times) ?? TIMES;
  const out = values.out === undefined ? FOLDER : pathOf(console.cwd, values.out, '--out');
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  let result: Transitions;
  try {
    result = await transitions({ acquired, paths: chosen, times, istio: values.istio, ...console });
  } finally {
    await acquired.release();
  }
  const name = result.startedAt.replaceAll(/[:.]/g, '-');
  const page = join(out, name, 'transitions.html');
  await write(join(out, name, 'transitions.json'), textOf(result));
  await write(page, htmlTransitions(result));
  await leadTo(out, name);
  console.print(transitionsTerminal(result, console.color, relative(console.cwd, page)));
  return result.exitCode;
}
