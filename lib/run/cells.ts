import { countedAt, type Learned, type Run, sharedNames } from '../mesh/index.ts';
import {
  aliasTarget,
  type Expectation,
  expectationOf,
  hasSidecar,
  hostnameOf,
  isPassedOn,
  knownAs,
  type Question,
  serviceNamed,
  subsetsLedTo,
  type World,
  workloadNamed,
} from '../model/index.ts';
import type { Cell } from '../probe/index.ts';
import { pairWords } from '../results/index.ts';
import { idOf, keyOf, namedTraffic, questionOf, type Scenario, type Traffic, targetOf } from '../scenario/index.ts';
import { answering, answersFor, changes, differ, type NamedPair, rareOf } from '../verdict/index.ts';

/** The input of Istio's rules before a step and during it. */
export interface Worlds {
  before: World;
  during: World;
}

/** A cell with its traffic, and the question that the model's expectation answers. */
export type RunCell = Cell & NamedPair & { traffic: Traffic };

/** What pairs were expected to do when they were last asked. */
type LastExpected = Pick<Learned, 'lastExpected'>;

/** Returns the cells of the step's traffic, in order, with the model's expectations. */
export function cellsOf(run: Run, last: LastExpected, step: Scenario, worlds: Worlds): RunCell[] {
  const servers = sharedNames(worlds.during);
  return namedTraffic(step.traffic).map(({ traffic, name }) => {
    const cell = { ...cellOf(run, last, { traffic, doubts: step.doubts }, worlds, servers), name };
    return { ...cell, answers: Math.max(step.answers ?? 0, answersWanted(run, cell)) };
  });
}

/**
 * Returns controls: pairs to ask in addition to the step's own. A refusal, expected or not, counts only if another
 * server answers the same client, so each client with fewer than two pairs that should be answered gets some. If all
 * the step's clients have a sidecar, one control has a client without, which can read the counters of the servers'
 * sidecars.
 */
export function controlsOf(
  run: Run,
  last: LastExpected,
  { doubts, cells }: Pick<Scenario, 'doubts'> & { cells: Cell[] },
  worlds: Worlds,
): RunCell[] {
  const byClient = Map.groupBy(cells, ({ client }) => client);
  const bare = [...byClient].filter(([, row]) => row.filter(answering).length < 2).map(([client]) => client);
  const asked = new Set(cells.map(({ id }) => id));
  const servers = sharedNames(worlds.during);
  const others = run.topologies
    .flatMap(({ traffic }) => traffic)
    .filter((traffic) => !asked.has(idOf(traffic)))
    .map((traffic) => cellOf(run, last, { traffic, doubts }, worlds, servers))
    .filter(answering);
  const controls = bare.flatMap((client) => controlsFrom(others, client, cells, worlds.during));
  if (cells.some(({ sidecar }) => !sidecar)) return controls;
  const [reader] = others.filter(({ sidecar }) => !sidecar).map(({ client }) => client);
  return reader === undefined
    ? controls
    : [...controls, ...controlsFrom(others, reader, cells, worlds.during).slice(0, 1)];
}

/**
 * Returns up to two controls for a client. Prefers servers without a sidecar, then servers that the step does not ask:
 * a server's counters would mix the controls with the step's own requests, which may be of another kind. Protocols that
 * sidecars pass on come last, because a sidecar counts all of their connections together.
 */
function controlsFrom(others: RunCell[], client: string, cells: Cell[], { workloads }: World): RunCell[] {
  const asked = new Set(cells.map(({ server }) => server));
  const counted = new Set(workloads.filter(hasSidecar).map(({ namespace, name }) => `${namespace}/${name}`));
  const rank = ({ server, protocol, expectation }: RunCell): number => {
    if (isPassedOn(protocol)) return 3;
    if (!expectation.outcomes.some(({ endpoints }) => endpoints.some((endpoint) => counted.has(endpoint)))) return 0;
    return asked.has(server) ? 2 : 1;
  };
  return others
    .filter((other) => other.client === client)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, 2);
}

