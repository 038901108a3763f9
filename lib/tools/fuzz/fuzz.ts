import fc from 'fast-check';
import type { Run } from '../../mesh/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { InconclusiveError, UsageError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { sparing } from '../../probe/index.ts';
import { endRun, populate, prepare } from '../../run/index.ts';
import { type Disagreement, type FuzzCounts, HASTY, SENSITIVITY, StackAsker } from './ask.ts';
import { type Stack, stacksFor } from './stacks.ts';
import { fuzzTopology } from './traffic.ts';

/** The time for reducing a disagreement. */
const REDUCING_MS = 600_000;

export interface FuzzOptions {
  acquired: Acquired;
  /** Whether stacks may change the whole mesh of a cluster that this project did not make. */
  meshWide: boolean;
  seed: number;
  /** The position in the seed's sequence at which to continue, as an earlier run printed it. */
  path?: string | undefined;
  runs: number;
  /** The time after which no new stack starts, in milliseconds. */
  limitMs: number;
  signal: AbortSignal;
  onProgress: OnProgress;
}

export interface FuzzResult extends FuzzCounts {
  release: Run['istio']['mesh']['release'];
  version: string;
  /** Whether stacks could change the whole mesh. */
  meshWide: boolean;
  /** Reduced on the mesh to what still shows it, and its place in the seed's sequence. */
  found?: Disagreement & { path: string };
}

/**
 * Applies random stacks of policies, one after the other, to the topology `fuzz` on a live mesh. It asks every pair and
 * compares the answers with the model, until the two disagree. Then the stack is reduced on the mesh to what still
 * shows it.
 * @throws UsageError if the cluster is not suitable or refuses a stack, or the path leads to none
 * @throws InconclusiveError if the topology does not become ready
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { acquired, signal, onProgress } = options;
  const meshWide = options.meshWide || acquired.cluster.owned;
  const prepared = await prepare({
    cluster: acquired.cluster,
    topologies: [fuzzTopology],
    meshWide,
    keep: false,
    signal,
    onProgress,
    sensitivity: SENSITIVITY,
    limits: HASTY,
    strategy: sparing,
  });
  try {
    const { istio } = prepared.run;
    const { release, rootNamespace } = istio.mesh;
    const stacks = stacksFor({ release, ...(meshWide && { rootNamespace }) });
    assertPath(stacks, options);
    const { run, learned } = await populate(prepared, { keep: false });
    if (learned.blocked !== undefined) throw new InconclusiveError(learned.blocked);
    const asker = new StackAsker(run, learned);
    const path = await search(asker, stacks, options);
    const { found } = asker;
    return {
      release,
      version: istio.version,
      meshWide,
      ...asker.counts,
      ...(path !== undefined && found !== undefined && { found: { ...found, path } }),
    };
  } finally {
    await endRun(prepared.run);
  }
}

/**
 * Makes sure that a path leads to a stack, since a search that asks nothing would find nothing wrong.
 * @throws UsageError if it does not
 */
export function assertPath(stacks: fc.Arbitrary<Stack>, { seed, path }: Pick<FuzzOptions, 'seed' | 'path'>): void {
  if (path === undefined) return;
  let found: Stack[] = [];
  try {
    found = fc.sample(stacks, { seed, path, numRuns: 1 });
  } catch {
    // fast-check throws where a step of the path leads nowhere, and returns nothing where the last does.
  }
  if (found.length > 0) return;
  throw new UsageError(
    `--path ${path} leads to no stack of seed ${seed} on this release, so nothing would be asked: give both as an earlier run on the same Istio printed them.`,
  );
}

type SearchOptions = Pick<FuzzOptions, 'signal' | 'seed' | 'path' | 'runs' | 'limitMs'>;

/**
 * Looks for a disagreement, which is then the asker's, and reduces it. Returns its path in the seed's sequence;
 * undefined if there is none. No stack is still being asked when it returns.
 */
export async function search(
  asker: Pick<StackAsker, 'disagreesOn' | 'found'>,
  stacks: fc.Arbitrary<Stack>,
  { signal, seed, path, runs, limitMs }: SearchOptions,
): Promise<string | undefined> {
  let broken: unknown;
  // fast-check has no abort signal, treats any error as a disagreement, and leaves a stack half asked at its own time limit.
  const agreeing = (end: number, atEnd: boolean) =>
    fc.asyncProperty(stacks, async (stack) => {
      if (signal.aborted || broken !== undefined || performance.now() >= end) return atEnd;
      try {
        return !(await asker.disagreesOn(stack));
      } catch (error) {
        broken = error;
        return atEnd;
      }
    });
  // To disagree ends the search, and is no disagreement of the asker's.
  const found = await fc.check(agreeing(performance.now() + limitMs, false), {
    seed,
    numRuns: runs,
    endOnFailure: true,
    ...(path !== undefined && { path }),
  });
  const { counterexamplePath } = found;
  // The time is for finding. What was found is reduced from its place in the sequence on. To agree ends the reducing.
  const reduced =
    asker.found !== undefined && counterexamplePath !== null
      ? await fc.check(agreeing(performance.now() + REDUCING_MS, true), { seed, path: counterexamplePath })
      : found;
  signal.throwIfAborted();
  if (broken !== undefined) throw broken;
  return asker.found === undefined ? undefined : (reduced.counterexamplePath ?? counterexamplePath ?? undefined);
}
