import { hasSidecar } from '../model/labels.ts';
import { predict } from '../model/predict.ts';
import type { Question, World } from '../model/types.ts';
import { answering } from '../probe/control.ts';
import { answersFor } from '../probe/sensitivity.ts';
import { changes } from '../probe/tally.ts';
import type { Cell } from '../probe/types.ts';
import { everyPair, idOf, type Pair, pairsOf, questionOf, urlOf } from './pairs.ts';
import type { Run } from './run.ts';
import type { AskStep } from './suite.ts';

/** What Istio's rules look at before a step and during it. */
export interface Worlds {
  before: World;
  during: World;
}

/** A cell with the question to which the model's expectation is the answer. */
export interface RunCell extends Cell {
  question: Question;
}

/** Returns the step's pairs, in order, with what the model expects of them. */
export function cellsOf(run: Run, step: AskStep, worlds: Worlds): RunCell[] {
  return pairsOf(step).map((pair) => {
    const cell = cellOf(run, pair, worlds);
    return { ...cell, answers: Math.max(step.answers ?? 0, answersWanted(run, cell)) };
  });
}

/**
 * Returns pairs to ask beside the step's own. A refusal counts only beside an answer of another server to the same client,
 * also where none was expected: a client that the step's own pairs bring no two servers that answer is asked for others,
 * too. And a client without a sidecar is there to read what the servers' sidecars count.
 */
export function controlsOf(run: Run, cells: Cell[], worlds: Worlds): RunCell[] {
  const own = Map.groupBy(cells, ({ client }) => client);
  const bare = [...own].filter(([, row]) => row.filter(answering).length < 2).map(([client]) => client);
  const asked = new Set(cells.map(({ id }) => id));
  const others = everyPair
    .filter((pair) => !asked.has(idOf(pair)))
    .map((pair) => cellOf(run, pair, worlds))
    .filter(answering);
  const controls = others.filter(({ client }) => bare.includes(client));
  if (cells.some(({ sidecar }) => !sidecar)) return controls;
  return [...controls, ...others.filter(({ sidecar }) => !sidecar).slice(0, 1)];
}

/** Returns a cell of which one answer is wanted. */
function cellOf(run: Run, pair: Pair, { before, during }: Worlds): RunCell {
  const question = questionOf(pair, run.namespaces);
  const { client, server } = question;
  const workload = during.workloads.find(({ namespace, name }) => {
    return namespace === client.namespace && name === client.name;
  });
  return {
    question,
    id: idOf(pair),
    client: pair.client,
    sidecar: workload !== undefined && hasSidecar(workload),
    server: `${server.namespace}/${server.name}`,
    url: urlOf(pair, run.namespaces),
    expectation: predict(during, question),
    before: predict(before, question),
    answers: 1,
  };
}

/** A pair that the step changes is asked as often as the sensitivity wants; one that it does not, over all steps of the run. */
function answersWanted({ sensitivity, asks, limits }: Run, cell: Cell): number {
  const wanted = answersFor(sensitivity);
  if (changes(cell)) return wanted;
  return Math.max(limits.unchangedAnswers, Math.ceil(wanted / (asks.get(cell.id) ?? 1)));
}
