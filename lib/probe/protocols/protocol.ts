import type { Answer, Observation } from '../../verdict/index.ts';

/** Returns the shell command that prints so many bytes of text. */
export function textOf(bytes: number): string {
  return `yes 'to be or not to be' | head -c ${bytes}`;
}

/** Returns the shell command that prints the body of a request over HTTP. */
export function httpMessage(bytes: number): string | undefined {
  return bytes === 0 ? undefined : textOf(bytes);
}

/** How to ask one protocol with curl, and how to read its answers. */
export interface ProtocolAdapter {
  scheme: 'http' | 'https';
  /** The path at which the server returns the request's headers. */
  path: string;
  /** curl's options in addition to those of all requests. */
  options: string[];
  /** Whether the path is free: a server shows the request's headers below /anything, too. */
  varies: boolean;
  /**
   * Returns the shell command that prints the request's body; undefined if there is none.
   * @param bytes its size, beside what the protocol needs
   */
  message(bytes: number): string | undefined;
  /** Whether curl keeps a connection and uses it for its next request to the same server from the same local port. */
  kept?: true;
  /** Whether sidecars pass it on as bytes, so that only their counters can show mutual TLS, not a header. */
  passedOn: boolean;
  /** Returns what an answer shows that curl reports as a failure; undefined if it is handled as for any protocol. */
  failure?(answer: Answer): Observation | undefined;
  /** Returns what a complete answer shows. @throws Error if it cannot be read */
  observe(answer: Answer, cell: AnsweringPods): Observation;
}

/** What is needed to read a cell's answers. */
export interface AnsweringPods {
  /** The workload of each pod that may answer, by pod name. */
  pods: ReadonlyMap<string, string>;
}
