import { formatRelease } from '../model/index.ts';
import type { Doubts, Traffic } from '../scenario/index.ts';
import { meshFrom, nameOfServer, type Snapshot, surveyOf } from '../survey/index.ts';
import { nameInTopology } from './own-mesh.ts';

/**
 * Returns what says why a survey of manifests does not judge a pair, one sentence each: objects that may do anything to
 * it, routes that lead elsewhere, and the like. Surveys once for each release.
 * @param outsiderPath the outsider, as `namespace/name`
 */
export function doubtsIn(snapshot: Snapshot, outsiderPath: string): Doubts {
  const known = new Map<string, ReadonlyMap<string, readonly string[]>>();
  return (traffic, release) => {
    const istio = formatRelease(release);
    const found = known.get(istio) ?? doubtsOn(snapshot, istio, outsiderPath);
    known.set(istio, found);
    return found.get(keyOf(traffic)) ?? [];
  };
}

/** Returns the doubts by pair, of those that have any. */
function doubtsOn(snapshot: Snapshot, istio: string, outsiderPath: string): ReadonlyMap<string, readonly string[]> {
  const { servers } = surveyOf(meshFrom(snapshot, istio));
  const found = servers.flatMap(({ server, answers }) =>
    answers
      .filter(({ answer }) => answer.result === 'unknown')
      .flatMap(({ answer, clients }) =>
        clients.flatMap(({ namespace, outsider, workloads }) => {
          const paths = outsider ? [outsiderPath] : workloads.map((name) => `${namespace}/${nameInTopology(name)}`);
          return paths.map((path) => [`${path}>${nameOfServer(server)}`, answer.notJudged] as const);
        }),
      ),
  );
  return new Map(found);
}

function keyOf({ from, to, port }: Traffic): string {
  const [namespace, name] = to.split('/');
  return `${from}>${name}.${namespace}:${port}`;
}
