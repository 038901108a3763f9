import { bench } from '../bench/bench.ts';
import { choose, type Wish } from '../cluster/choose.ts';
import { duration } from '../report/words.ts';
import type { Console } from './test.ts';

/** Compares this project with bash and kubectl on one cluster and prints a table. Returns the exit code. */
export async function runBench(wish: Wish, console: Console): Promise<number> {
  const acquired = await choose(wish, console);
  try {
    const rows = await bench({ acquired, ...console });
    const lines = rows.map(({ what, ours, kubectl }) => [
      what,
      duration(ours),
      duration(kubectl),
      `${(kubectl / ours).toFixed(1)} ×`,
    ]);
    const table = [['', 'automtls', 'bash and kubectl', 'faster'], ...lines];
    console.print(
      table
        .map(([what = '', ...cells]) => `${what.padEnd(38)}${cells.map((cell) => cell.padStart(18)).join('')}`)
        .join('\n'),
    );
    return 0;
  } finally {
    await acquired.release();
  }
}
