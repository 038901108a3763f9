import fc from 'fast-check';
import type { Acquired, OnProgress } from '../cluster/types.ts';
import { InconclusiveError } from '../errors.ts';
import { defaultLimits } from '../limits.ts';
import type { KubeObject } from '../model/types.ts';
import type { CellResult } from '../results/types.ts';
import { askStep } from '../run/ask.ts';
import type { Run } from '../run/run.ts';
import { scenarioOf } from '../run/scenario.ts';
import { populate, prepare } from '../run/start.ts';
import { awaitGone } from '../run/sweep.ts';
import { topology } from '../run/topology.ts';
import { type Exercised, exercise } from './exercised.ts';
import { stacks } from './stacks.ts';

export interface FuzzOptions {
  acquired: Acquired;
  seed: number;
  /** The position in the seed's sequence at which to continue, as an earlier run printed it. */
  path?: string | undefined;
  runs: number;
  /** The time after which no new stack starts, in milliseconds. */
  limitMs: number;
  signal: AbortSignal;
  onProgress: OnProgress;
}

/** A stack on which the mesh and the model disagree, shrunk on the mesh to the fewest objects that still show it. */
export interface Disagreement {
  objects: KubeObject[];
  cells: CellResult[];
  /** The position at which it was found, in the seed's sequence. */
  path: string;
}

export interface FuzzResult {
  release: Run['istio']['mesh']['release'];
  version: string;
  stacks: number;
  cells: number;
  inconclusive: number;
  /** Sentences about cells that were wrong at first, but not when asked again. */
  unsteady: string[];
  /** The total time of applying and asking stacks, in milliseconds. */
  ms: number;
  exercised: Exercised;
  found?: Disagreement;
}

/**
 * Limits shorter than those of a run of suites. A wrong rule makes every answer wrong, so few answers are enough. Short
 * limits cannot cause a disagreement: wrong cells are asked again with the default limits, and cells that cannot be
 * observed in time are inconclusive.
 */
const HASTY = {
  ...{ arrivalMs: 8_000, graceMs: 2_000, silentMs: 2_000 },
  ...{ graceAnswers: 3, baselineAnswers: 10, unchangedAnswers: 2, requestsPerBatch: 3, missChance: 1e-3 },
};
const SENSITIVITY = { share: 0.7, chance: 0.03 };

/**
 * Applies random stacks of policies, one after the other, to the topology `fuzz` on a live mesh. It asks every pair and
 * compares the answers with the model, until the two disagree. A disagreement counts only if asking again confirms it.
 * Then the stack is shrunk on the mesh.
 * @throws UsageError if the cluster is not suitable or refuses a stack
 * @throws InconclusiveError if the topology does not become ready
 */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const { acquired, signal, onProgress, seed, path, runs, limitMs } = options;
  const chosen = topology('fuzz');
  const run = await prepare({
    ...{ cluster: acquired.cluster, topologies: [chosen], meshWide: false, keep: false, signal, onProgress },
    ...{ sensitivity: SENSITIVITY, limits: HASTY },
  });
  try {
    await populate(run, { keep: false });
    if (run.blocked !== undefined) throw new InconclusiveError(run.blocked);
    const begunAt = performance.now();
    const result: FuzzResult = {
      ...{ release: run.istio.mesh.release, version: run.istio.version, stacks: 0, cells: 0, inconclusive: 0 },
      ...{ unsteady: [], ms: 0, exercised: { rules: new Map(), modes: new Map() } },
    };
    let last: CellResult[] = [];
    let broken: unknown;
    const disagrees = async (stack: KubeObject[]): Promise<boolean> => {
      // fast-check has no abort signal and treats any error as a disagreement. After either, all stacks agree at once.
      if (signal.aborted || broken !== undefined) return false;
      const first = await askStack(run, stack);
      result.stacks += 1;
      result.cells += first.cells.length;
      result.inconclusive += first.cells.filter(({ verdict }) => verdict === 'inconclusive').length;
      result.ms = performance.now() - begunAt;
      exercise(result.exercised, stack, first);
      onProgress({ phase: 'fuzz', detail: `${result.stacks} stacks, ${result.cells} cells` });
      const wrong = wrongIn(first.cells);
      if (wrong.length === 0) return false;
      run.limits = { ...defaultLimits };
      const again = new Set(wrongIn((await askStack(run, stack)).cells).map(idIn));
      run.limits = { ...run.limits, ...HASTY };
      last = wrong.filter((cell) => again.has(idIn(cell)));
      const once = wrong.filter((cell) => !again.has(idIn(cell)));
      result.unsteady.push(...once.map((cell) => `${idIn(cell)}: ${cell.why}`));
      return last.length > 0;
    };
    const property = fc.asyncProperty(stacks, async (stack) => {
      const found = await disagrees(stack).catch((error: unknown) => {
        broken ??= error;
        return false;
      });
      if (found) throw new Error('the mesh and the model disagree');
    });
    const details = await fc.check(property, {
      ...{ seed, numRuns: runs, interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false },
      ...(path !== undefined && { path }),
    });
    signal.throwIfAborted();
    if (broken !== undefined) throw broken;
    if (!details.failed || details.counterexample === null) return result;
    const [objects] = details.counterexample;
    // The last stack that shrinking tried may have agreed, so the final one is asked again for its cells.
    await disagrees(objects);
    return { ...result, found: { objects, cells: last, path: details.counterexamplePath ?? '' } };
  } finally {
    await run.cleanup.unwind();
    await awaitGone(run.kube, run.ownNamespaces, run.limits.goneMs);
  }
}

async function askStack(run: Run, objects: KubeObject[]) {
  return askStep(run, scenarioOf({ topology: 'fuzz' }, { kind: 'ask', title: 'a random stack', objects }));
}

function wrongIn(cells: CellResult[]): CellResult[] {
  return cells.filter(({ verdict }) => verdict === 'fail');
}

function idIn({ client, server, port, protocol }: CellResult): string {
  return `${client} → ${protocol}://${server}:${port}`;
}
