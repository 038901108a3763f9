import type { Expectation, Protocol } from '../../model/index.ts';
import type { Convergence } from '../../platform/limits.ts';
import type { Gap } from '../gaps.ts';
import type { Answer, Answerer, Observation } from '../observed.ts';
import type { Unseen } from '../unseen.ts';

// What a step asked and what came, as data: nothing here is decided yet. It can be written as JSON and read again.

/** A client that asks a server, and what the model expects of its answers. */
export interface Pair {
  /** For example, `sleep.full → httpbin.partial`. */
  id: string;
  client: string;
  /** Whether the client has a sidecar. Only then can it send mutual TLS. */
  sidecar: boolean;
  /** The server, as in `Counter.server`: pods and one of their ports. All pairs with it have the same endpoints. */
  server: string;
  protocol: Protocol;
  /** The addresses that the client may ask: the Service's, or its endpoints'. Absent if they are not known. */
  addresses?: string[];
  /**
   * The names under which the client's sidecar may count what it sends there: a subset's, and that of the Service, to which
   * its requests go where no route is for the client. Absent if it has none.
   */
  clusters?: string[];
  /** The names of subsets to which routes may lead its requests, whatever these name: what is counted there, is one sum. */
  routed?: string[];
  expectation: JudgedExpectation;
  /** The expectation before the step; absent if it is unknown. */
  before?: JudgedExpectation;
  /** The number of counted answers that the pair needs. */
  answers: number;
}

/** An expectation, as far as verdicts go by it. */
type JudgedExpectation = Pick<Expectation, 'outcomes' | 'notJudged'>;

/** The part of a step in which an answer came: before all changes were observed, right after, or in the sample. */
export type AnswerPhase = 'arrival' | 'grace' | 'sample';

/** What one answer shows by itself, whatever other answers came. */
export interface Shown {
  observation: Observation;
  status: number;
  curlExit: number;
  grpcStatus?: number;
  /** The address that was asked; absent if no connection was made. */
  address?: string;
  /** The name of the pod that answered; absent if the answer does not show it. */
  pod?: string;
  /** Whether the server's sidecar handled it; absent if the answer does not show it, or the client has a sidecar itself. */
  through?: boolean;
  /** The hash of the client's certificate; absent if it shows none. */
  certificate?: string;
  by?: Answerer;
  /** The first answer of this observation in the step, as it came. */
  first?: Answer;
}

/** One answer: the pair and what it shows, by their places in `AskedRecord`, and the milliseconds that it took. */
export type Came = [pair: number, shown: number, ms: number];

/** Requests that a client sent in one go, and what came of them. Times are in milliseconds since the step was applied. */
export type Batch = AnsweredBatch | LostBatch;

interface SentBatch {
  client: string;
  part: AnswerPhase;
  sentMs: number;
}

export interface AnsweredBatch extends SentBatch {
  /** When the last answer was complete. */
  endedMs: number;
  /** Requests one after the other, or all at once. The bodies of the answers to the latter are discarded. */
  rounds: { atOnce?: true; came: Came[] }[];
}

/** A batch of which no answer could be read. */
export interface LostBatch extends SentBatch {
  /** When that was known. The pod may still send its requests after that. */
  knownMs: number;
  because: Unseen;
  /** Whether its output came, but could not be read, so that the client itself is not lost. */
  isUnreadable: boolean;
  /** The pairs of its requests, by their places in `AskedRecord`. */
  asked: number[];
}

/** What one counter of a sidecar covers: one HTTP port, or all ports whose bytes the sidecar passes on. */
export type CounterPart = number | 'passed-on';

/** What is counted of a server by one of its sidecars. */
export interface Counter {
  /** The server as in `Pair.server`. */
  server: string;
  /** The workload, as in an expectation's endpoints. */
  workload: string;
  /** The pod with the sidecar, whose counters start at zero with it. */
  pod: string;
  part: CounterPart;
}

/** Inbound connections of a sidecar, with TLS and in total: since it started, and currently open. */
export interface ConnectionCounts {
  total: number;
  tls: number;
  active: number;
  activeTls: number;
  /** The requests since it started; absent if it does not count them. */
  requests?: number;
}

/** The counters of all servers' sidecars at one time, by counter id, or why one could not be read. */
export type Reading = Readonly<Record<string, ConnectionCounts | Gap>>;

/** A reading, and when it began, in milliseconds since the step was applied. */
export interface TimedReading {
  atMs: number;
  counts?: Reading;
}

/** What a client's sidecar made to one endpoint since that was added. */
export interface EndpointCounts {
  requests: number;
  connections: number;
  /** Connections that could not be made. */
  failed: number;
}

/** What a client's sidecar counts for one port of a Service. */
export interface ClusterCounts {
  /** Complete TLS handshakes since the sidecar started; absent if it does not count them. */
  handshakes?: number;
  /** What went to all endpoints, those that are gone too, since the sidecar started; absent if it does not count that. */
  total?: Pick<EndpointCounts, 'requests' | 'connections'>;
  /** By the endpoint's address. An endpoint that comes anew begins at zero. */
  endpoints: Record<string, EndpointCounts>;
}

/** What a client's sidecar had counted at one time. */
export interface OutboundCounts {
  clusters: Record<string, ClusterCounts>;
  /** How often any of its clusters was made or changed. */
  changes: string;
}

/** What a client's sidecar had counted at one time, or why it could not be read. */
export type OutboundReading = Gap | OutboundCounts;

/** The readings before the first and after the last answer that counts; absent if nobody asked. */
export interface OutboundReadings {
  first?: OutboundReading;
  last?: OutboundReading;
}

/** What those counted and have who cannot write into each other's answers: the sidecars of clients and servers. */
export interface SidecarsRecord {
  counters: Counter[];
  /** The last reading before the sample; absent if there was none. */
  first?: TimedReading;
  /** The reading after all batches; absent if there was none. */
  last?: Reading;
  /** What the sidecars of clients had counted, by client. */
  sent: Record<string, OutboundReadings>;
  /** The hashes of the certificates that clients' sidecars were seen to have, by client; absent if nobody looked. */
  certificates?: Record<string, string[]>;
  /** The workload of each address that may be an endpoint; absent if clients' sidecars are not asked what they sent. */
  endpoints?: Record<string, string>;
}

/** All that a step asked and what came. */
export interface AskedRecord<P extends Pair = Pair> {
  /** The step's own pairs first, then controls. */
  pairs: P[];
  /** Each thing that any answer showed, once. */
  shown: Shown[];
  /** In the order in which they ended. */
  batches: Batch[];
  /** The workload of each pod that may answer, by pod name. */
  pods: Record<string, string>;
  limits: Pick<Convergence, 'arrivalMs' | 'silentMs' | 'missChance'>;
  /** Absent if answers alone are to decide. */
  sidecars?: SidecarsRecord;
}
