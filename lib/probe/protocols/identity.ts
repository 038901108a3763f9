import { FORGED } from '../forged.ts';
import type { Answer, Observation } from '../types.ts';
import { identityOf, parseXfcc } from '../xfcc.ts';
import { headerOf } from './server-answer.ts';

/**
 * Returns what the request headers at the server show: mutual TLS with the client's identity, or plain text.
 * @throws Error if the answer cannot be read
 */
export function identityShown({ body }: Answer): Observation {
  const header = headerOf(body, 'x-forwarded-client-cert');
  if (header === undefined) return { kind: 'plain' };
  // The server's sidecar adds the last element. Earlier ones came with the request.
  const element = parseXfcc(header).at(-1) ?? [];
  const identity = identityOf(element);
  // A sidecar would give the request an ID. Without one, a server shows whatever the client wrote.
  if (identity === FORGED && headerOf(body, 'x-request-id') === undefined) return { kind: 'plain' };
  if (identity === undefined) {
    return { kind: 'not-observed', why: `a client certificate without a SPIFFE ID: ${header}` };
  }
  return { kind: 'mtls', identity };
}
