import { type Answer, FORGED, notObserved, type Observation } from '../../verdict/index.ts';
import { certificateOf, identityOf, parseXfcc, type XfccElement } from '../traffic/xfcc.ts';
import { headerOf } from './server-answer.ts';

const XFCC = 'x-forwarded-client-cert';

/**
 * Returns what the request headers at the server show: mutual TLS with the client's identity, or plain text.
 * @throws Error if the answer cannot be read
 */
export function identityShown({ body }: Answer): Observation {
  const element = elementIn(body);
  if (element === undefined) return { kind: 'plain' };
  const identity = identityOf(element);
  // A sidecar would give the request an ID. Without one, a server shows whatever the client wrote.
  if (identity === FORGED && headerOf(body, 'x-request-id') === undefined) return { kind: 'plain' };
  if (identity === undefined) {
    return notObserved({ code: 'no-spiffe-id', header: headerOf(body, XFCC) ?? '' });
  }
  return { kind: 'mtls', identity };
}

/**
 * Returns the hash of the client's certificate that the request headers at the server show; undefined if they show none.
 * @throws Error if the answer cannot be read
 */
export function certificateShown({ body }: Answer): string | undefined {
  return certificateOf(elementIn(body) ?? []);
}

function elementIn(body: string): XfccElement | undefined {
  const header = headerOf(body, XFCC);
  // The server's sidecar adds the last element. Earlier ones came with the request.
  return header === undefined ? undefined : (parseXfcc(header).at(-1) ?? []);
}
