import { relative } from 'node:path';
import { stringify } from 'yaml';
import { choose } from '../cluster/choose.ts';
import { UsageError } from '../errors.ts';
import { coveredWords, notExercised } from '../fuzz/exercised.ts';
import { writeFound } from '../fuzz/found.ts';
import { type FuzzResult, fuzz } from '../fuzz/fuzz.ts';
import type { Stack } from '../fuzz/stacks.ts';
import { duration } from '../report/words.ts';
import { trafficWords } from '../results/place.ts';
import { counted } from '../verdict/entry.ts';
import { clusterOptionsOf, countOf, noPositionals, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { fuzzFlags } from './flags.ts';
import { fuzzHelp } from './help.ts';

/** How many stacks are tried if no option says otherwise. */
const RUNS = 50;

/**
 * `npm run fuzz -- …`: applies random stacks of policies to a live mesh and compares it with the model. Returns the exit
 * code: 1 if they disagree, 3 if a cell was wrong only once or none has a verdict.
 * @throws UsageError if an option is wrong or the cluster is unsuitable
 */
export async function fuzzing(args: string[], console: Console): Promise<number> {
  const { values, positionals } = parse(args, fuzzFlags);
  if (values.help) {
    console.print(fuzzHelp);
    return 0;
  }
  noPositionals(positionals);
  const minutes = countOf('--minutes', values.minutes);
  const seed = countOf('--seed', values.seed, 0) ?? Math.floor(Math.random() * 2 ** 31);
  const runs = countOf('--runs', values.runs) ?? (minutes === undefined ? RUNS : Number.MAX_SAFE_INTEGER);
  const limitMs = minutes === undefined ? 2 ** 31 - 1 : minutes * 60_000;
  if (values.path !== undefined && !/^\d+(:\d+)*$/.test(values.path)) {
    throw new UsageError(
      `--path takes numbers joined by colons, as an earlier run printed them, not "${values.path}".`,
    );
  }
  const acquired = await choose(clusterOptionsOf(values, console.cwd), console);
  try {
    console.print(`seed ${seed}`);
    const { path } = values;
    const result = await fuzz({ acquired, meshWide: values['mesh-wide'], seed, path, runs, limitMs, ...console });
    console.print(resultText(result));
    const { found, version } = result;
    if (found === undefined) return exitCodeOf(result);
    const name = `istio-${version}-seed-${seed}`;
    const file = await writeFound(found, { name, seed, path: found.path, version });
    console.print(foundText(result, found, seed, relative(console.cwd, file)));
    return 1;
  } finally {
    await acquired.release();
  }
}

/** Returns the exit code if no disagreement was found. */
export function exitCodeOf({ cells, unsteady }: Pick<FuzzResult, 'cells' | 'unsteady'>): 0 | 3 {
  return cells === 0 || unsteady.length > 0 ? 3 : 0;
}

function resultText(result: FuzzResult): string {
  const { stacks, cells, ms, inconclusive, unsteady, exercised, release, version, meshWide } = result;
  const rest = notExercised(exercised, release);
  return [
    `Istio ${version}: ${counted(stacks, 'stack')}, ${cells} cells in ${duration(ms)}, ${cells === 0 ? 'so nothing was compared' : `${Math.round(cells / (ms / 1000))} cells a second`}`,
    ...unclearText(inconclusive),
    ...unsteady.map((one) => `wrong once, right when asked again: ${one}`),
    `PeerAuthentications: ${coveredWords(exercised, { meshWide })}`,
    `rules that decided: ${exercised.rules.size}; that hold in this release and did not: ${rest.join(', ') || 'none'}`,
  ].join('\n');
}

/** Returns how many cells had no verdict, and the most frequent reasons. */
function unclearText(inconclusive: FuzzResult['inconclusive']): string[] {
  const sorts = [...inconclusive].sort(([, some], [, others]) => others - some);
  const all = sorts.reduce((sum, [, count]) => sum + count, 0);
  return [
    `${all} more cells were inconclusive${all === 0 ? '' : ':'}`,
    ...sorts.slice(0, REASONS).map(([sort, count]) => `${String(count).padStart(6)} × ${sort}`),
    ...(sorts.length > REASONS ? [`       and for ${sorts.length - REASONS} other reasons`] : []),
  ];
}

/** The most reasons to print for cells without a verdict. */
const REASONS = 6;

function stackText({ objects, autoMtls }: Stack): string {
  const off = autoMtls ? [] : ['# with automatic mutual TLS switched off\n'];
  return [...off, objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n')].join('');
}

function foundText(
  { version }: FuzzResult,
  found: NonNullable<FuzzResult['found']>,
  seed: number,
  file: string,
): string {
  const { after, cells, path } = found;
  return [
    '',
    `Istio ${version} and the model disagree:`,
    '',
    ...(after === undefined ? [] : [`coming from\n\n${stackText(after)}\nto\n`]),
    stackText(found),
    ...[...Map.groupBy(cells, ({ expectation }) => JSON.stringify(expectation.reasons)).values()].flatMap((alike) => [
      ...alike.map((cell) => `${trafficWords(cell)}: ${cell.why}`),
      ...(alike[0]?.expectation.reasons ?? []).map(({ text, rule }) => `  because ${text} [${rule}]`),
    ]),
    '',
    `It is kept in ${file}. Asked again, with commands to do so by hand: npm test -- --suite found --istio ${version}`,
    `The search again: npm run fuzz -- --istio ${version} --seed ${seed} --path ${path}`,
  ].join('\n');
}
