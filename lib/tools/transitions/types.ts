import type { Outcome } from '../../model/types.ts';

/** What `npm run transitions` measured, and the contents of transitions.json. */
export interface Transitions {
  schema: 'automtls.dev/transitions/v1';
  automtls: { version: string };
  /** RFC 3339. */
  startedAt: string;
  /** The total time in milliseconds, without the cluster's. */
  ms: number;
  cluster: { provider: string; name: string; kubernetes: string };
  istio: { version: string; release: string; notes: string[] };
  paths: PathResult[];
  /** 0 if every path was measured, 1 if one did not end as the model says, 3 if something is inconclusive. */
  exitCode: 0 | 1 | 3;
}

/** What is applied at one time: a PeerAuthentication of the server's namespace, and a DestinationRule for its host. */
export interface Setting {
  mode: 'none' | 'PERMISSIVE' | 'STRICT' | 'DISABLE';
  rule: 'none' | 'DISABLE' | 'ISTIO_MUTUAL';
}

/** Settings of which each is applied once the one before has settled. */
export interface Path {
  /** Its name for `--path`, such as `permissive+disable:strict`. */
  name: string;
  /** What people want who go from its first setting to its last, such as `lock down`; absent for other pairs. */
  aim?: string;
  settings: Setting[];
}

/** A path that was tried, each time under the load of a client with a sidecar. */
export interface PathResult extends Path {
  settings: ExpectedSetting[];
  /**
   * For each change, whether the model says that the client is refused while one of the two sidecars knows of the change
   * and the other does not.
   */
  races: boolean[];
  tries: Try[];
}

/** A setting with what the model expects of the client. */
export interface ExpectedSetting extends Setting {
  outcomes: Outcome['kind'][];
}

/**
 * - `measured`: every setting was seen to arrive and to do what the model says, under the whole load.
 * - `fail`: a setting did something else.
 * - `inconclusive`: it could not be told what was lost, or whether a setting arrived.
 */
export type TryVerdict = 'measured' | 'fail' | 'inconclusive';

export interface Try {
  verdict: TryVerdict;
  /** Why it is not `measured`, one sentence each. */
  why: string[];
  /** The requests that ended in a second, on average over the whole path. */
  rate: number;
  /** For each change, in order, what was lost from then until the next one. Empty if the load was not read. */
  changes: Losses[];
}

/** Requests and losses in some time. All times are in milliseconds since the API call of the change. */
export interface Losses {
  sent: number;
  lost: number;
  /** How many were lost with which code: an HTTP status, such as `503`, or curl's exit code, such as `curl 56`. */
  codes: Record<string, number>;
  /** When the first and the last lost request ended; absent if none was lost. */
  firstMs?: number;
  lastMs?: number;
  /** The longest time in which every request was lost, from the sending of the first; 0 if none was lost. */
  longestMs: number;
  /** When every pair that the change acts on had given its new answer; absent if it acts on none. */
  arrivedMs?: number;
}

/** What `npm run transitions -- --steps` measured. */
export interface Propagation {
  /** RFC 3339. */
  startedAt: string;
  cluster: Transitions['cluster'];
  /** Istio's version. */
  istio: string;
  steps: number;
  arrivals: Arrival[];
  /** What was not as the model says, or could not be told. */
  problems: { verdict: 'fail' | 'inconclusive'; why: string }[];
}

/** When one client saw one step. Times are in milliseconds, those of its answers since the step's API call. */
export interface Arrival {
  /** The step's number, from 1. */
  step: number;
  before: Setting['mode'];
  mode: Setting['mode'];
  /** Such as `sleep.full`. */
  client: string;
  firstRightMs: number;
  /** Absent if no answer was wrong. */
  lastWrongMs?: number;
  /** How long the API calls of the step took. */
  applyMs: number;
  /** The longest batch of any client until then: a machine or a cluster that stands still makes one long. */
  batchMs: number;
  /** The longest time for which this process stood still during the step. */
  stallMs: number;
  /** The machine's load average of the last minute. */
  load: number;
}
