import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { choose } from '../cluster/choose.ts';
import { UsageError } from '../errors.ts';
import { turnsTold } from '../prove/judge.ts';
import { prove } from '../prove/prove.ts';
import type { Saboteur } from '../prove/saboteur.ts';
import type { Proof, Tried } from '../prove/types.ts';
import { htmlProof } from '../report/html/prove.ts';
import { proofTerminal, saboteurList, triedLine } from '../report/prove/terminal.ts';
import type { Suite } from '../run/suite.ts';
import { assertApply, clusterOptionsOf, noPositionals, onlyOf, parse, pathOf, shardOf } from './arguments.ts';
import type { Console } from './console.ts';
import { proveFlags } from './flags.ts';
import { makeResultsFolder } from './folder.ts';
import { proveHelp } from './help.ts';
import { jsonOf, keepAt } from './nightly-files.ts';

/** The default folder for proofs, in the project. */
const PROOFS = fileURLToPath(new URL('../../results/proofs', import.meta.url));

export interface ProveContext {
  saboteurs: readonly Saboteur[];
  suites: readonly Suite[];
  console: Console;
}

/**
 * `npm run prove -- …`: breaks a mesh on purpose, in each way of the catalogue, and checks that the harness finds it.
 * Returns the exit code.
 * @throws UsageError if an option is wrong or the cluster is unsuitable
 */
export async function proving(args: string[], { saboteurs, suites, console }: ProveContext): Promise<number> {
  const { values, positionals, given } = parse(args, proveFlags);
  if (values.help) {
    console.print(proveHelp);
    return 0;
  }
  noPositionals(positionals);
  const chosen = shardOf(onlyOf(saboteurs, values.only), values.shard);
  if (values.list) {
    assertApply(given, '--list', ['list', 'only', 'shard']);
    console.print(saboteurList(chosen.map((one) => ({ ...one, turns: turnsTold(one.turns) }))));
    return 0;
  }
  const out = values.out === undefined ? PROOFS : pathOf(console.cwd, values.out, '--out');
  const options = { ...clusterOptionsOf(values, console.cwd), provider: nativeOnly(values.cluster) };
  const onTried = (tried: Tried): void => {
    if (!values.json) console.print(triedLine(tried, console.color));
  };
  await makeResultsFolder(out);
  const acquired = await choose(options, console);
  let proof: Proof;
  try {
    proof = await prove({ acquired, saboteurs: chosen, suites, istio: values.istio, onTried, ...console });
  } finally {
    await acquired.release();
  }
  const files = { 'prove.json': jsonOf(proof), 'prove.html': htmlProof(proof) };
  const page = join(await keepAt(proof.startedAt, out, files), 'prove.html');
  console.print(
    values.json ? jsonOf(proof).trimEnd() : proofTerminal(proof, console.color, relative(console.cwd, page)),
  );
  return proof.summary.exitCode;
}

/** @throws UsageError if the user names another provider */
function nativeOnly(provider: string): string {
  if (provider === 'auto' || provider === 'native') return 'native';
  throw new UsageError(
    `npm run prove breaks the whole mesh, and stops processes of its pods on this machine, so it needs --cluster native, not ${provider}.`,
  );
}
