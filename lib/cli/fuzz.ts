import { relative } from 'node:path';
import { InvalidArgumentError } from '@commander-js/extra-typings';
import { stringify } from 'yaml';
import { type ClusterOptions, choose } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { duration } from '../report/index.ts';
import { trafficWords } from '../results/index.ts';
import {
  coveredWords,
  type FuzzResult,
  notExercised,
  type Stack,
  fuzz as search,
  writeFound,
} from '../tools/fuzz/index.ts';
import { counted } from '../verdict/index.ts';
import { clusterCommand, clusterOptionsOf, count, type Declare } from './options/options.ts';
import type { Console } from './output/console.ts';
import { comparingMeshes } from './random-meshes.ts';

/** How many stacks are tried if no option says otherwise. */
const RUNS = 50;

/** `automtls fuzz`: compares a mesh with the model under random policies. */
export const fuzz: Declare = (context, end) =>
  clusterCommand('fuzz', context)
    .description(
      'Compare a mesh with the model under random policies. It applies random stacks of policies, rules and routes to a live mesh, sends requests between every pair of the topology fuzz, and compares the answers with the model. If they disagree, the stack is reduced on the mesh to the fewest objects that still do.',
    )
    .option('--mesh-wide', 'on an existing cluster, allow root policies and auto mTLS off, which change the whole mesh')
    .optionsGroup('Search:')
    .option('--runs <N>', `how many stacks to try (default: ${RUNS}, or no limit with --minutes)`, count())
    .option('--minutes <N>', 'begin no new stack after this time', count())
    .option('--seed <N>', 'the sequence of stacks (default: a random one, which is printed)', count(0))
    .option('--path <PATH>', 'only the place in the sequence where an earlier run found a disagreement', placeIn)
    .optionsGroup('Meshes:')
    .option(
      '--meshes <N>',
      'instead of stacks: deploy so many random meshes, and ask all of their pairs what automtls check says of them',
      count(),
    )
    .addHelpText(
      'after',
      `
A disagreement is kept in manifests/found, and the suite found replays it from then on.

Exit codes:
  0 mesh and model agree · 1 they disagree · 2 the command line or the cluster is unsuitable
  3 a cell was wrong once, but not when it was asked again; or no cell has a verdict · 130 interrupted
  With --meshes: 1 a pair came to something else than check says · 3 nothing was compared`,
    )
    .action(async ({ runs, minutes, seed = randomSeed(), path, meshes, meshWide = false, ...values }) => {
      if (meshes !== undefined) {
        assertAlone({ '--runs': runs, '--minutes': minutes, '--path': path });
        return end(await comparingMeshes(clusterOptionsOf(values), { seed, meshes }, context.console));
      }
      const asked = {
        meshWide,
        path,
        seed,
        runs: runs ?? (minutes === undefined ? RUNS : Number.MAX_SAFE_INTEGER),
        limitMs: minutes === undefined ? 2 ** 31 - 1 : minutes * 60_000,
      };
      end(await fuzzing(clusterOptionsOf(values), asked, context.console));
    });

function randomSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}

/** @throws UsageError if an option is there that is for stacks */
function assertAlone(options: Readonly<Record<string, unknown>>): void {
  const [given] = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageError(`${given[0]} is for stacks: leave it out, or --meshes.`);
}

/** Reads the place in a sequence of stacks. */
function placeIn(text: string): string {
  if (/^\d+(:\d+)*$/.test(text)) return text;
  throw new InvalidArgumentError('takes numbers joined by colons, as an earlier run printed them');
}

/**
 * Searches for a disagreement and prints what was found. Returns the exit code.
 * @throws UsageError if the cluster is unsuitable
 */
async function fuzzing(
  options: ClusterOptions,
  asked: Pick<Parameters<typeof search>[0], 'meshWide' | 'seed' | 'path' | 'runs' | 'limitMs'>,
  console: Console,
): Promise<number> {
  const { seed } = asked;
  const acquired = await choose(options, console);
  try {
    console.print(`seed ${seed}`);
    const result = await search({ acquired, ...asked, ...console });
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
