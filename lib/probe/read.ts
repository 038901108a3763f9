import { messageOf } from '../errors.ts';
import { FORGED } from './ask.ts';
import type { Answer, Observation } from './types.ts';
import { identityOf, parseXfcc } from './xfcc.ts';

/**
 * curl's exit codes with which a mesh can refuse: 7 connection refused, 35 TLS failed, 52 empty reply, 55 sending failed,
 * 56 connection reset. Any other (6, a name that does not resolve; 28, no answer in time) says nothing about the mesh.
 */
const REFUSALS = new Set([7, 35, 52, 55, 56]);

/** No name, no connection, or one that was reset before a request was read: no HTTP server had a part in it. */
const NO_HTTP = new Set([6, 7, 35, 56]);

/** Returns whether an HTTP server may have had a part in an answer. */
export function isHttp({ status, curlExit }: Answer): boolean {
  return status !== 0 || !NO_HTTP.has(curlExit);
}

/** Returns what an answer of httpbin's /headers shows. */
export function observationOf(answer: Answer): Observation {
  if (answer.curlExit !== 0) {
    // An answer that began is no refusal, however it ended.
    if (answer.status === 0 && REFUSALS.has(answer.curlExit)) return { kind: 'refused', curlExit: answer.curlExit };
    const begun = answer.status === 0 ? '' : ` after HTTP ${answer.status}`;
    return { kind: 'not-observed', why: `curl exit ${answer.curlExit}${begun}: ${answer.curlMessage}` };
  }
  // A server that leaves connections open against the request's word: its answer may be by the policy of before.
  if (!answer.fresh)
    return { kind: 'not-observed', why: 'curl used a connection of an earlier request, which proves nothing' };
  if (answer.status === 503) return { kind: 'unavailable' };
  if (answer.status !== 200) return { kind: 'other', status: answer.status };
  try {
    const header = headerOf(answer.body, 'x-forwarded-client-cert');
    if (header === undefined) return { kind: 'plain' };
    // The last element is the server's own sidecar's; those before it came with the request.
    const element = parseXfcc(header).at(-1) ?? [];
    const identity = identityOf(element);
    // Where no sidecar is, a server shows whatever the client has written.
    if (identity === FORGED && throughSidecar(answer) !== true) return { kind: 'plain' };
    if (identity === undefined)
      return { kind: 'not-observed', why: `a client certificate without a SPIFFE ID: ${header}` };
    return { kind: 'mtls', identity };
  } catch (error) {
    return { kind: 'not-observed', why: `httpbin's answer cannot be read: ${messageOf(error)}` };
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

/** The Python httpbins print a header's value as a string, go-httpbin as an array of strings. */
function headerOf(body: string, wanted: string): string | undefined {
  const { headers } = JSON.parse(body) as { headers?: Record<string, string | string[]> };
  if (typeof headers !== 'object') throw new Error(`no "headers" in ${body.slice(0, 200)}`);
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted);
  if (entry === undefined) return undefined;
  return Array.isArray(entry[1]) ? entry[1].join(',') : entry[1];
}
