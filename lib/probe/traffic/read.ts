import type { Protocol } from '../../model/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { type Answer, isHttp, notObserved, type Observation, type Shown } from '../../verdict/index.ts';
import { certificateShown } from '../protocols/identity.ts';
import { protocols } from '../protocols/index.ts';
import type { AnsweringPods } from '../protocols/protocol.ts';
import { headerOf, podOf } from '../protocols/server-answer.ts';
import type { Cell } from '../types.ts';
import { answererOf } from './answerer.ts';

/**
 * curl's exit codes that can mean that the mesh refused a request: 7 connection refused, 35 TLS failed, 52 empty reply,
 * 55 sending failed, 56 connection reset. Any other, such as 6 (name not resolved) or 28 (timeout), says nothing about
 * the mesh.
 */
export const refusals: ReadonlySet<number> = new Set([7, 35, 52, 55, 56]);

/** Returns what an answer to a cell's request shows. */
export function observationOf(answer: Answer, protocol: Protocol, asked: AnsweringPods): Observation {
  if (answer.curlExit !== 0) {
    const failure = protocols[protocol].failure?.(answer);
    if (failure !== undefined) return failure;
    // Once an answer has begun, it is no refusal, even if it breaks off.
    if (answer.status === 0 && refusals.has(answer.curlExit)) return { kind: 'refused', curlExit: answer.curlExit };
    const { status, curlExit, curlMessage: message } = answer;
    return notObserved({ code: 'curl-failed', curlExit, message, ...(status !== 0 && { status }) });
  }
  try {
    return protocols[protocol].observe(answer, asked);
  } catch (error) {
    return notObserved({ code: 'answer-unreadable', error: messageOf(error) });
  }
}

/**
 * Returns whether the server's sidecar handled a request from a client without a sidecar: a sidecar adds an
 * X-Request-Id. Returns undefined if the answer does not show it.
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

/**
 * Returns what an answer to a client's request shows by itself.
 * @param from.sidecar whether the client has a sidecar
 */
export function shownBy(answer: Answer, from: Pick<Cell, 'protocol' | 'sidecar'>, asked: AnsweringPods): Shown {
  const { status, curlExit, grpcStatus, address, body } = answer;
  const observation = observationOf(answer, from.protocol, asked);
  const pod = podOf(body);
  const through = from.sidecar ? undefined : throughSidecar(answer);
  const certificate = observation.kind === 'mtls' ? certificateShown(answer) : undefined;
  const by = answererOf(answer, from.sidecar);
  return {
    observation,
    status,
    curlExit,
    ...(grpcStatus !== undefined && { grpcStatus }),
    ...(address !== undefined && { address }),
    ...(pod !== undefined && { pod }),
    ...(through !== undefined && { through }),
    ...(certificate !== undefined && { certificate }),
    ...(by !== undefined && { by }),
  };
}
