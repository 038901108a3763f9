import type { ExpectedOutcome, Outcome } from '../model/types.ts';
import { rareOf, usual } from '../probe/rare.ts';
import { lastSeen, matches } from '../probe/tally.ts';
import type { Seen } from '../probe/types.ts';
import type { AskResult, CellResult, Count, Results } from '../results/types.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Verdict } from '../verdict/reasons.ts';

/** A mark that needs no colour. */
export const marks: Record<Verdict, string> = { pass: '✓', fail: '✗', inconclusive: '?' };

/** Returns the short text of an outcome or observation: the status code, and mTLS, plain, or curl's exit code. */
export function short(what: Outcome | Observation): string {
  switch (what.kind) {
    case 'mtls':
      return '200 mTLS';
    case 'plain':
      return '200 plain';
    case 'answered':
      return '200';
    case 'unavailable':
      return '503';
    case 'denied':
      return '403';
    case 'reset':
      return `000 (curl ${what.curlExits.join('/')})`;
    case 'refused':
      return `000 (curl ${what.curlExit})`;
    case 'other':
      return what.grpcStatus === undefined ? String(what.status) : `gRPC ${what.grpcStatus}`;
    case 'not-observed':
      return 'not observed';
  }
}

/**
 * Returns the result of a cell, such as `200 mTLS | 200 plain` if both endpoints answered. If it did not pass, says
 * what was wrong, such as `200 plain, not 503`, and how often if there were different answers. Leaves out a rare outcome,
 * unless it is what came too often.
 */
export function cellWords({ verdict, expectation, seen, why }: CellResult): string {
  const outcomes = usual(expectation.outcomes);
  const rare = rareOf(expectation.outcomes);
  const expected = outcomes.map(({ outcome }) => short(outcome)).join(' | ');
  if (verdict === 'pass') return expected;
  const isRight = ({ observation }: Seen): boolean => outcomes.some((one) => matches(one, observation));
  const isRare = ({ observation }: Seen): boolean => rare !== undefined && matches(rare, observation);
  const last = lastSeen(seen);
  if (last === undefined || last.observation.kind === 'not-observed') return 'not observed';
  if (verdict === 'inconclusive' && (isRight(last) || isRare(last))) return `${short(last.observation)}, unconfirmed`;
  const answers = judgedOf(seen);
  if (answers.length < 2) {
    if (!isRight(last)) return `${wrongWords(last.observation, outcomes)}, not ${expected}`;
    // The only outcome that was expected came: what is wrong is not in the answers.
    return outcomes.length > 1
      ? `${short(last.observation)} alone, not ${expected}`
      : `${expected}, but ${firstClause(why)}`;
  }
  const wrong = answers.filter((one) => !isRight(one));
  const { observation, count } = lastSeen(wrong.filter((one) => !isRare(one))) ?? lastSeen(wrong) ?? last;
  const missed = outcomes.filter((one) => !matches(one, observation)).map(({ outcome }) => short(outcome));
  const all = answers.reduce((sum, one) => sum + one.count, 0);
  return `${count.toLocaleString('en')} of ${all.toLocaleString('en')} answers ${count === 1 ? 'was' : 'were'} ${wrongWords(observation, outcomes)}, not ${missed.join(' | ')}`;
}

/** Returns what a verdict's reason says first, besides what was expected: `it came only after 30.8 s, not within 20 s`. */
function firstClause(why: string): string {
  const [clause = why] = why.split(/; |: /).filter((one) => !one.startsWith('expected '));
  return clause;
}

/** Returns the counted answers, with `count` set to how many counted; all answers if none counted. */
function judgedOf(seen: Seen[]): Seen[] {
  const answers = seen.filter(({ observation }) => observation.kind !== 'not-observed');
  const judged = answers.filter(({ counted }) => counted > 0).map((one) => ({ ...one, count: one.counted }));
  return judged.length > 0 ? judged : answers;
}

/** Returns the words for a wrong observation; mutual TLS with another identity than expected is wrong, too. */
function wrongWords(observation: Observation, outcomes: ExpectedOutcome[]): string {
  const other =
    observation.kind === 'mtls' && outcomes.some((one) => one.outcome.kind === 'mtls' && !matches(one, observation));
  return other ? `${short(observation)} as another` : short(observation);
}

/** Returns a duration for display. pretty-ms is not used because it leaves out the space: 9.7s. */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Returns a number of things, such as `1 flap` or `2 flaps`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Returns which Istio was tested, and on which cluster. */
export function meshWords({ istio, cluster }: { istio: { version: string }; cluster: Results['cluster'] }): string {
  return `Istio ${istio.version} on ${cluster.provider} ${cluster.name}, Kubernetes ${cluster.kubernetes}`;
}

/** Returns how long each phase of a run took. */
export function phaseWords({ phases }: Results): string {
  return phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' · ');
}

/** Returns what is applied during a step, such as `auto mTLS off; PeerAuthentication full/httpbin`. */
export function forceWords({ objects, autoMtls }: AskResult): string {
  const applied = objects.join(', ') || 'nothing applied';
  return autoMtls ? applied : `auto mTLS off; ${applied}`;
}

/** Returns the last line of a report; inconclusive counts as failed. */
export function totals({ passed, failed, inconclusive, skipped }: Count): string {
  return `${passed} passed, ${failed + inconclusive} failed${skipped === 0 ? '' : `, ${skipped} skipped`}`;
}

/** Returns how many of the failed are inconclusive; empty if none is. */
export function inconclusiveWords({ inconclusive }: Count): string[] {
  if (inconclusive === 0) return [];
  return [
    `${inconclusive} of the failed ${inconclusive === 1 ? 'is' : 'are'} inconclusive: the harness could not determine the answer`,
  ];
}
