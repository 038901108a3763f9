import { setTimeout as pause } from 'node:timers/promises';
import { declaredProtocol, hasSidecar, isHeadless, type Outcome } from '../../../model/index.ts';
import type { Answer, Client, Server, Survey } from '../../../survey/index.ts';
import { nameOfServer } from '../../../survey/index.ts';
import { matches, type Observation, observationWords, outcomeWords, usual } from '../../../verdict/index.ts';
import { observed, STREAM_CLOSED } from './ask.ts';
import type { ClientPod, Deployment } from './deploy.ts';

// Asks what a survey says of the pairs of a mesh of stand-ins.

/** A survey, and what it was made from. */
export interface Source {
  name: string;
  survey: Survey;
}

/** How many pairs came to what a survey says. */
export interface Counts {
  equal: number;
  wrong: number;
  notJudged: number;
}

/** A pair that came to something else than a survey says. */
export interface WrongPair {
  source: string;
  client: string;
  server: string;
  expected: string;
  observed: string;
  /** The rules that the survey goes by. */
  rules: string[];
}

export interface Comparison {
  /** By source. */
  counts: Map<string, Counts>;
  wrong: WrongPair[];
  /** Pairs that were right only when they were asked again. */
  late: string[];
  /** Why pairs are not judged, and how many. */
  notJudged: Map<string, number>;
}

/** What sources say of one pair. */
interface Pair {
  client: ClientPod;
  clientOf: Client;
  server: Server;
  said: { source: string; answer: Answer; client: Client }[];
}

/** Which chance of missing one of several outcomes is small enough, and how often a pair is asked at most. */
const MISSED = 1e-4;
const MOST = 40;
/**
 * How often a pair is asked of which one outcome is expected: of one workload, where a wrong rule is wrong in every
 * answer, and of several that may differ.
 */
const FEW = 1;
const SEVERAL = 8;
/** The pauses after which wrong pairs are asked again, in milliseconds: a sidecar may be late. */
const AGAIN_MS = [0, 4_000, 10_000, 20_000];
/** How many clients ask at once. */
const AT_ONCE = 4;

/**
 * Asks every pair of a mesh of stand-ins that some survey judges, and compares the answers with each.
 * @param sources surveys of this mesh; the first says which pairs there are
 */
