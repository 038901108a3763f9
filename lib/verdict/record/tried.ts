import type { Impostor, Reason, Reception, Stranger } from '../../model/index.ts';
import type { OthersNow, OthersObject, Serving } from './looked.ts';

// What a check of strangers or impostors saw. It has no keys and no certificates, and of ordinary answers only the
// beginning.

/** What was tried, one by one. */
export interface TriedRecord {
  /** How often each asked each. */
  tries: number;
  rows: TriedRow[];
  /** What was around after a failure; absent if nothing failed. */
  around?: Around;
}

/** What may explain a failure besides the mesh. */
export interface Around {
  serving: Serving;
  /** Others' objects of the kinds that the model ignores; `before` is when the run began. */
  others: { before: OthersObject[]; now: OthersNow };
}

export type TriedRow = StrangerRow | ImpostorRow | NamesRow;

interface Row {
  /** Who asked, such as `a self-signed certificate` or `sleep.full`. */
  client: string;
  /** Who was asked, such as `httpbin.full:8080`. */
  server: string;
}

/** A stranger that asks a server. */
export type StrangerRow = Row & { kind: 'stranger'; stranger: Stranger; expected: Reception } & CameOfStranger;

/**
 * What came of a stranger's requests to a server; `control` is what it got at the same time from one that lets it in,
 * absent if there is none.
 */
export type CameOfStranger = NotTried | { replies: CountedReply[]; control?: CountedReply[] };

/** A client of the run that asks an impostor. */
export type ImpostorRow = Row & { kind: 'impostor'; impostor: Impostor; expected: Reception } & CameOfImpostor;

/**
 * What came of a client's requests to an impostor; `counted` is what the impostor counted meanwhile, of all clients
 * together, absent if it did not tell.
 */
export type CameOfImpostor = NotTried | { replies: CountedReply[]; counted?: ImpostorCounts };

type NotTried =
  /** What kept it from being asked. */
  | { notAsked: string }
  /** Why it is not tried on this mesh. */
  | { leftOut: string };

/** What an impostor has counted. */
export interface ImpostorCounts {
  /** Handshakes that its client ended. */
  ended: number;
  /** Requests that it could read. */
  requests: number;
}

/** The names that a client's sidecar accepts of a server. */
export type NamesRow = Row & { kind: 'names'; expected: { names: string[]; reasons: Reason[] } } & (
    | { accepted: string[] }
    /** Why they could not be read. */
    | { unread: string }
  );

/** What came back of a request. */
export interface Reply {
  /** HTTP status; 0 if there was none. */
  status: number;
  /** HTTP status of the proxy that was asked for a tunnel; 0 if none was. */
  tunnel: number;
  curlExit: number;
  curlMessage: string;
  /** gRPC's status, if it is an error; else 0. */
  grpcStatus: number;
  /** The beginning of the answer's body, or gRPC's message. */
  body: string;
}

/** Replies that are alike. */
export interface CountedReply {
  reply: Reply;
  count: number;
}

/** How much of an ordinary answer is kept. */
const KEPT = 60;

/** Returns the beginning of an answer's body. It is shown if none should have come. */
export function beginningOf(body: string): string {
  return body.replaceAll(/\s+/g, ' ').slice(0, KEPT);
}

/** Returns replies as a record has them: those that are alike together, in the order in which the first of each came. */
export function countedReplies(replies: Reply[]): CountedReply[] {
  const alike = Map.groupBy(replies.map(shortened), (reply) => JSON.stringify(reply));
  return [...alike.values()].flatMap(([reply, ...others]) =>
    reply === undefined ? [] : [{ reply, count: 1 + others.length }],
  );
}

/** The body of any other answer says how the request failed. */
function shortened(reply: Reply): Reply {
  const { status, curlExit, grpcStatus, body } = reply;
  const isOrdinary = status === 200 && curlExit === 0 && grpcStatus === 0;
  return isOrdinary ? { ...reply, body: beginningOf(body) } : reply;
}
