import type { ExpectedOutcome, Outcome } from '../../model/index.ts';
import type { AskResult, CellResult, Count, Results } from '../../results/index.ts';
import { lastSeen, matches, type Observation, rareOf, type Seen, usual, type Verdict } from '../../verdict/index.ts';

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
      return 'lost' in what ? '503 (lost)' : '503';
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

/** What a cell came to. */
export interface CellText {
  /** Such as `4 of 47 answers were 503, not 200 mTLS`. */
  full: string;
  /** Such as `503 (4 of 47)`. */
  brief: string;
  /** What is wrong without how often, the same for cells that are wrong alike: `503, not 200 mTLS`. */
  symptom: string;
}

/** Returns the result of a cell in full, such as `200 mTLS | 200 plain` if both endpoints answered. */
export function cellWords(cell: CellResult): string {
  return cellText(cell).full;
}

/**
 * Returns the result of a cell. If it did not pass, says what was wrong and, if there were different answers, how often.
 * Leaves out a rare outcome, unless it is what came too often.
 */
export function cellText({ verdict, expectation, seen, why }: CellResult): CellText {
  const outcomes = usual(expectation.outcomes);
  const rare = rareOf(expectation.outcomes);
  const expected = outcomes.map(({ outcome }) => short(outcome)).join(' | ');
  if (verdict === 'pass') return alike(expected);
  const isRight = ({ observation }: Seen): boolean => outcomes.some((one) => matches(one, observation));
  const isRare = ({ observation }: Seen): boolean => rare !== undefined && matches(rare, observation);
  const last = lastSeen(seen);
  if (last === undefined || last.observation.kind === 'not-observed') return alike('not observed');
  if (verdict === 'inconclusive' && (isRight(last) || isRare(last))) {
    return alike(`${short(last.observation)}, unconfirmed`);
  }
  const answers = judgedOf(seen);
  if (answers.length < 2) {
    const only = wrongWords(last.observation, outcomes);
    if (!isRight(last)) return { ...alike(`${only}, not ${expected}`), brief: only };
    // The only outcome that was expected came: what is wrong is not in the answers.
    if (outcomes.length === 1) return alike(`${expected}, but ${firstClause(why)}`);
    return { ...alike(`${short(last.observation)} alone, not ${expected}`), brief: `${short(last.observation)} alone` };
  }
  const wrong = answers.filter((one) => !isRight(one));
  const { observation, count } = lastSeen(wrong.filter((one) => !isRare(one))) ?? lastSeen(wrong) ?? last;
  const missed = outcomes.filter((one) => !matches(one, observation)).map(({ outcome }) => short(outcome));
  const all = answers.reduce((sum, one) => sum + one.count, 0);
  const seenWords = wrongWords(observation, outcomes);
  const symptom = `${seenWords}, not ${missed.join(' | ')}`;
  const times = `${count.toLocaleString('en')} of ${all.toLocaleString('en')}`;
  return {
    full: `${times} answers ${count === 1 ? 'was' : 'were'} ${symptom}`,
    brief: `${seenWords} (${times})`,
    symptom,
  };
}

function alike(words: string): CellText {
  return { full: words, brief: words, symptom: words };
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

/** Returns which Istio was tested, and on which cluster. */
export function meshWords({ istio, cluster }: { istio: { version: string }; cluster: Results['cluster'] }): string {
  return `Istio ${istio.version} on ${cluster.provider} ${cluster.name}, Kubernetes ${cluster.kubernetes}`;
}

/** Returns how long each phase of a run took. */
export function phaseWords({ phases }: Results): string {
  return phases.map(({ name, ms }) => `${name} ${duration(ms)}`).join(' · ');
}

/** How many objects of a step are named. */
const NAMED = 6;

/** Returns what is applied during a step, such as `auto mTLS off; PeerAuthentication full/httpbin`. */
export function forceWords({ objects, autoMtls }: AskResult): string {
  const left = objects.length - NAMED;
  const named = left > 1 ? [...objects.slice(0, NAMED), `and ${left} more`] : objects;
  const applied = named.join(', ') || 'nothing applied';
  return autoMtls ? applied : `auto mTLS off; ${applied}`;
}

/** Returns the last line of a report, such as `5 passed, 2 failed, 1 inconclusive, 1 skipped`. */
export function totals({ passed, failed, inconclusive, skipped }: Count): string {
  const others = [
    ...(inconclusive === 0 ? [] : [`${inconclusive} inconclusive`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  return [`${passed} passed`, `${failed} failed`, ...others].join(', ');
}
