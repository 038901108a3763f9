import { join, relative } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { type ClusterOptions, choose } from '../platform/clusters/index.ts';
import {
  htmlTransitions,
  transitions as measure,
  measurePropagation,
  paths,
  propagationMarkdown,
  type Transitions,
  textOf,
  transitionsTerminal,
} from '../tools/transitions/index.ts';
import { clusterCommand, clusterOptionsOf, count, type Declare, names, outOption } from './options/options.ts';
import { onlyNamed } from './options/select.ts';
import type { Console } from './output/console.ts';
import { keepAt } from './output/files.ts';
import { makeResultsFolder } from './output/folder.ts';

/** How often each path is tried if no option says otherwise. */
const TIMES = 2;

/** `automtls transitions`: shows what is lost while policies change. */
export const transitions: Declare = (context, end) =>
  clusterCommand('transitions', context)
    .description(
      'Show what is lost while policies change. It changes PeerAuthentications and DestinationRules while a client with a sidecar sends 200 requests a second to a server with one, and shows how many requests were lost, when, and with what code: directly from one setting to another, and in steps.',
    )
    .optionsGroup('Changes:')
    .option(
      '--path <PATH...>',
      'only these: settings joined by colons, such as none:strict, strict+disable:none',
      names,
    )
    .addOption(new Option('--times <N>', 'how often to try each path').argParser(count()).default(TIMES))
    .addOption(
      new Option(
        '--steps <N>',
        'instead, apply N steps of the task, and print how long each takes to reach each client',
      )
        .argParser(count())
        .conflicts(['path', 'times', 'out']),
    )
    .optionsGroup('Output:')
    .addOption(outOption(context, 'the folder for transitions.json and transitions.html of results', 'transitions/'))
    .addHelpText(
      'after',
      `
Exit codes:
  0 every path or step was measured, whatever it lost · 1 a setting did not do what the model says
  2 the command line or the cluster is unsuitable · 3 not everything could be measured · 130 interrupted`,
    )
    .action(async ({ steps, path, times, out, ...values }) => {
      const { console } = context;
      const options = clusterOptionsOf(values);
      end(
        steps === undefined
          ? await transitioning(path, { ...options, times, out }, console)
          : await propagating(steps, options, console),
      );
    });

/**
 * Measures what is lost on paths from one setting to another. Returns the exit code.
 * @param named the names of the paths; all if it is not given
 * @throws UsageError if a name is unknown or the cluster is unsuitable
 */
async function transitioning(
  named: string[] | undefined,
  { times, out, ...options }: ClusterOptions & { times: number; out: string },
  console: Console,
): Promise<number> {
  const chosen = onlyNamed('path', paths, named);
  await makeResultsFolder(out);
  const acquired = await choose(options, console);
  let result: Transitions;
  try {
    result = await measure({ acquired, paths: chosen, times, istio: options.istio, ...console });
  } finally {
    await acquired.release();
  }
  const files = { 'transitions.json': textOf(result), 'transitions.html': htmlTransitions(result) };
  const page = join(await keepAt(result.startedAt, out, files), 'transitions.html');
  console.print(transitionsTerminal(result, console.color, relative(console.cwd, page)));
  return result.exitCode;
}

/** Measures how long steps take to arrive. Returns the exit code. */
async function propagating(steps: number, options: ClusterOptions, console: Console): Promise<number> {
  const acquired = await choose(options, console);
  try {
    const result = await measurePropagation({ acquired, steps, istio: options.istio, ...console });
    console.print(propagationMarkdown(result));
    if (result.problems.some(({ verdict }) => verdict === 'fail')) return 1;
    return result.problems.length === 0 ? 0 : 3;
  } finally {
    await acquired.release();
  }
}
