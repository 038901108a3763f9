import { messageOf } from '../errors.ts';
import type { Answer, Sight } from './types.ts';
import { identityOf, parseXfcc } from './xfcc.ts';

/**
 * curl's exit codes with which a mesh can refuse: 7 connection refused, 28 time-out, 35 TLS failed, 52 empty reply,
 * 55 sending failed, 56 connection reset. Any other (6, a name that does not resolve) says nothing about the mesh.
 */
const REFUSALS = new Set([7, 28, 35, 52, 55, 56]);

/** Returns what an answer of httpbin's /headers shows. */
export function sightOf(answer: Answer): Sight {
  if (answer.curlExit !== 0) {
    // An answer that began is no refusal, however it ended.
    if (answer.status === 0 && REFUSALS.has(answer.curlExit)) return { kind: 'refused', curlExit: answer.curlExit };
    const begun = answer.status === 0 ? '' : ` after HTTP ${answer.status}`;
    return { kind: 'unseen', why: `curl exit ${answer.curlExit}${begun}: ${answer.curlMessage}` };
  }
  // A server that leaves connections open against the request's word: its answer may be by the policy of before.
  if (!answer.fresh)
    return { kind: 'unseen', why: 'curl used a connection of an earlier request, which proves nothing' };
  if (answer.status === 503) return { kind: 'unavailable' };
  if (answer.status !== 200) return { kind: 'other', status: answer.status };
  try {
    const header = xfccOf(answer.body);
    if (header === undefined) return { kind: 'plain' };
    // The last element is the server's own sidecar's; those before it came with the request.
    const element = parseXfcc(header).at(-1) ?? [];
    const identity = identityOf(element);
    if (identity === undefined) return { kind: 'unseen', why: `a client certificate without a SPIFFE ID: ${header}` };
    return { kind: 'mtls', identity };
  } catch (error) {
    return { kind: 'unseen', why: `httpbin's answer cannot be read: ${messageOf(error)}` };
  }
}

/** The Python httpbins print a header's value as a string, go-httpbin as an array of strings. */
function xfccOf(body: string): string | undefined {
  const { headers } = JSON.parse(body) as { headers?: Record<string, string | string[]> };
  if (typeof headers !== 'object') throw new Error(`no "headers" in ${body.slice(0, 200)}`);
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-forwarded-client-cert');
  if (entry === undefined) return undefined;
  return Array.isArray(entry[1]) ? entry[1].join(',') : entry[1];
}
