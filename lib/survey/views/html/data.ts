import type { Client, Sort } from '../../pairs/clients.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import { type AnswerGroup, groupResult, type PairResult, type Survey, type SurveyedServer } from '../../survey.ts';
import { order } from '../rows.ts';
import { clientNames, exampleName, groupWords, resultNames } from '../words.ts';
import type { AnswerData, BoxData, ClientData, PageData, ServerData } from './page-data.ts';

/** Signs that tell results apart without colour. */
export const resultMarks: Record<PairResult, string> = {
  mtls: '●',
  plain: '○',
  broken: '!',
  refused: '✕',
  mixed: '◐',
  none: '–',
  unknown: '?',
};

/** What the page shows when it opens, as `automtls check` was asked. */
export interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  show?: PairResult | undefined;
}

/** Returns a survey as the page's script takes it: each name and each text once, and clients by their sort. */
export function pageData(survey: Survey, { from = '', to = '', show }: Asked): PageData {
  const texts = places<string>();
  const answers = places<AnswerData>();
  const sortSets = places<number[]>();
  const sorts = new Map([...new Set(survey.clients.map(({ sort }) => sort))].map((sort, at) => [sort, at]));
  // Whoever has the same sorts has the same array.
  const setPlaces = new Map<readonly Sort[], number>();
  const setAt = (own: readonly Sort[]): number => {
    const place = setPlaces.get(own) ?? sortSets.at(own.map((sort) => sorts.get(sort) ?? -1));
    setPlaces.set(own, place);
    return place;
  };
  const boxes = boxesOf(survey);
  const names = clientNames(survey.clients);
  const boxPlaces = new Map([...boxes.keys()].map((key, at) => [key, at]));
  const boxAt = (key: string): number => boxPlaces.get(key) ?? -1;
  const clients = survey.clients.map((client): ClientData => {
    const name = names.get(client) ?? '';
    const { namespace, sort, sidecar } = client;
    const short = client.outsider ? name : name.slice(namespace.length + 1);
    const box = boxAt(boxOfClient(client));
    return { name, short, box, sort: sorts.get(sort) ?? -1, sidecar, about: aboutOf(client) };
  });
  const servers = survey.servers.map(({ server, answers: groups }): ServerData => {
    const { name, namespace = '' } = server.service.metadata;
    return {
      name: nameOfServer(server),
      short: `${name}:${server.port}`,
      box: boxAt(boxOf(namespace)),
      groups: groups.map((group) => ({
        answer: answers.at(answerData(group, server, texts.at)),
        sorts: setAt(group.sorts),
        example: exampleName(group),
      })),
    };
  });
  return {
    results: order.map((id) => ({ id, name: resultNames[id], mark: resultMarks[id] })),
    boxes: [...boxes.values()],
    clients: clients.sort(byBoxAndName),
    servers: servers.sort(byBoxAndName),
    answers: answers.all,
    sortSets: sortSets.all,
    texts: texts.all,
    asked: { from, to, show: show ?? '' },
  };
}

/** Returns what keeps each value once, and says at which place. */
function places<Value>(): { all: Value[]; at: (value: Value) => number } {
  const all: Value[] = [];
  const known = new Map<string, number>();
  const at = (value: Value): number => {
    const key = JSON.stringify(value);
    const place = known.get(key) ?? all.push(value) - 1;
    known.set(key, place);
    return place;
  };
  return { all, at };
}

const { compare } = new Intl.Collator('en', { numeric: true });

function byBoxAndName(a: ClientData | ServerData, b: ClientData | ServerData): number {
  return a.box - b.box || compare(a.name, b.name);
}

const OUTSIDER = 'outsider';

/** A namespace may be called as the outsider is. */
function boxOf(namespace: string): string {
  return `namespace ${namespace}`;
}

function boxOfClient({ namespace, outsider }: Client): string {
  return outsider ? OUTSIDER : boxOf(namespace);
}

/** Returns the namespaces by name, and the outsider as one of its own, which comes last. */
function boxesOf({ clients, servers }: Survey): ReadonlyMap<string, BoxData> {
  const inMesh = clients.filter(({ outsider }) => !outsider).map(({ namespace }) => namespace);
  const namespaces = new Set([...inMesh, ...servers.map(({ server }) => server.service.metadata.namespace ?? '')]);
  return new Map([
    ...[...namespaces]
      .sort(compare)
      .map((name): [string, BoxData] => [boxOf(name), { name, clients: `${name}/*`, servers: `*.${name}` }]),
    ...clients.filter(({ outsider }) => outsider).map((): [string, BoxData] => [OUTSIDER, ofOutsider]),
  ]);
}

const ofOutsider: BoxData = { name: OUTSIDER, clients: OUTSIDER, servers: '' };

function aboutOf({ outsider, sidecar, workloads, namespace }: Client): string {
  if (outsider) return 'Nobody in particular: a pod without a sidecar in a namespace of its own.';
  const some = workloads.slice(0, 8).join(', ');
  const rest = workloads.length > 8 ? ` and ${workloads.length - 8} more` : '';
  return `${sidecar ? 'With' : 'Without'} a sidecar: ${some}${rest} in namespace ${namespace}.`;
}

function answerData(
  group: AnswerGroup,
  server: SurveyedServer['server'],
  textAt: (text: string) => number,
): AnswerData {
  const { answer } = group;
  return {
    result: order.indexOf(groupResult(group)),
    words: groupWords(group, server),
    reasons: answer.reasons.map(({ text, rule }) => ({ text: textAt(text), rule: textAt(rule) })),
    notJudged: answer.notJudged.map(textAt),
  };
}
