import type { Answer, Observation } from '../types.ts';

/** How one protocol is asked with curl, and what its answers show. */
export interface ProtocolAdapter {
  scheme: 'http' | 'https';
  /** The path that a server answers with the headers of the request. */
  path: string;
  /** curl's options besides those that all requests have. */
  options: string[];
  /** The shell's command that prints what curl sends; absent where a request has no body. */
  body?: string;
  /** Whether each request needs a curl process of its own, since one process would use a connection twice. */
  alone?: true;
  /** Whether sidecars pass it on as bytes, so that no header shows mutual TLS, and only their counters do. */
  passedOn: boolean;
  /** Returns what an answer shows that curl calls a failure; undefined where that is as with any protocol. */
  failure?(answer: Answer): Observation | undefined;
  /** Returns what a complete answer shows. @throws Error if it cannot be read */
  observe(answer: Answer, cell: Asked): Observation;
}

/** What must be known of a cell to read its answers. */
export interface Asked {
  /** The workload of each pod that may answer, by the pod's name. */
  pods: ReadonlyMap<string, string>;
}
