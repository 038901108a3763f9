import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { suites } from '../suites/index.ts';
import { providers, type Wish } from './cluster/choose.ts';
import { runBench } from './commands/bench.ts';
import { cluster } from './commands/cluster.ts';
import { explain, listSuites } from './commands/explain.ts';
import { benchHelp, clusterHelp, testHelp } from './commands/help.ts';
import { interruptible } from './commands/interrupt.ts';
import { progressOn } from './commands/progress.ts';
import { selectSuites } from './commands/select.ts';
import { sweepCluster } from './commands/sweep.ts';
import { type Console, test } from './commands/test.ts';
import { InconclusiveError, messageOf, UsageError } from './errors.ts';

// The only place that reads argv and the environment, and exits.

const INTERRUPTED = 130;

/** Options of every command that asks a cluster. */
const clusterOptions = {
  cluster: { type: 'string', default: 'auto' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  istio: { type: 'string' },
  'kind-image': { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const { onProgress, clear } = progressOn(process.stderr);
const say = (text: string): void => {
  clear();
  process.stderr.write(`${text}\n`);
};
const signal = interruptible(
  () => say('Interrupted: cleaning up. Once more ^C ends it at once and leaves the rest to the next run.'),
  () => process.exit(INTERRUPTED),
);
const console: Console = {
  print: (text) => {
    clear();
    process.stdout.write(`${text}\n`);
  },
  // Not a terminal is undefined, not false, and picocolors would then take CI for one.
  color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  onProgress: (progress) => {
    if (!signal.aborted) onProgress(progress);
  },
  signal,
};

// Whoever reads us may have had enough, as `head` has: that changes no verdict.
process.stdout.on('error', () => {});

try {
  await end(await main(process.argv.slice(2)));
} catch (error) {
  if (signal.aborted) await end(INTERRUPTED);
  say(
    error instanceof UsageError || error instanceof InconclusiveError
      ? error.message
      : String((error as Error).stack ?? error),
  );
  await end(error instanceof UsageError ? 2 : 3);
}

/** Ends the process once all that was said has been taken, however slow the reader. */
async function end(code: number): Promise<never> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.write('', () => resolve());
  await promise;
  process.exit(code);
}

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'test':
      return runTests(args);
    case 'cluster':
      return runCluster(args);
    case 'bench':
      return benchmark(args);
    default:
      throw new UsageError(`There is no command ${command}: see the scripts of package.json.`);
  }
}

async function runTests(args: string[]): Promise<number> {
  const { values } = parse(args, {
    suite: { type: 'string', multiple: true },
    ...clusterOptions,
    'mesh-wide': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: false },
    out: { type: 'string', default: 'results' },
  });
  if (values.help) return printed(testHelp);
  const named = values.suite?.flatMap((names) => names.split(',')).map((name) => name.trim());
  const chosen = selectSuites(suites, named);
  if (values.list) return printed(listSuites(chosen));
  if (values.explain) return printed(explain(chosen, values.istio));
  const wish = wishOf(values);
  if (values.sweep && values.keep) throw new UsageError('--keep and --sweep contradict each other: give one of them.');
  if (values.sweep) return sweepCluster(wish, console);
  return test(
    {
      ...wish,
      suites: chosen,
      named: named ?? [],
      meshWide: values['mesh-wide'],
      keep: values.keep,
      out: resolve(values.out),
    },
    console,
  );
}

async function benchmark(args: string[]): Promise<number> {
  const { values } = parse(args, clusterOptions);
  if (values.help) return printed(benchHelp);
  return runBench(wishOf(values), console);
}

async function runCluster(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, {
    istio: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  });
  if (values.help) return printed(clusterHelp);
  const [verb, ...rest] = positionals;
  const verbs = ['up', 'down', 'status', 'kubeconfig'] as const;
  if (verb === undefined || rest.length > 0)
    throw new UsageError(`npm run cluster -- takes one of ${verbs.join(', ')}.`);
  return cluster(oneOf(verbs, verb, 'npm run cluster --'), values.istio, console);
}

function wishOf(values: {
  cluster: string;
  kubeconfig?: string;
  context?: string;
  istio?: string;
  'kind-image'?: string;
}): Wish {
  const { kubeconfig, context, istio } = values;
  const provider = oneOf(providers, values.cluster, '--cluster');
  return { provider, kubeconfig, context, istio, kindImage: values['kind-image'] };
}

function parse<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: string[], options: T) {
  try {
    return parseArgs({
      args,
      options: options as T & object,
      allowPositionals: args.length > 0 && process.argv[2] === 'cluster',
    });
  } catch (error) {
    throw new UsageError(`${messageOf(error).replace(/\.$/, '')}. See --help.`);
  }
}

function oneOf<T extends string>(allowed: readonly T[], value: string, option: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`${option} takes one of ${allowed.join(', ')}, not "${value}".`);
  return found;
}

function printed(text: string): number {
  console.print(text);
  return 0;
}
