import { FORGED } from '../forged.ts';
import type { Answer, Observation } from '../types.ts';
import { identityOf, parseXfcc } from '../xfcc.ts';
import { headerOf } from './server-answer.ts';

/**
 * Returns what the headers that reached a server show: mutual TLS with the client's identity, or plain text.
 * @param forgedIsPlain whether no sidecar is there that would have to remove an identity which the client wrote itself
 * @throws Error if the answer cannot be read
 */
export function identityShown({ body }: Answer, forgedIsPlain: boolean): Observation {
  const header = headerOf(body, 'x-forwarded-client-cert');
  if (header === undefined) return { kind: 'plain' };
  // The server's own sidecar writes the last element; those before it came with the request.
  const element = parseXfcc(header).at(-1) ?? [];
  const identity = identityOf(element);
  if (identity === FORGED && forgedIsPlain) return { kind: 'plain' };
  if (identity === undefined) {
    return { kind: 'not-observed', why: `a client certificate without a SPIFFE ID: ${header}` };
  }
  return { kind: 'mtls', identity };
}
