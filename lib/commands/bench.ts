import { bench } from '../bench/bench.ts';
import { type Size, sizes } from '../bench/sizes.ts';
import { choose } from '../cluster/choose.ts';
import { answersFor, sensitivity } from '../probe/sensitivity.ts';
import { columns } from '../report/columns.ts';
import { duration } from '../report/words.ts';
import { clusterFlags, clusterOptionsOf, noPositionals, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { benchHelp } from './help.ts';

/**
 * `npm run bench -- …`: compares this project with bash and kubectl on one cluster and prints a table. Returns the exit
 * code.
 * @throws UsageError if the cluster is unsuitable; InconclusiveError if something could not be measured
 */
export async function benchmark(args: string[], console: Console): Promise<number> {
  const { values, positionals } = parse(args, clusterFlags);
  if (values.help) {
    console.print(benchHelp);
    return 0;
  }
  noPositionals(positionals);
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  try {
    const rows = await bench({ acquired, ...console });
    const lines = rows.map(({ what, ours, kubectl }) => [
      what,
      duration(ours),
      duration(kubectl),
      `${(kubectl / ours).toFixed(1)} ×`,
    ]);
    const table = [['', 'automtls', 'bash and kubectl', 'faster'], ...lines];
    console.print(columns(table, (column) => column > 0).join('\n'));
    const grown = await sizes({ acquired, ...console });
    console.print(
      `automtls requires ${answersFor(sensitivity)} answers from each pair that a step changes, none of them wrong. The script requires one.`,
    );
    console.print(`\n${columns(sizeTable(grown), (column) => column > 0).join('\n')}`);
    return 0;
  } finally {
    await acquired.release();
  }
}

function sizeTable(all: Size[]): string[][] {
  const lines = all.map(({ pairs, pods, setUpMs, refreshMs, memory }) => [
    `${pairs} pairs, ${pods} pods`,
    duration(setUpMs),
    duration(refreshMs),
    Math.round(pairs / (refreshMs / 1000)).toLocaleString('en'),
    `${Math.round(memory / 2 ** 20)} MiB`,
  ]);
  return [['', 'set-up', 'every pair once', 'pairs a second', 'memory'], ...lines];
}
