import type { ExpectedOutcome, Outcome } from '../model/index.ts';
import { wordsIn } from './entry.ts';
import { FORGED } from './forged.ts';
import type { NotObserved, Observation } from './observed.ts';
import { type Unseen, unseen } from './unseen.ts';

/** Returns the observation of an answer that shows nothing. */
export function notObserved(because: Unseen): NotObserved {
  return { kind: 'not-observed', why: unseenWords(because), because };
}

/** Returns why an answer shows nothing, in a few words. */
export function unseenWords(because: Unseen): string {
  return wordsIn(unseen, because);
}

/** Returns an observation in a few words. */
export function observationWords(observation: Observation): string {
  switch (observation.kind) {
    case 'mtls':
      return observation.identity === FORGED
        ? "200 in plain text with the identity that the client wrote itself: the server's sidecar lets X-Forwarded-Client-Cert through"
        : `200 over mutual TLS as ${observation.identity}${strayedWords(observation)}`;
    case 'plain':
      return `200 in plain text${strayedWords(observation)}`;
    case 'answered':
      return `200 of ${observation.workload}`;
    case 'unavailable':
      return observation.lost ? 'an answer of a sidecar, lost by curl' : '503';
    case 'refused':
      return `000 with curl exit ${observation.curlExit}`;
    case 'other':
      return observation.grpcStatus === undefined
        ? String(observation.status)
        : `gRPC status ${observation.grpcStatus}`;
    case 'not-observed':
      return `not observed (${observation.why})`;
  }
}

function strayedWords({ strayed }: { strayed?: string }): string {
  return strayed === undefined ? '' : ` from ${strayed}`;
}

/** An expected outcome as the facts of a reason hold it: without the endpoints. */
export type Expected = Pick<ExpectedOutcome, 'outcome' | 'rare'>;

/** Returns expected outcomes as facts of a reason. */
export function expectedOf(outcomes: ExpectedOutcome[]): Expected[] {
  return outcomes.map(({ outcome, rare }) => ({ outcome, ...(rare && { rare }) }));
}

/** Returns expected outcomes in a few words, such as `200 in plain text or 503`, or `200 in plain text, rarely 503`. */
export function expectedWords(outcomes: readonly Expected[]): string {
  const words = outcomes.filter(({ rare }) => !rare).map(({ outcome }) => outcomeWords(outcome));
  const rare = outcomes.find((expected) => expected.rare);
  return `${words.join(' or ')}${rare === undefined ? '' : `, rarely ${outcomeWords(rare.outcome)}`}`;
}

/** Returns an expected outcome in a few words. */
export function outcomeWords(outcome: Outcome): string {
  if (outcome.kind === 'denied') return '403';
  return outcome.kind === 'reset' ? `000 with curl exit ${outcome.curlExits.join(' or ')}` : observationWords(outcome);
}

/** Returns a small share in words, such as `1 of 8,192`. */
export function shareWords(share: number): string {
  return `1 of ${Math.floor(1 / share).toLocaleString('en')}`;
}
