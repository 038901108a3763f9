import { aliasTarget } from '../model/endpoints.ts';
import { hasSidecar } from '../model/labels.ts';
import { predict } from '../model/predict.ts';
import { isPassedOn } from '../model/protocol.ts';
import type { Question, World } from '../model/types.ts';
import { answering } from '../probe/control.ts';
import { answersFor } from '../probe/sensitivity.ts';
import { changes } from '../probe/tally.ts';
import type { Cell } from '../probe/types.ts';
import { named, pairWords } from '../results/place.ts';
import type { Run } from './run.ts';
import type { Scenario } from './scenario.ts';
import { countedAt, sharedNames } from './sharing.ts';
import { idOf, keyOf, questionOf, type Traffic, targetOf } from './traffic.ts';

/** What Istio's rules look at before a step and during it. */
export interface Worlds {
  before: World;
  during: World;
}

/** A cell with the question to which the model's expectation is the answer. */
export interface RunCell extends Cell {
  question: Question;
  /** What messages of its step call it. */
  name: string;
}

/** Returns the step's traffic, in order, with what the model expects of it. */
export function cellsOf(run: Run, step: Scenario, worlds: Worlds): RunCell[] {
  const names = named(step.traffic.map(keyOf)).map(pairWords);
  const servers = sharedNames(worlds.during);
  return step.traffic.map((traffic, at) => {
    const cell = { ...cellOf(run, traffic, worlds, servers), name: names[at] as string };
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
  const servers = sharedNames(worlds.during);
  const others = run.topologies
    .flatMap(({ traffic }) => traffic)
    .filter((traffic) => !asked.has(idOf(traffic)))
    .map((traffic) => cellOf(run, traffic, worlds, servers))
    .filter(answering);
  const controls = bare.flatMap((client) => controlsFrom(others, client, cells, worlds.during));
  if (cells.some(({ sidecar }) => !sidecar)) return controls;
  const [reader] = others.filter(({ sidecar }) => !sidecar).map(({ client }) => client);
  return reader === undefined
    ? controls
    : [...controls, ...controlsFrom(others, reader, cells, worlds.during).slice(0, 1)];
}

/**
 * Returns what to ask as controls of a client, two where there are: best of servers without a sidecar, else of such that the
 * step does not ask, since requests of another kind would hide from a server's counters of which kind the step's own are.
 * What sidecars pass on they count together, so that it comes last.
 */
function controlsFrom(others: RunCell[], client: string, cells: Cell[], { workloads }: World): RunCell[] {
  const asked = new Set(cells.map(({ server }) => server));
  const counted = new Set(workloads.filter(hasSidecar).map(({ namespace, name }) => `${namespace}/${name}`));
  const rank = ({ server, protocol, expectation }: RunCell): number => {
    if (isPassedOn(protocol)) return 3;
    if (!expectation.outcomes.some(({ endpoints }) => endpoints.some((one) => counted.has(one)))) return 0;
    return asked.has(server) ? 2 : 1;
  };
  return others
    .filter((one) => one.client === client)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 2);
}

/**
 * Returns a cell of which one answer is wanted.
 * @param servers as sharedNames has them
 */
function cellOf(run: Run, traffic: Traffic, { before, during }: Worlds, servers: ReadonlyMap<string, string>): RunCell {
  const question = questionOf(traffic, run.namespaces);
  const { client } = question;
  const workload = during.workloads.find(({ namespace, name }) => {
    return namespace === client.namespace && name === client.name;
  });
  return {
    question,
    id: idOf(traffic),
    name: pairWords(keyOf(traffic)),
    client: traffic.from,
    sidecar: workload !== undefined && hasSidecar(workload),
    server: countedName(during, question, servers),
    ...targetOf(traffic, run.namespaces),
    expectation: predict(during, question),
    before: predict(before, question),
    answers: 1,
  };
}

/** Returns what counters call what a question is asked of: an ExternalName is another name for its target. */
function countedName(world: World, { server, protocol }: Question, names: ReadonlyMap<string, string>): string {
  const named = world.services.find(({ metadata }) => {
    return metadata.namespace === server.namespace && metadata.name === server.name;
  });
  if (named === undefined) throw new Error(`there is no Service ${server.namespace}/${server.name} to ask`);
  return countedAt(world, aliasTarget(world, named), { port: server.port, protocol }, names).name;
}

/** A pair that the step changes is asked as often as the sensitivity wants; one that it does not, over all steps of the run. */
function answersWanted({ sensitivity, asks, limits }: Run, cell: Cell): number {
  const wanted = answersFor(sensitivity);
  if (changes(cell)) return wanted;
  return Math.max(limits.unchangedAnswers, Math.ceil(wanted / (asks.get(cell.id) ?? 1)));
}
