import type { Outcome, Reason } from '../../model/index.ts';
import type { Observation, Seen, Verdict } from '../../verdict/index.ts';
import { answererWords } from '../parts/answered.ts';

/** The word for a check or a cell with each verdict. */
export const verdictWords: Record<Verdict, string> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
};

const failures: Record<number, string> = {
  7: 'the connection was refused',
  28: 'the request timed out',
  35: 'the TLS handshake failed',
  52: 'the connection was closed',
  55: 'the request could not be sent',
  56: 'the connection was reset',
};

/** Returns what an outcome or an observation means, for a reader who does not know the codes. */
export function meaning(what: Outcome | Observation): string {
  switch (what.kind) {
    case 'mtls':
      return "answered, and the server's sidecar saw the client's identity";
    case 'plain':
      return 'answered, without a client certificate';
    case 'answered':
      return 'answered, over a protocol that does not tell mutual TLS from plain text';
    case 'unavailable':
      return 'lost' in what
        ? 'a sidecar answered before the request was complete, and curl lost its answer'
        : "the client's own sidecar cannot reach the server";
    case 'denied':
      return "the server's sidecar refuses the request";
    case 'reset':
      return `no answer: ${[...new Set(what.curlExits.map(failure))].join(', or ')}`;
    case 'refused':
      return `no answer: ${failure(what.curlExit)}`;
    case 'other':
      return 'an answer that no rule predicts';
    case 'not-observed':
      return 'the harness could not read the answer';
  }
}

/** What a sidecar says that found no way to the server. envoyproxy/envoy source/common/router/router.cc. */
const NOT_REACHED = /^(upstream connect error|no healthy upstream)/;

/** Returns what answers mean, and who gave them, as far as they show it. */
export function seenMeaning(seen: Seen): string {
  const { observation, evidence, by = [] } = seen;
  const isAnswer = observation.kind === 'other' || (observation.kind === 'unavailable' && !observation.lost);
  if (!isAnswer) return meaning(observation);
  const who = answererWords(seen);
  if (who === '') return observation.kind === 'other' ? meaning(observation) : 'who answered is not known';
  const isOwn = by.length === 1 && by[0] === 'client-sidecar';
  return isOwn && NOT_REACHED.test(evidence?.body ?? '')
    ? "the client's own sidecar could not reach the server"
    : `answered by ${who}`;
}

function failure(curlExit: number): string {
  return failures[curlExit] ?? `curl ended with ${curlExit}`;
}

/** Returns the facts of a reason other than its sentence and its rule's name: object, source and releases. */
export function reasonFacts({ object, source, since, until }: Reason): string {
  const facts = [object, source, since && `since ${since}`, until && `until ${until}`];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
