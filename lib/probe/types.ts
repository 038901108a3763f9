import type { Convergence } from '../limits.ts';
import type { Expectation, Protocol } from '../model/types.ts';
import type { Counter } from './counters.ts';

/** What one request goes to. */
export interface Target {
  url: string;
  protocol: Protocol;
  /** A header for a VirtualService to route by, as `name: value`. */
  header?: string;
}

/** One pair under one step: a client asks a server, and the model says what may come of it. */
export interface Cell extends Target {
  /** Such as `sleep.full → httpbin.partial`. */
  id: string;
  /** The client's key among the probeClients. */
  client: string;
  /** Whether the client has a sidecar, which alone can send mutual TLS. */
  sidecar: boolean;
  /** What is asked, as counters know it: pods, and a port of theirs. All cells with it have the same endpoints. */
  server: string;
  expectation: Expectation;
  /** What was expected before the step; absent where nothing is known of it. */
  before?: Expectation;
  /** How many answers after the arrival are wanted. */
  answers: number;
}

/** What curl brought back from one request. */
export interface Answer {
  /** Milliseconds since the epoch, when it was complete. */
  at: number;
  /** HTTP status, 0 where none came. */
  status: number;
  curlExit: number;
  curlMessage: string;
  /** How long the request took, in milliseconds. */
  ms: number;
  /** gRPC's own status, where it is an error. */
  grpcStatus?: number;
  /** Whether it went over a connection of its own, and not one that an earlier request had left open. */
  fresh: boolean;
  /** Empty where it is not kept: a pair that is expected to be unavailable is asked many times at once. */
  body: string;
}

/**
 * What an answer shows.
 * - `mtls`, `plain`: 200, with and without the client's SPIFFE ID.
 * - `answered`: 200 of a pod of that workload, over a protocol that does not tell mutual TLS from plain text.
 * - `unavailable`: 503, or gRPC status 14.
 * - `refused`: no HTTP answer, for a reason that a mesh can give.
 * - `other`: any other status; also a 200 to one of many requests at once, whose bodies are not kept.
 * - `not-observed`: the harness could not tell, and why.
 */
export type Observation =
  | { kind: 'mtls'; identity: string }
  | { kind: 'plain' }
  | { kind: 'answered'; workload: string }
  | { kind: 'unavailable' }
  | { kind: 'refused'; curlExit: number }
  | { kind: 'other'; status: number; grpcStatus?: number }
  | { kind: 'not-observed'; why: string };

/** Observations of one sort, counted. */
export interface Seen {
  observation: Observation;
  count: number;
  /** How many of them count: they came after the step's arrival and the grace for pooled connections. */
  counted: number;
  /** Milliseconds since the step was applied. */
  firstMs: number;
  lastMs: number;
  /** The last answer of this sort, as evidence; absent where there was none. */
  evidence?: Answer;
}

/** Observations one after the other that were all right, all wrong, or all not observed; times in milliseconds since the step was applied. */
export interface Interval {
  state: 'right' | 'wrong' | 'not-observed';
  fromMs: number;
  toMs: number;
  count: number;
}

/** pass: seen as the rules say. fail: seen otherwise. inconclusive: the harness could not determine the answer. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

export interface Judgement {
  verdict: Verdict;
  /** One sentence: why this verdict. */
  why: string;
  requests: number;
  seen: Seen[];
  /** What came when, in intervals of one sort; only the first 64, then the last grows over whatever comes. */
  timeline: Interval[];
  /** Answers that count: those that could be read and came after the arrival and the grace. */
  counted: number;
  /** How many of these were wrong; with any, the cell is no pass. */
  wrong: number;
  /** The chance that an endpoint which answers differently was missed by the counted answers, 0 to 1. */
  missChance: number;
  /** Milliseconds from the step's API call to the first right answer; absent where none came. */
  firstRightMs?: number;
  /** Milliseconds to the last wrong answer; absent where none was wrong. */
  lastWrongMs?: number;
  /** Changes from right to wrong. */
  flaps: number;
}

/** How small a share of wrong answers a run must find, and with which chance it may miss it; both 0 to 1. */
export interface Sensitivity {
  share: number;
  chance: number;
}

/** A client pod that runs one script after the other; lost ones are opened anew by whoever gives it. */
export interface ProbeClient {
  /** @throws InconclusiveError where nothing came back within the time (ms) */
  run(script: string, timeoutMs: number): Promise<{ stdout: string }>;
}

/** What to ask of a step, and whom. */
export interface Asking {
  cells: Cell[];
  probeClients: ReadonlyMap<string, ProbeClient>;
  /** The sidecars of the servers, whose own counts must agree with what the answers say; absent where headers will do. */
  counters?: Counter[];
  /** The workload of each pod that may answer, by the pod's name; only some protocols need it. */
  pods?: ReadonlyMap<string, string>;
  /** When the step's API call began, in milliseconds since the epoch. */
  appliedAt: number;
  convergence: Convergence;
  signal: AbortSignal;
  /** Observed when a part of the asking is over. */
  onPart?: (part: AskedPart) => void;
}

/**
 * The parts of asking a step, in order: until all that changes has arrived, until what was pooled before is used up, until
 * the sidecars say that it is gone, and the answers that count.
 */
export type AskedPart = 'arrival' | 'grace' | 'connections' | 'sample';
