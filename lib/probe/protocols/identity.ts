import { FORGED } from '../forged.ts';
import type { Answer, Observation } from '../types.ts';
import { identityOf, parseXfcc } from '../xfcc.ts';
import { headerOf } from './server-answer.ts';

/**
 * Returns what the request headers at the server show: mutual TLS with the client's identity, or plain text.
 * @param forgedIsPlain whether a forged identity means plain text, because the server has no sidecar to remove it
 * @throws Error if the answer cannot be read
 */
export function identityShown({ body }: Answer, forgedIsPlain: boolean): Observation {
  const header = headerOf(body, 'x-forwarded-client-cert');
  if (header === undefined) return { kind: 'plain' };
  // The server's sidecar adds the last element. Earlier ones came with the request.
  const element = parseXfcc(header).at(-1) ?? [];
  const identity = identityOf(element);
  if (identity === FORGED && forgedIsPlain) return { kind: 'plain' };
  if (identity === undefined) {
    return { kind: 'not-observed', why: `a client certificate without a SPIFFE ID: ${header}` };
  }
  return { kind: 'mtls', identity };
}
