import { join, relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type ClusterOptions, choose, native } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { packed } from '../results/index.ts';
import {
  prove as breakMesh,
  htmlProof,
  type Proof,
  proofTerminal,
  type Saboteur,
  saboteurList,
  type TriedSaboteur,
  triedLine,
  turnsTold,
} from '../tools/prove/index.ts';
import type { RunRecord } from '../verdict/index.ts';
import {
  clusterOptionsOf,
  type Declare,
  istioOption,
  jsonOption,
  names,
  outOption,
  providerOptions,
} from './options/options.ts';
import { onlyNamed } from './options/select.ts';
import type { Context } from './output/console.ts';
import { jsonOf, keepAt } from './output/files.ts';
import { makeResultsFolder } from './output/folder.ts';

/** `automtls prove`: breaks a mesh on purpose. */
export const prove: Declare = (context, end) => {
  const { console } = context;
  const options = [istioOption([native]), ...providerOptions([native], context)];
  const onCluster = options.map((option) => option.attributeName());
  const command = new Command('prove')
    .description(
      `Break a mesh on purpose, and check that it is found. A mesh is broken in each way of a catalogue; a saboteur is killed if exactly those pairs turn that must, with the right verdict and for the right reason. Every break is mended, and then the whole set-up of a run must pass again.

It breaks the whole mesh, and stops processes of its pods on this machine, so it runs on native clusters alone.`,
    )
    .optionsGroup('Cluster:');
  for (const option of options) command.addOption(option);
  return command
    .optionsGroup('Saboteurs:')
    .option('--saboteur <NAME...>', 'only these, separated by commas', names)
    .option('--shard <N/M>', 'only the Nth of M parts of them, for several clusters at the same time', shardIn)
    .addOption(new Option('--list', 'print the catalogue, without a cluster').conflicts(['print', 'out', ...onCluster]))
    .optionsGroup('Output:')
    .addOption(jsonOption())
    .addOption(outOption(context, 'the folder for prove.json and prove.html of proofs', 'proofs/'))
    .addHelpText(
      'after',
      `
Exit codes:
  0 every saboteur was killed · 1 one survived, or something turned that should not have
  2 the command line or the cluster is unsuitable · 3 not all could be tried · 130 interrupted`,
    )
    .action(async ({ saboteur, shard, list, print, out, ...values }) => {
      const chosen = shardOf(onlyNamed('saboteur', await context.saboteurs(), saboteur), shard);
      if (list) {
        console.print(saboteurList(chosen.map((one) => ({ ...one, turns: turnsTold(one.turns) }))));
        return;
      }
      const options = clusterOptionsOf({ cluster: native.name, ...values });
      end(await proving(chosen, { ...options, json: print === 'json', out }, context));
    });
};

/**
 * Lets saboteurs break a mesh and prints what became of it. Returns the exit code.
 * @throws UsageError if the cluster is unsuitable
 */
async function proving(
  saboteurs: readonly Saboteur[],
  { json, out, ...options }: ClusterOptions & { json: boolean; out: string },
  { suites, console }: Context,
): Promise<number> {
  const records: Record<string, Uint8Array> = {};
  const onTried = (tried: TriedSaboteur, record: RunRecord | undefined): void => {
    if (record !== undefined) records[`records/${tried.name}.br`] = packed(record);
    if (!json) console.print(triedLine(tried, console.color));
  };
  await makeResultsFolder(out);
  const acquired = await choose(options, console);
  let proof: Proof;
  try {
    proof = await breakMesh({ acquired, saboteurs, suites, istio: options.istio, onTried, ...console });
  } finally {
    await acquired.release();
  }
  const files = { 'prove.json': jsonOf(proof), 'prove.html': htmlProof(proof), ...records };
  const page = join(await keepAt(proof.startedAt, out, files), 'prove.html');
  console.print(json ? jsonOf(proof).trimEnd() : proofTerminal(proof, console.color, relative(console.cwd, page)));
  return proof.summary.exitCode;
}

interface Shard {
  nth: number;
  of: number;
}

/** Reads a part and the number of parts. */
function shardIn(text: string): Shard {
  const [nth = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number);
  if (nth >= 1 && nth <= of) return { nth, of };
  throw new InvalidArgumentError('takes a part and the number of parts, such as 1/2');
}

/**
 * Returns a part of the elements: of 2/3, the second of every three. All without a part.
 * @throws UsageError if nothing is in it
 */
export function shardOf<T>(all: readonly T[], shard: Shard | undefined): readonly T[] {
  if (shard === undefined) return all;
  const part = all.filter((_, at) => at % shard.of === shard.nth - 1);
  if (part.length > 0) return part;
  throw new UsageError(`--shard ${shard.nth}/${shard.of} has nothing in it: there can be at most ${all.length} parts.`);
}
