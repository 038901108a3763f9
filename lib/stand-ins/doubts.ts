import { formatRelease } from '../model/index.ts';
import type { Doubts } from '../scenario/index.ts';
import type { Answer, Snapshot } from '../survey/index.ts';
import { answersOf, pairKey } from './answers-of.ts';

/**
 * Returns what says why a survey of manifests does not judge a pair, one sentence each: objects that may do anything to
 * it, routes that lead elsewhere, and the like. Surveys once for each release.
 * @param outsider as `namespace/name`
 */
export function doubtsIn(snapshot: Snapshot, outsider: string): Doubts {
  const known = new Map<string, ReadonlyMap<string, Answer>>();
  return (traffic, release) => {
    const istio = formatRelease(release);
    const answers = known.get(istio) ?? answersOf(snapshot, istio, outsider);
    known.set(istio, answers);
    return answers.get(pairKey(traffic))?.notJudged ?? [];
  };
}
