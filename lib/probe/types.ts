import type { Convergence } from '../limits.ts';
import type { Expectation, Protocol } from '../model/types.ts';
import type { Observation } from '../verdict/observation.ts';
import type { Verdict, VerdictReason } from '../verdict/reasons.ts';
import type { Counter } from './counters.ts';
import type { Strategy } from './phases/strategy.ts';
import type { Variation, Vary } from './variations.ts';

/** The target of a request. */
export interface Target {
  url: string;
  protocol: Protocol;
  /** A header for a VirtualService to route by, as `name: value`. */
  header?: string;
  /** What distinguishes the request from others to the same target; absent if it is sent as a person would by hand. */
  variation?: Variation;
}

/** One pair under one step: a client that asks a server, and the outcomes that the model expects. */
export interface Cell extends Target {
  /** For example, `sleep.full → httpbin.partial`. */
  id: string;
  /** The client's key among the probeClients. */
  client: string;
  /** Whether the client has a sidecar. Only then can it send mutual TLS. */
  sidecar: boolean;
  /** Whether that sidecar has a single worker, and so one pool of connections for the pair. */
  oneWorker?: boolean;
  /** The addresses that the client may ask: the Service's, or its endpoints'. Absent if they are not known. */
  addresses?: ReadonlySet<string>;
  /**
   * The names under which the client's sidecar may count what it sends there: a subset's, and that of the Service, to which
   * its requests go where no route is for the client. Absent if it has none.
   */
  clusters?: string[];
  /** The server, as in `Counter.server`: pods and one of their ports. All cells with it have the same endpoints. */
  server: string;
  expectation: Expectation;
  /** The expectation before the step; absent if it is unknown. */
  before?: Expectation;
  /** Whether something else was expected when the cell was last asked: connections pooled then may still be open. */
  stale?: boolean;
  /** The number of counted answers that the cell needs. */
  answers: number;
}

/** curl's result of one request. */
export interface Answer {
  /** When it was complete, in milliseconds since the epoch. */
  at: number;
  /** The HTTP status; 0 if there was none. */
  status: number;
  curlExit: number;
  curlMessage: string;
  /** How long the request took, in milliseconds. */
  ms: number;
  /** The gRPC status, if it is an error. */
  grpcStatus?: number;
  /** Whether curl opened a connection for the request instead of reusing an earlier one. */
  fresh: boolean;
  /** The address that curl asked; absent if it made no connection. */
  address?: string;
  /** Method, path and size of the request, if they were not those of a request by hand. */
  sent?: string;
  /** Those of `signHeaders` that the answer has: they show who gave it. Absent with curl before 7.84. */
  headers?: Record<string, string>;
  /** Empty for requests made at once, whose bodies are discarded. */
  body: string;
}

/**
 * Who gave an answer, as far as the answer itself shows.
 * - `sidecar`: the client's or the server's.
 * - `server-side`: the server's sidecar or the application.
 * - `nobody`: there was no answer.
 */
export type Answerer = 'client-sidecar' | 'server-sidecar' | 'sidecar' | 'application' | 'server-side' | 'nobody';

/** The number of observations of one sort. */
export interface Seen {
  observation: Observation;
  count: number;
  /** How many of them count, because they came after the step's arrival and the grace for pooled connections. */
  counted: number;
  /** Milliseconds since the step was applied. */
  firstMs: number;
  lastMs: number;
  /**
   * The first answer of this sort that counts, as evidence; the last one if none counts. Absent if the client was lost.
   */
  evidence?: Answer;
  /** Who gave these answers, in order of appearance; absent where it is not known, and for right answers. */
  by?: Answerer[];
}

/**
 * Consecutive observations that were all right, all wrong, or all not observed. Times are in milliseconds since the
 * step was applied.
 */
export interface Interval {
  state: 'right' | 'wrong' | 'not-observed';
  fromMs: number;
  toMs: number;
  count: number;
}

export interface Judgement {
  verdict: Verdict;
  /** What the verdict follows from. */
  reasons: VerdictReason[];
  requests: number;
  seen: Seen[];
  /** The observations over time. After 64 intervals, the last one includes all later observations. */
  timeline: Interval[];
  /** The number of counted answers: readable ones after the arrival and the grace. */
  counted: number;
  /** How many of these were wrong. With any, the cell cannot pass. */
  wrong: number;
  /** The chance (0 to 1) that the counted answers missed an endpoint that answers differently. */
  missChance: number;
  /** Milliseconds from the step's API call to the first right answer; absent if none was right. */
  firstRightMs?: number;
  /** Milliseconds from the step's API call to the last wrong answer; absent if none was wrong. */
  lastWrongMs?: number;
  /** The number of changes from right to wrong. */
  flaps: number;
}

/** The share of wrong answers that a run must find, and the chance that it may miss it; both 0 to 1. */
export interface Sensitivity {
  share: number;
  chance: number;
}

/** A client pod that runs one script at a time. Its provider reopens a lost exec. */
export interface ProbeClient {
  /** @throws InconclusiveError if there is no result within the time (ms) */
  run(script: string, timeoutMs: number): Promise<{ stdout: string }>;
}

/** How to ask a step: its cells and clients. */
export interface Asking {
  cells: Cell[];
  probeClients: ReadonlyMap<string, ProbeClient>;
  /** The counters of the servers' sidecars, which must agree with the answers; absent if headers are enough. */
  counters?: Counter[];
  /**
   * The hashes of the certificates that each client's sidecar was seen to have, by client. They are read when an answer
   * shows another one, and added.
   */
  certificates?: Map<string, Set<string>>;
  /** The workload of each pod that may answer, by pod name. Only some protocols need it. */
  pods?: ReadonlyMap<string, string>;
  /** The workload of each pod that may answer, by address; absent if the clients' sidecars are not asked what they sent. */
  endpoints?: ReadonlyMap<string, string>;
  /** How each client's requests vary, by client; one that is not here sends the same request again and again. */
  variations?: ReadonlyMap<string, Vary>;
  /** When the step's API call began, in milliseconds since the epoch. */
  appliedAt: number;
  convergence: Convergence;
  /** How to ask before answers count; thorough if absent. */
  strategy?: Strategy;
  signal: AbortSignal;
  /** Called for each answer to a varied request. `counts` says whether it is one of the sample. */
  onAnswer?: (cell: Cell, answer: { token: string; observation: Observation; counts: boolean }) => void;
  /** Called when a part of the asking is over. */
  onPart?: (part: AskedPart) => void;
}

/**
 * The parts of asking a step, in order. Each lasts until all changes have arrived, pooled connections are used up, the
 * sidecars' counters show that they are gone, and the counted answers are complete.
 */
export type AskedPart = 'arrival' | 'grace' | 'connections' | 'sample';