/**
 * Returns a cell that needs one answer.
 * @param servers the result of sharedNames
 */
function cellOf(
  run: Run,
  { lastExpected }: LastExpected,
  { traffic, doubts }: { traffic: Traffic; doubts: Scenario['doubts'] },
  { before, during }: Worlds,
  servers: ReadonlyMap<string, string>,
): RunCell {
  const question = questionOf(traffic, run.namespaces);
  const workload = workloadNamed(during.workloads, question.client);
  const expectation = withDoubts(expectationOf(during, question), doubts?.(traffic, during.mesh.release) ?? []);
  const last = lastExpected.get(idOf(traffic));
  const isCertain = [last, expectation].every((one) => one?.notJudged === undefined);
  const isMeshed = workload !== undefined && hasSidecar(workload);
  return {
    traffic,
    question,
    id: idOf(traffic),
    name: pairWords(keyOf(traffic)),
    client: traffic.from,
    sidecar: isMeshed,
    oneWorker: run.topologies.some(({ oneWorker }) => oneWorker.has(traffic.from)),
    server: countedName(during, question, servers),
    ...(isMeshed && { clusters: clustersOf(during, question) }),
    ...(isMeshed && routedIn(during, question)),
    ...targetOf(traffic, run.namespaces),
    expectation,
    // What is not certain cannot be waited for, so the step does not change it.
    before: isCertain ? expectationOf(before, question) : expectation,
    stale: last !== undefined && (last.notJudged !== undefined || differ(last.outcomes, expectation.outcomes)),
    answers: 1,
  };
}

function withDoubts(expectation: Expectation, doubts: readonly string[]): Expectation {
  if (doubts.length === 0) return expectation;
  return { ...expectation, notJudged: [...new Set([...(expectation.notJudged ?? []), ...doubts])] };
}

/**
 * Returns the names of the clusters in which a client's sidecar has a port of a Service, and a subset of it first.
 * istio/istio pilot/pkg/model/service.go, BuildSubsetKey.
 */
export function clustersOf(world: World, { server }: Pick<Question, 'server'>): string[] {
  const named = serviceNamed(world.services, server);
  const host = named === undefined ? '' : hostnameOf(knownAs(world, named));
  const subsets = server.subset === undefined ? [''] : [server.subset, ''];
  return subsets.map((subset) => `outbound|${server.port}|${subset}|${host}`);
}

/** Returns the clusters of subsets to which routes lead requests that name none. */
function routedIn(world: World, { server }: Pick<Question, 'server'>): Pick<Cell, 'routed'> {
  const named = serviceNamed(world.services, server);
  if (named === undefined || server.subset !== undefined) return {};
  const service = knownAs(world, named);
  const subsets = subsetsLedTo(world, service);
  if (subsets.length === 0) return {};
  return { routed: subsets.map((subset) => `outbound|${server.port}|${subset}|${hostnameOf(service)}`) };
}

/** Returns the name in the counters of the server that a question asks: for an ExternalName, that of its target. */
function countedName(world: World, { server, protocol }: Question, names: ReadonlyMap<string, string>): string {
  const named = serviceNamed(world.services, server);
  if (named === undefined) throw new Error(`there is no Service ${server.namespace}/${server.name} to ask`);
  return countedAt(world, aliasTarget(world, named), { port: server.port, protocol }, names).name;
}

/**
 * Returns how many answers a cell needs: if the step changes the pair, as many as the sensitivity requires; otherwise
 * the pair gets that many over all steps of the run. With a rare outcome it gets them in the step, because few answers
 * in each of many steps would not show that it comes too often.
 */
function answersWanted({ sensitivity, asks, limits }: Run, cell: Cell): number {
  const rare = rareOf(cell.expectation.outcomes);
  if (rare !== undefined) return answersFor(sensitivity, { share: rare.share, limit: limits.missChance });
  const wanted = answersFor(sensitivity);
  if (changes(cell)) return wanted;
  return Math.max(limits.unchangedAnswers, Math.ceil(wanted / (asks.get(cell.id) ?? 1)));
}
