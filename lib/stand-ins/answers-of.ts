import type { Traffic } from '../scenario/index.ts';
import { type Answer, nameOfServer, type Server, type SurveyedMesh, surveyOf } from '../survey/index.ts';
import { nameInTopology } from './own-mesh.ts';

/** What a survey says of a pair. */
interface SurveyedPair {
  /** The same for pairs that come to the same. */
  answer: Answer;
  server: Server;
}

/**
 * Returns what a survey of a mesh says of pairs, by their keys.
 * @param outsider as `namespace/name`
 */
export function answersOf(mesh: SurveyedMesh, outsider: string): ReadonlyMap<string, SurveyedPair> {
  const { servers } = surveyOf(mesh);
  const found = servers.flatMap(({ server, answers }) =>
    answers.flatMap(({ answer, clients }) =>
      clients
        .flatMap(({ namespace, outsider: isOutsider, workloads }) =>
          isOutsider ? [outsider] : workloads.map((name) => `${namespace}/${nameInTopology(name)}`),
        )
        .map((path) => [`${path}>${nameOfServer(server)}`, { answer, server }] as const),
    ),
  );
  return new Map(found);
}

/** Returns the key of a pair. */
export function pairKey({ from, to, port }: Pick<Traffic, 'from' | 'to' | 'port'>): string {
  const [namespace, name] = to.split('/');
  return `${from}>${name}.${namespace}:${port}`;
}
