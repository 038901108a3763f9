import { hasSidecar, type RuleId } from '../model/index.ts';
import type { OnProgress } from '../platform/progress.ts';
import type { SurveyedMesh } from './mesh/mesh.ts';
import { actingIn } from './pairs/acting.ts';
import { type Answer, answersIn, type Result, sightsIn } from './pairs/answers.ts';
import { type ClientSet, classesIn, clientSets, type SortClass } from './pairs/classes.ts';
import { type Client, clientsOf, type Named, type Sort } from './pairs/clients.ts';
import { readable } from './pairs/guards.ts';
import type { NotAsked } from './pairs/hosts.ts';
import { type PolicyIndex, policyIndex } from './pairs/policy-index.ts';
import { type Server, serversOf } from './pairs/servers.ts';

/** What the requests of a mesh come to: of each group of clients to each port of each Service. */
export interface Survey {
  mesh: SurveyedMesh;
  index: PolicyIndex;
  clients: readonly Client[];
  servers: readonly SurveyedServer[];
  notAsked: readonly NotAsked[];
  /** Returns the clients of classes of sorts that some server of the survey cannot tell apart. */
  setOf: (classes: readonly SortClass[]) => ClientSet;
}

export interface SurveyedServer {
  server: Server;
  /** Every client is in one of these. */
  answers: readonly AnswerGroup[];
}

/** Clients whose requests come to the same. The workload of the first of their sorts is the one that the reasons speak of. */
export interface AnswerGroup extends ClientSet {
  answer: Answer;
}

/** Which pairs to look at. */
export interface Selection {
  client: (client: Named) => boolean;
  server: (server: Server) => boolean;
}

export const everyPair: Selection = { client: () => true, server: () => true };

/** How many Service ports are looked at between two reports of progress. Of fewer there is none: it is quick. */
const PROGRESS = 500;

/** Returns what requests come to in a mesh. */
export function surveyOf(
  mesh: SurveyedMesh,
  selection: Selection = everyPair,
  onProgress: OnProgress = () => {},
): Survey {
  const index = policyIndex(mesh.policies);
  const acting = actingIn(mesh);
  const clients = clientsOf(mesh, index, acting, selection.client);
  const { servers, notAsked } = serversOf(mesh, index, acting);
  const setOf = clientSets(clients);
  const selected = readable(servers.filter(selection.server), new Set(clients.map(({ sort }) => sort)).size);
  const asked = { index, clients, setOf, servers: selected, onProgress };
  return { mesh, index, clients, notAsked, setOf, servers: answeredIn(mesh, asked) };
}

/**
 * Returns what clients get from servers of a survey in a mesh that has other PeerAuthentications. All else must be the
 * same, since the clients and servers of a survey know it.
 */
export function answersWith(mesh: SurveyedMesh): (server: Server, sort: Sort) => Answer {
  return answersIn(mesh, policyIndex(mesh.policies));
}

/** Returns what one client gets from a server, with reasons that speak of the workload of its sort. */
export function answersToOne({ mesh, index }: Pick<Survey, 'mesh' | 'index'>): (server: Server, sort: Sort) => Answer {
  const sights = sightsIn(mesh, index);
  // Each anew, as an answer that is found once for many speaks of the first of them.
  return (server, sort) => answersIn(mesh, index, sights)(server, sort);
}

function answeredIn(
  mesh: SurveyedMesh,
  {
    index,
    clients,
    servers,
    setOf,
    onProgress,
  }: Pick<Survey, 'index' | 'clients' | 'setOf'> & { servers: readonly Server[]; onProgress: OnProgress },
): SurveyedServer[] {
  const sights = sightsIn(mesh, index);
  const answer = answersIn(mesh, index, sights);
  const classesOf = classesIn(sights, [...new Set(clients.map(({ sort }) => sort))]);
  const looked = counting(servers.length, 'judging', onProgress);
  return servers.map((server) => {
    looked();
    const groups = new Map<Answer | string, { answer: Answer; classes: SortClass[] }>();
    for (const own of classesOf(server)) {
      const [sort] = own as [Sort, ...Sort[]];
      const found = answer(server, sort);
      // What is not judged is not kept, and alike where the reasons are.
      const key = found.result === 'unknown' ? found.notJudged.join('\n') : found;
      const group = groups.get(key) ?? { answer: found, classes: [] };
      group.classes.push(own);
      groups.set(key, group);
    }
    return {
      server,
      answers: [...groups.values()].map((group) => ({ answer: group.answer, ...setOf(group.classes) })),
    };
  });
}

/** Returns what counts Service ports, and reports progress now and then. */
export function counting(total: number, phase: string, onProgress: OnProgress): () => void {
  let done = 0;
  return () => {
    done += 1;
    if (done % PROGRESS === 0) onProgress({ phase, done, total, detail: 'Service ports' });
  };
}

/**
 * What a pair comes to. It is `broken` if it is refused although the client has a sidecar that knows the Service: two
 * settings contradict. What has no sidecar, or one from which the Service is hidden, is refused as STRICT means it, and
 * a client whose identity no AuthorizationPolicy allows, as that means it.
 */
export type PairResult = Result | 'broken';

export const results = [
  'mtls',
  'plain',
  'broken',
  'refused',
  'mixed',
  'none',
  'unknown',
] as const satisfies readonly PairResult[];

/** Rules by which a server refuses a client for who it is. */
const meant = new Set<string>(['result.identity-denied', 'result.account-denied'] satisfies RuleId[]);

/** Returns what the pairs of a sort of clients come to. */
export function pairResult({ result, reasons }: Answer, { workload }: Pick<Sort, 'workload'>): PairResult {
  if (result !== 'refused' || !hasSidecar(workload)) return result;
  const isMeant = reasons.some(({ rule }) => rule.startsWith('scope.') || meant.has(rule));
  return isMeant ? 'refused' : 'broken';
}

/** Returns what the pairs of a group come to. Clients with a sidecar and those without are not refused as one group. */
export function groupResult({ answer, sorts: [sort] }: Pick<AnswerGroup, 'answer' | 'sorts'>): PairResult {
  return sort === undefined ? answer.result : pairResult(answer, sort);
}

/** Returns how many pairs come to each result. A pair is a group of clients and a port of a Service. */
export function countsOf({ servers }: Pick<Survey, 'servers'>): Record<PairResult, number> {
  const counts: Record<PairResult, number> = {
    mtls: 0,
    plain: 0,
    broken: 0,
    refused: 0,
    mixed: 0,
    none: 0,
    unknown: 0,
  };
  for (const { answers } of servers) for (const group of answers) counts[groupResult(group)] += group.clients.length;
  return counts;
}
