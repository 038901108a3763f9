import { notObserved } from '../../observation.ts';
import type { Observation } from '../../observed.ts';
import type { Pair, Shown } from '../../record/asked.ts';
import { usual } from './rare.ts';

/** One answer of a batch. */
export interface BatchAnswer {
  pair: Pair;
  shown: Shown;
  /** Whether it was one of many requests made at once, whose bodies are discarded. */
  atOnce: boolean;
}

/**
 * Returns the answers of a batch, each with its observation. A refusal counts only with positive controls: the same client got
 * a 200 both before and after it in the same batch. Otherwise the client, its DNS or its exec may have failed, and the
 * harness cannot tell.
 * @param pods the workload of each pod that may answer, by pod name
 */
export function observedIn<Given extends BatchAnswer>(
  batch: Given[],
  pods: Readonly<Record<string, string>>,
): (Given & { observation: Observation })[] {
  const answered = batch.map(({ shown, atOnce }) => !atOnce && isAnswer(shown));
  const first = answered.indexOf(true);
  const last = answered.lastIndexOf(true);
  const observationOf = ({ pair, shown, atOnce }: Given, at: number): Observation => {
    if (isElsewhere(pair, shown)) {
      return notObserved({ code: 'asked-elsewhere', address: shown.address ?? '' });
    }
    if (atOnce && isAnswer(shown)) return { kind: 'other', status: 200 };
    const observation = strayed(pair, shown, pods);
    if (observation.kind !== 'refused' && observation.kind !== 'unavailable') return observation;
    if (first !== -1 && first < at && at < last) return observation;
    const got = observation.kind === 'refused' ? `curl exit ${observation.curlExit}` : '503';
    return notObserved({ code: 'no-control', client: pair.client, got });
  };
  return batch.map((given, at) => ({ ...given, observation: observationOf(given, at) }));
}

function isElsewhere({ addresses }: Pair, { address }: Shown): boolean {
  return addresses !== undefined && address !== undefined && !addresses.includes(address);
}

/**
 * Returns the observation; if the answer shows which pod gave it, and the model expects no such answer of that pod's
 * workload, then with the workload. A pod that is none of the server's makes it one that was not observed.
 */
function strayed(
  { expectation, before }: Pair,
  { observation, pod }: Shown,
  pods: Readonly<Record<string, string>>,
): Observation {
  if (pod === undefined || (observation.kind !== 'mtls' && observation.kind !== 'plain')) return observation;
  // What an answer says may be anything, also the name of something that every object has.
  const workload = Object.hasOwn(pods, pod) ? pods[pod] : undefined;
  if (workload === undefined) return notObserved({ code: 'strange-pod', podName: pod });
  const outcomes = [...expectation.outcomes, ...(before?.outcomes ?? [])];
  const isExpected = outcomes.some(({ outcome, endpoints }) => {
    return outcome.kind === observation.kind && endpoints.includes(workload);
  });
  return isExpected ? observation : { ...observation, strayed: workload };
}

function isAnswer({ status, curlExit, grpcStatus }: Pick<Shown, 'status' | 'curlExit' | 'grpcStatus'>): boolean {
  return status === 200 && curlExit === 0 && grpcStatus === undefined;
}

/** Returns whether the model expects only 200s for a pair, but for a rare outcome, and is certain. */
export function answering({ expectation }: Pick<Pair, 'expectation'>): boolean {
  if (expectation.notJudged !== undefined) return false;
  return usual(expectation.outcomes).every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
}

/** Returns whether the model expects that no server answers a pair, and is certain. */
export function isUnanswered({ expectation }: Pick<Pair, 'expectation'>): boolean {
  if (expectation.notJudged !== undefined) return false;
  return expectation.outcomes.every(({ outcome }) => outcome.kind !== 'mtls' && outcome.kind !== 'plain');
}
