import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { choose } from '../cluster/choose.ts';
import { UsageError } from '../errors.ts';
import { notExercised } from '../fuzz/exercised.ts';
import { type Disagreement, type FuzzResult, fuzz } from '../fuzz/fuzz.ts';
import { counted, duration } from '../report/words.ts';
import { clusterFlags, clusterOptionsOf, noPositionals, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { fuzzHelp } from './help.ts';

const flags = {
  ...clusterFlags,
  minutes: { type: 'string' },
  runs: { type: 'string' },
  seed: { type: 'string' },
  path: { type: 'string' },
} as const;

/** How many stacks are tried if no option says otherwise. */
const RUNS = 50;

/**
 * `npm run fuzz -- …`: applies random stacks of policies to a live mesh and compares it with the model. Returns the exit
 * code: 1 if they disagree, 3 if a cell was wrong only once.
 * @throws UsageError if an option is wrong or the cluster is unsuitable
 */
export async function fuzzing(args: string[], console: Console): Promise<number> {
  const { values, positionals } = parse(args, flags);
  if (values.help) {
    console.print(fuzzHelp);
    return 0;
  }
  noPositionals(positionals);
  const minutes = numberOf('--minutes', values.minutes);
  const seed = numberOf('--seed', values.seed) ?? Math.floor(Math.random() * 2 ** 31);
  const runs = numberOf('--runs', values.runs) ?? (minutes === undefined ? RUNS : Number.MAX_SAFE_INTEGER);
  const limitMs = minutes === undefined ? 2 ** 31 - 1 : minutes * 60_000;
  console.print(`seed ${seed}`);
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  try {
    const result = await fuzz({ acquired, seed, path: values.path, runs, limitMs, ...console });
    console.print(resultText(result));
    if (result.found === undefined) return result.unsteady.length > 0 ? 3 : 0;
    const file = resolve(console.cwd, `fuzz-${seed}.yaml`);
    await writeFile(file, objectsText(result.found));
    console.print(foundText(result, result.found, seed, file));
    return 1;
  } finally {
    await acquired.release();
  }
}

function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || (value === 0 && flag !== '--seed')) {
    throw new UsageError(`${flag} takes a whole number above 0, not "${text}".`);
  }
  return value;
}

function resultText(result: FuzzResult): string {
  const { stacks, cells, ms, inconclusive, unsteady, exercised, release, version } = result;
  const rest = notExercised(exercised, release);
  return [
    `Istio ${version}: ${counted(stacks, 'stack')}, ${cells} cells in ${duration(ms)}, ${Math.round(cells / (ms / 1000))} cells a second`,
    `${inconclusive} cells were inconclusive`,
    ...unsteady.map((one) => `wrong once, right when asked again: ${one}`),
    `PeerAuthentications: ${
      [...exercised.modes]
        .sort()
        .map(([name, count]) => `${name} ${count}`)
        .join(' · ') || 'none'
    }`,
    `rules that decided: ${exercised.rules.size}; that hold in this release and did not: ${rest.join(', ') || 'none'}`,
  ].join('\n');
}

function objectsText({ objects }: Disagreement): string {
  return objects.map((object) => stringify(object)).join('---\n');
}

function foundText({ version }: FuzzResult, found: Disagreement, seed: number, file: string): string {
  return [
    '',
    `Istio ${version} and the model disagree. ${counted(found.objects.length, 'object')}, kept in ${file}:`,
    '',
    objectsText(found),
    ...found.cells.flatMap((cell) => [
      `${cell.client} → ${cell.protocol}://${cell.server}:${cell.port}: ${cell.why}`,
      ...cell.expectation.reasons.map(({ text, rule }) => `  because ${text} [${rule}]`),
      ...cell.repro.map((one) => `  ${one.replaceAll('\n', '\n  ')}`),
    ]),
    `again: npm run fuzz -- --istio ${version} --seed ${seed} --path ${found.path}`,
  ].join('\n');
}