export async function compare(
  on: Deployment,
  clients: readonly ClientPod[],
  sources: readonly [Source, ...Source[]],
): Promise<Comparison> {
  const result: Comparison = { counts: new Map(), wrong: [], late: [], notJudged: new Map() };
  for (const { name } of sources) result.counts.set(name, { equal: 0, wrong: 0, notJudged: 0 });
  const waiting = [...Map.groupBy(pairsOf(clients, sources), ({ client }) => client).values()];
  const total = waiting.length;
  let done = 0;
  const worker = async (): Promise<void> => {
    for (let pairs = waiting.shift(); pairs !== undefined; pairs = waiting.shift()) {
      on.signal.throwIfAborted();
      await askClient(on, pairs, result);
      done += 1;
      on.onProgress({ phase: 'asking', done, total, detail: 'clients' });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return result;
}

/** Returns the pairs of all sources. What a source does not know of, it does not judge. */
function pairsOf(clients: readonly ClientPod[], sources: readonly [Source, ...Source[]]): Pair[] {
  const namespaces = new Set(clients.map(({ namespace }) => namespace));
  const answers = sources.map(({ name, survey }) => ({ name, survey, of: answersBy(survey) }));
  const [{ survey: first }] = sources;
  const servers = first.servers.filter(({ server }) => namespaces.has(server.service.metadata.namespace ?? ''));
  return clients.flatMap((client) => {
    const found = clientIn(first, client);
    if (found === undefined) throw new Error(`the survey has no client ${client.namespace}/${client.name}`);
    return servers
      .filter(({ server }) => !asksItself(client, server))
      .map(({ server }) => ({
        client,
        clientOf: found,
        server,
        said: answers.map(({ name, survey, of }) => {
          const own = clientIn(survey, client);
          const answer = own && of.get(nameOfServer(server))?.get(own);
          if (own === undefined || answer === undefined) {
            throw new Error(`${name} says nothing of ${client.namespace}/${client.name} and ${nameOfServer(server)}`);
          }
          return { source: name, answer, client: own };
        }),
      }));
  });
}

/** A pod's requests to its own address get past its sidecar, which no survey speaks of. */
function asksItself({ namespace, name }: ClientPod, { target, endpoints }: Server): boolean {
  return (
    isHeadless(target) &&
    endpoints.some(({ workload }) => workload.namespace === namespace && isNameOf(workload.name, name))
  );
}

/** A survey adds to a workload's name what tells it from others. */
function isNameOf(workload: string, name: string): boolean {
  return workload === name || workload.startsWith(`${name} (`);
}

/** Returns the answers of a survey, by server and client. */
function answersBy({ servers }: Survey): Map<string, Map<Client, Answer>> {
  return new Map(
    servers.map(({ server, answers }) => [
      nameOfServer(server),
      new Map(answers.flatMap(({ answer, clients }) => clients.map((client) => [client, answer] as const))),
    ]),
  );
}

function clientIn({ clients }: Survey, { namespace, name }: ClientPod): Client | undefined {
  return clients.find(
    (one) =>
      one.namespace === namespace &&
      one.outsider === undefined &&
      one.workloads.some((workload) => isNameOf(workload, name)),
  );
}

async function askClient(on: Deployment, pairs: readonly Pair[], result: Comparison): Promise<void> {
  let left = pairs.filter(({ said }) => said.some(({ answer }) => answer.result !== 'unknown'));
  let differing = new Map<Pair, Observation[]>();
  for (const [nth, ms] of AGAIN_MS.entries()) {
    if (left.length === 0) break;
    await pause(ms, undefined, { signal: on.signal });
    const answers = await askOnce(on, left, nth > 0);
    differing = new Map(
      [...answers].filter(([pair, seen]) => pair.said.some((one) => !isRight(one, seen, pair.server))),
    );
    if (nth > 0) result.late.push(...left.filter((pair) => !differing.has(pair)).map(wordsOf));
    left = [...differing.keys()];
  }
  for (const pair of pairs) tally(pair, differing.get(pair), result);
}

/** @param isAgain whether these were wrong: then each is asked more often, since its endpoints may differ */
async function askOnce(
  { kube }: Deployment,
  pairs: readonly Pair[],
  isAgain: boolean,
): Promise<Map<Pair, Observation[]>> {
  const [{ client, clientOf }] = pairs as [Pair, ...Pair[]];
  const ports = pairs.map((pair) => ({
    service: pair.server.service,
    target: pair.server.target,
    port: pair.server.port,
    protocol: pair.server.protocol,
    isShown: showsIdentity(pair.server),
    times: Math.max(isAgain ? SEVERAL : FEW, ...pair.said.map(({ answer }) => timesFor(answer, pair.server))),
  }));
  const seen = await observed(kube, client, { ports, sidecar: hasSidecar(clientOf.sort.workload) });
  return new Map(pairs.map((pair, at) => [pair, seen[at] ?? []]));
}

/** Protocols in which a server's sidecar adds headers. Where another or none is declared, it may pass bytes on. */
const withHeaders = new Set(['http', 'http2', 'grpc', 'grpc-web']);

function showsIdentity({ target, port }: Server): boolean {
  const declared = target.spec.ports?.find((one) => one.port === port);
  return declared !== undefined && withHeaders.has(declaredProtocol(declared));
}

/** Returns how often to ask, so that no expected outcome is missed. */
function timesFor({ outcomes, mayRefuse }: Answer, { endpoints }: Server): number {
  const shares = usual([...outcomes]).map(({ share }) => share);
  if (shares.length < 2 && mayRefuse.length === 0) {
    return new Set(endpoints.map(({ workload }) => workload)).size > 1 ? SEVERAL : FEW;
  }
  return Math.min(MOST, Math.ceil(Math.log(MISSED) / Math.log(1 - Math.min(...shares, 0.5))));
}

function tally(pair: Pair, seen: readonly Observation[] | undefined, result: Comparison): void {
  for (const said of pair.said) {
    const counts = result.counts.get(said.source) as Counts;
    if (said.answer.result === 'unknown') {
      counts.notJudged += 1;
      const [why = ''] = said.answer.notJudged;
      result.notJudged.set(why, (result.notJudged.get(why) ?? 0) + 1);
    } else if (seen === undefined || isRight(said, seen, pair.server)) {
      counts.equal += 1;
    } else {
      counts.wrong += 1;
      result.wrong.push(wrongPair(pair, said, seen));
    }
  }
}

/**
 * Returns whether answers are what a source says: each that is usual came, and no other. Of a headless Service's pods a
 * client may always ask the same, by how it sorts their addresses: then one that is expected will do.
 */
export function isRight(
  { answer, client }: Pair['said'][number],
  seen: readonly Observation[],
  { target }: Pick<Server, 'target'>,
): boolean {
  if (answer.result === 'unknown') return true;
  const outcomes = answer.outcomes.map((expected) => ({ ...expected, outcome: asked(expected.outcome, client) }));
  const denied = { outcome: { kind: 'denied' } as const, endpoints: [], share: 1 };
  const allowed = answer.mayRefuse.length > 0 ? [...outcomes, denied] : outcomes;
  const isAllowed = (observation: Observation): boolean => allowed.some((one) => comesTo(one, observation));
  const isMissing = usual(outcomes).some((one) => !seen.some((observation) => comesTo(one, observation)));
  return seen.length > 0 && seen.every(isAllowed) && (!isMissing || answer.mayRefuse.length > 0 || isHeadless(target));
}

/** A survey names one client of several that come to the same. */
function asked(outcome: Outcome, { namespace, account }: Client): Outcome {
  if (outcome.kind !== 'mtls') return outcome;
  return { ...outcome, identity: outcome.identity.replace(/\/ns\/.*$/, `/ns/${namespace}/sa/${account}`) };
}

type Expected = Parameters<typeof matches>[0];

function comesTo(expected: Expected, observation: Observation): boolean {
  const { outcome } = expected;
  // Who answered, and as whom, is not shown where sidecars pass on bytes.
  if (observation.kind === 'answered') return outcome.kind === 'mtls' || outcome.kind === 'plain';
  if (observation.kind === 'mtls' && observation.identity === '') return outcome.kind === 'mtls';
  // A name without an address is no answer of the mesh, but expected where nobody serves.
  if (observation.kind === 'not-observed' && observation.because?.code === 'curl-failed') {
    const { curlExit } = observation.because;
    if (curlExit === STREAM_CLOSED) return outcome.kind === 'denied' || outcome.kind === 'unavailable';
    return outcome.kind === 'reset' && outcome.curlExits.includes(curlExit);
  }
  return matches(expected, observation);
}

function wrongPair(
  pair: Pair,
  { source, answer, client }: Pair['said'][number],
  seen: readonly Observation[],
): WrongPair {
  const outcomes = answer.outcomes.map((expected) => ({ ...expected, outcome: asked(expected.outcome, client) }));
  const mutual = outcomes.flatMap(({ outcome }) => (outcome.kind === 'mtls' ? [outcome.identity] : []));
  const observedWords = seen.map((one) =>
    one.kind === 'mtls' && (one.identity === '' || mutual.includes(one.identity)) ? MUTUAL_TLS : observationWords(one),
  );
  return {
    source,
    client: `${pair.client.namespace}/${pair.client.name}`,
    server: nameOfServer(pair.server),
    expected: outcomes.map(expectedWords).join(' or '),
    observed: [...new Set(observedWords)].sort().join(' and '),
    rules: answer.reasons.map(({ rule, text }) => `${text} [${rule}]`),
  };
}

/** Without the identity, so that wrong pairs of several clients read alike. */
const MUTUAL_TLS = 'mutual TLS';

function expectedWords({ outcome, rare }: Expected): string {
  return `${outcome.kind === 'mtls' ? MUTUAL_TLS : outcomeWords(outcome)}${rare ? ' (rarely)' : ''}`;
}

function wordsOf({ client, server }: Pair): string {
  return `${client.namespace}/${client.name} > ${nameOfServer(server)}`;
}
