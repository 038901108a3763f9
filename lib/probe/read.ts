import { messageOf } from '../errors.ts';
import type { Protocol } from '../model/types.ts';
import { protocols } from './protocols/index.ts';
import type { Asked } from './protocols/protocol.ts';
import { headerOf } from './protocols/server-answer.ts';
import type { Answer, Observation } from './types.ts';

/**
 * curl's exit codes with which a mesh can refuse: 7 connection refused, 35 TLS failed, 52 empty reply, 55 sending failed,
 * 56 connection reset. Any other (6, a name that does not resolve; 28, no answer in time) says nothing about the mesh.
 */
const REFUSALS = new Set([7, 35, 52, 55, 56]);

/** No name, no connection, or one that was reset before a request was read: no HTTP server had a part in it. */
const NO_HTTP = new Set([6, 7, 35, 55, 56]);

/** Returns whether an HTTP server may have had a part in an answer. */
export function isHttp({ status, curlExit }: Answer): boolean {
  return status !== 0 || !NO_HTTP.has(curlExit);
}

/** Returns what an answer to a cell's request shows. */
export function observationOf(answer: Answer, protocol: Protocol, asked: Asked): Observation {
  if (answer.curlExit !== 0) {
    const failure = protocols[protocol].failure?.(answer);
    if (failure !== undefined) return failure;
    // An answer that began is no refusal, however it ended.
    if (answer.status === 0 && REFUSALS.has(answer.curlExit)) return { kind: 'refused', curlExit: answer.curlExit };
    const begun = answer.status === 0 ? '' : ` after HTTP ${answer.status}`;
    return { kind: 'not-observed', why: `curl exit ${answer.curlExit}${begun}: ${answer.curlMessage}` };
  }
  try {
    return protocols[protocol].observe(answer, asked);
  } catch (error) {
    return { kind: 'not-observed', why: `the server's answer cannot be read: ${messageOf(error)}` };
  }
}

/**
 * Returns whether a sidecar beside the server handled a request of a client that has none: it gives every request an id.
 * Undefined where the answer does not tell.
 */
export function throughSidecar(answer: Answer): boolean | undefined {
  const { status, body } = answer;
  if (!isHttp(answer)) return false;
  if (status !== 200) return undefined;
  try {
    return headerOf(body, 'x-request-id') !== undefined;
  } catch {
    return undefined;
  }
}
