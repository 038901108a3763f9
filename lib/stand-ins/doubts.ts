import { formatRelease, isHeadless, nameOf } from '../model/index.ts';
import type { Doubts, Traffic } from '../scenario/index.ts';
import { meshFrom, type Snapshot, usual } from '../survey/index.ts';
import { answersOf, pairKey } from './answers-of.ts';

/**
 * Returns what says why a survey of manifests does not judge a pair, one sentence each: objects that may do anything to
 * it, routes that lead elsewhere, and the like. Surveys once for each release.
 * @param outsider as `namespace/name`
 */
export function doubtsIn(snapshot: Snapshot, outsider: string): Doubts {
  const known = new Map<string, (traffic: Traffic) => readonly string[]>();
  return (traffic, release) => {
    const istio = formatRelease(release);
    const found = known.get(istio) ?? doubtsOn(snapshot, istio, outsider);
    known.set(istio, found);
    return found(traffic);
  };
}

function doubtsOn(snapshot: Snapshot, istio: string, outsider: string): (traffic: Traffic) => readonly string[] {
  const answers = answersOf(meshFrom(snapshot, istio), outsider);
  return (traffic) => {
    const { answer, server } = answers.get(pairKey(traffic)) ?? {};
    if (answer === undefined || server === undefined) return [];
    // What AuthorizationPolicies leave open, the model says itself.
    const routes = answer.mayRefuse.filter((name) => name.startsWith('VirtualService '));
    const isDrawn = isHeadless(server.target) && usual(answer).length > 1;
    return [
      ...answer.notJudged,
      ...routes.map((name) => `what is asked decides whether ${name} has a route for it`),
      ...(isDrawn
        ? [`${nameOf(server.target)} is headless: which of its pods a client asks, its resolver decides`]
        : []),
    ];
  };
}
