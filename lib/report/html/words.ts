import type { Outcome, Reason } from '../../model/types.ts';
import type { Observation } from '../../verdict/observation.ts';
import type { Verdict } from '../../verdict/reasons.ts';

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
      return "the client's own sidecar could not reach the server";
    case 'denied':
      return "the server's sidecar refused the request";
    case 'reset':
      return `no answer: ${[...new Set(what.curlExits.map(failure))].join(', or ')}`;
    case 'refused':
      return `no answer: ${failure(what.curlExit)}`;
    case 'other':
      return what.status === 403
        ? "the server's sidecar refused the request, by an AuthorizationPolicy"
        : 'an answer that no rule predicts';
    case 'not-observed':
      return 'the harness could not read the answer';
  }
}

function failure(curlExit: number): string {
  return failures[curlExit] ?? `curl ended with ${curlExit}`;
}

/** Returns the facts of a reason other than its sentence and its rule's name: object, source and releases. */
export function reasonFacts({ object, source, since, until }: Reason): string {
  const facts = [object, source, since && `since ${since}`, until && `until ${until}`];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
