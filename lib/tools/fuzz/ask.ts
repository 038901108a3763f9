import type { Learned, Run } from '../../mesh/index.ts';
import { defaultLimits } from '../../platform/limits.ts';
import { thorough } from '../../probe/index.ts';
import { type AskResult, type CellResult, trafficWords } from '../../results/index.ts';
import { askStep } from '../../run/index.ts';
import type { Scenario } from '../../scenario/index.ts';
import { isDoubt } from '../../verdict/index.ts';
import { type Exercised, exercise, nothingExercised } from './exercised.ts';
import type { Stack } from './stacks.ts';
import { fuzzTraffic } from './traffic.ts';

/**
 * Limits shorter than those of a run of suites. A wrong rule makes every answer wrong, so few answers are enough. Short
 * limits cannot cause a disagreement: wrong cells are asked again with the default limits, and cells that cannot be
 * observed in time are inconclusive.
 */
export const HASTY = {
  arrivalMs: 8_000,
  graceMs: 2_000,
  silentMs: 2_000,
  graceAnswers: 2,
  baselineAnswers: 10,
  unchangedAnswers: 1,
  requestsPerBatch: 1,
  missChance: 1e-3,
};
/** One answer of each pair, or as many as show all endpoints that the model expects. */
export const SENSITIVITY = { share: 0.97, chance: 0.05 };

/** A stack on which the mesh and the model disagree. */
export interface Disagreement extends Stack {
  /** The stack right before it, if the mesh disagrees only if it comes from there. */
  after?: Stack;
  /** The pairs that were wrong each time that they were asked. */
  cells: CellResult[];
}

/** What was asked so far. */
export interface FuzzCounts {
  stacks: number;
  /** The number of cells with a verdict. */
  cells: number;
  /** The number of cells without, by the code of the reason. */
  inconclusive: Map<string, number>;
  /** Sentences about cells that were wrong at first, but not when asked again. */
  unsteady: string[];
  /** The total time of applying and asking stacks, in milliseconds. */
  ms: number;
  exercised: Exercised;
}

const nothing: Stack = { objects: [], autoMtls: true };

/** Asks stacks on one mesh, one after the other. */
export class StackAsker {
  readonly counts: FuzzCounts = {
    stacks: 0,
    cells: 0,
    inconclusive: new Map(),
    unsteady: [],
    ms: 0,
    exercised: nothingExercised(),
  };
  /** The last disagreement. */
  found: Disagreement | undefined;
  readonly #run: Run;
  #learned: Learned;
  readonly #begunAt = performance.now();
  #before = nothing;

  /** @param run with hasty limits */
  constructor(run: Run, learned: Learned) {
    this.#run = run;
    this.#learned = learned;
  }

  /**
   * Applies a stack and returns whether the mesh and the model disagree on it: the same cells must be wrong with hasty
   * limits and with the default ones.
   */
  async disagreesOn(stack: Stack): Promise<boolean> {
    const { counts } = this;
    const after = this.#before;
    this.#before = stack;
    const first = await this.#ask(stack, this.#run);
    const unclear = first.cells.filter(({ verdict }) => verdict === 'inconclusive');
    counts.stacks += 1;
    for (const code of unclear.flatMap(({ reasons }) => reasons.filter(isDoubt).map(({ code }) => code))) {
      counts.inconclusive.set(code, (counts.inconclusive.get(code) ?? 0) + 1);
    }
    counts.cells += first.cells.length - unclear.length;
    counts.ms = performance.now() - this.#begunAt;
    exercise(counts.exercised, stack.objects, first);
    this.#run.onProgress({ phase: 'fuzz', detail: `${counts.stacks} stacks, ${counts.cells} cells` });
    const wrong = wrongIn(first);
    if (wrong.length === 0) return false;
    const careful = { ...this.#run, limits: defaultLimits, strategy: thorough };
    const cells = among(wrong, wrongIn(await this.#ask(stack, careful)));
    counts.unsteady.push(
      ...wrong.filter((cell) => !cells.includes(cell)).map((cell) => `${trafficWords(cell)}: ${cell.why}`),
    );
    if (cells.length > 0) this.found = await this.#disagreement(stack, after, cells, careful);
    return cells.length > 0;
  }

  /** Asks a stack again after everything was removed: if it is right then, the stack before it belongs to it. */
  async #disagreement(stack: Stack, after: Stack, cells: CellResult[], careful: Run): Promise<Disagreement> {
    await this.#ask(nothing, careful);
    const alone = among(cells, wrongIn(await this.#ask(stack, careful)));
    return alone.length > 0 ? { ...stack, cells: alone } : { ...stack, after, cells };
  }

  /** @param run with the limits and the strategy by which to ask */
  async #ask({ objects, autoMtls }: Stack, run: Run): Promise<Pick<AskResult, 'cells'>> {
    const step: Scenario = { kind: 'ask', title: 'a random stack', objects, autoMtls, traffic: fuzzTraffic };
    const { result, learned } = await askStep(run, this.#learned, step);
    this.#learned = learned;
    return result;
  }
}

function wrongIn({ cells }: Pick<AskResult, 'cells'>): CellResult[] {
  return cells.filter(({ verdict }) => verdict === 'fail');
}

/** Returns the cells that are also among others. */
function among(cells: CellResult[], others: CellResult[]): CellResult[] {
  const names = new Set(others.map(trafficWords));
  return cells.filter((cell) => names.has(trafficWords(cell)));
}
