import type { Expectation, Protocol } from '../model/index.ts';
import type { Convergence } from '../platform/limits.ts';
import type { Observation, Pair } from '../verdict/index.ts';
import type { Strategy } from './phases/strategy.ts';
import type { ReadCounter } from './sidecars/counters.ts';
import type { Variation, Vary } from './traffic/variation.ts';

/** The target of a request. */
export interface Target {
  url: string;
  protocol: Protocol;
  /** A header for a VirtualService to route by, as `name: value`. */
  header?: string;
  /** What distinguishes the request from others to the same target; absent if it is sent as a person would by hand. */
  variation?: Variation;
}

/** One pair under one step: a client that asks a server, how it asks, and the outcomes that the model expects. */
export interface Cell extends Target, Pair {
  expectation: Expectation;
  before?: Expectation;
  /** Whether that client's sidecar has a single worker, and so one pool of connections for the pair. */
  oneWorker?: boolean;
  /** Whether something else was expected when the cell was last asked: connections pooled then may still be open. */
  stale?: boolean;
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
  counters?: ReadCounter[];
  /**
   * The hashes of the certificates that each client's sidecar was seen to have before, by client. They are read again when
   * an answer shows another one; absent if nobody is to look.
   */
  certificates?: ReadonlyMap<string, ReadonlySet<string>>;
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
  onAnswer?: (pair: Pair, answer: { token: string; observation: Observation; counts: boolean }) => void;
  /** Called when a part of the asking is over. */
  onPhase?: (phase: PhaseName) => void;
}

/**
 * The parts of asking a step, in order. Each lasts until all changes have arrived, pooled connections are used up, the
 * sidecars' counters show that they are gone, and the counted answers are complete.
 */
export type PhaseName = 'arrival' | 'grace' | 'connections' | 'sample';
