import type { Learned, Run } from '../../mesh/index.ts';
import { idOf } from '../../scenario/index.ts';
import { observationWords, type VerdictReason } from '../../verdict/index.ts';
import type { CheckReasons } from './check-reasons.ts';

/**
 * Checks that no pair is answered in plain text, as the last step that asked saw it. A refusal is no plain text: such a
 * request got no answer.
 * @param ids the pairs that must be mutual TLS
 */
export function checkMutual(
  { topologies }: Pick<Run, 'topologies'>,
  learned: Pick<Learned, 'decided' | 'lastExpected'>,
  ids: readonly string[],
): CheckReasons {
  const all = topologies.flatMap(({ traffic }) => traffic.map(idOf)).filter((id) => ids.includes(id));
  const wrong = all.flatMap((id) => reasonFor(id, learned) ?? []);
  if (all.length === 0) return { reasons: [{ code: 'nobody-asked', said: 'no pair must be mutual TLS' }] };
  if (wrong.length > 0) return { reasons: wrong };
  return { reasons: [{ code: 'check-passed', said: `no request of ${all.length} pairs is answered in plain text` }] };
}

/** Returns why a pair is not mutual TLS, or why that is not known; undefined if it is. */
function reasonFor(
  pair: string,
  { decided, lastExpected }: Pick<Learned, 'decided' | 'lastExpected'>,
): VerdictReason | undefined {
  const found = decided.get(pair);
  const expected = lastExpected.get(pair);
  if (found === undefined || expected === undefined) return { code: 'mutual-unknown', pair, said: 'it was not asked' };
  const { verdict } = found;
  // What came before the step had arrived says nothing of it.
  const seen = found.seen.filter(({ counted }) => counted > 0);
  // Where sidecars pass on bytes, no answer shows mutual TLS: counters do, and the verdict goes by them.
  if (verdict === 'pass') {
    return expected.outcomes.some(({ outcome }) => outcome.kind === 'plain')
      ? { code: 'not-mutual', pair, said: 'plain text' }
      : undefined;
  }
  const kinds = new Set(seen.map(({ observation }) => observation.kind));
  const words = [...new Set(seen.map(({ observation }) => observationWords(observation)))].join(' and ');
  if (kinds.has('plain')) return { code: 'not-mutual', pair, said: words };
  const isOther = kinds.size > 0 && !kinds.has('not-observed') && !kinds.has('answered');
  return isOther ? undefined : { code: 'mutual-unknown', pair, said: words || 'nothing was seen' };
}
