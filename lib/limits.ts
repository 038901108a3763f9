/**
 * How long and how often to ask in a step. Here and in `Limits`, names that end in `Ms` are in milliseconds,
 * `missChance` is between 0 and 1, and all others are counts.
 */
export interface Convergence {
  /** From the step's API call until every pair that changes must have been observed changed. */
  arrivalMs: number;
  /** Answers of each changing pair after the arrival that do not count: old pooled connections may serve them. */
  graceAnswers: number;
  /** From the arrival until these answers must have come, and from then until pooled connections must be gone. */
  graceMs: number;
  /** All counted answers. */
  sampleMs: number;
  /** If the chance of having missed an endpoint is below this, the endpoint counts as missing. */
  missChance: number;
  /** One request. A client whose last batch had no readable answer gets half of it. */
  requestMs: number;
  /** Requests to each server in one batch before the sample. */
  requestsPerBatch: number;
  /** The maximum of requests to all servers in such a batch, but for one to each, and what shows an arrival or uses up pools. */
  maxRequestsBefore: number;
  /** The maximum of requests to all servers in one batch after the arrival. A lost batch loses all its answers. */
  maxRequestsPerBatch: number;
  /** The time of a batch in addition to its requests, for the shell and the API server. */
  batchMs: number;
  /** The minimum time of a batch, even shortly before the deadline. With less, every late answer would be lost. */
  minBatchMs: number;
  /** How long to ask before answers count if no pair can show the arrival. */
  minObservationMs: number;
  /** How long a client may get no readable answer in the sample. */
  silentMs: number;
  /** The pause before a lost exec, or a counter that could not be read, is tried again. */
  reopenMs: number;
}

/** How long a run waits, and how often it looks or retries. Limits outside of a run are defined where they are used. */
export interface Limits extends Convergence {
  /** Answers before a step of a pair whose endpoints may differ: enough to tell one of two from both. */
  baselineAnswers: number;
  /** The same if its endpoints answer alike, before and in the step. */
  alikeAnswers: number;
  /** Answers of a pair that the step does not change. Over the steps of a run they add up. */
  unchangedAnswers: number;

  /** Deployments created at once. The next wave starts when the pods of this one are READY. */
  deploymentsPerWave: number;
  /** From the creation of Deployments until their pods are READY, image pulls included. */
  readyMs: number;
  /** Between reads of istiod's log while pods are not READY. */
  rejectionsMs: number;
  /** Until new namespaces have their root certificates. */
  certificateMs: number;
  /** Until Services have the endpoints of READY pods. */
  servingMs: number;
  /** Until a shell in a client pod answers. */
  openMs: number;
  /** Retries of opening it. */
  openRetries: number;

  /** Reading what concerns one pair that failed. What is not read by then is missing in its diagnosis. */
  diagnosisMs: number;

  /** Emptying namespaces ourselves. After that, the namespace controller does the rest. */
  purgeMs: number;
  /** From the deletion of namespaces until they are gone. */
  goneMs: number;

  /** Between renewals of the run's Lease and the mesh's Lease. */
  heartbeatMs: number;
  /** After this time without a renewal, a Lease's run is dead. It exceeds the clock difference between two machines. */
  leaseMs: number;
  /** Until another run no longer needs the mesh. */
  meshWaitMs: number;
  /** Retries of a change to the mesh configuration that conflicts with another write. */
  conflictRetries: number;

  /** Between looks at something that does not notify of changes. */
  pollMs: number;
  /** One call to the API server. Admission webhooks may take ten seconds of it. */
  apiCallMs: number;
  /** One call without webhooks: the version and the kinds served, lists around each step, logs. */
  apiLookMs: number;

  /** A program that only reads, such as `docker version`. */
  programMs: number;
  /** Retries of a download that the network or the server interrupted. */
  downloadRetries: number;
  /** Each stage of booting a native cluster: its API server, its namespaces, its node. */
  bootMs: number;
  /** From killing the processes and control groups of a native cluster until they are gone. */
  killMs: number;
  /** From the installation of istiod until it is ready. */
  istiodMs: number;
}

/** The limits without command-line options; lib/commands/limits.ts has those options. */
export const defaultLimits: Readonly<Limits> = {
  arrivalMs: 20_000,
  // A sidecar has two workers, each with its own pool. The chance that 21 answers miss one of them is 2 × 2^-21.
  graceAnswers: 21,
  graceMs: 5_000,
  sampleMs: 30_000,
  missChance: 1e-6,
  requestMs: 2_000,
  requestsPerBatch: 7,
  maxRequestsBefore: 20,
  maxRequestsPerBatch: 400,
  batchMs: 5_000,
  minBatchMs: 3_000,
  minObservationMs: 2_000,
  silentMs: 3_000,
  reopenMs: 200,

  baselineAnswers: 21,
  alikeAnswers: 7,
  unchangedAnswers: 7,

  deploymentsPerWave: 25,
  readyMs: 180_000,
  rejectionsMs: 3_000,
  certificateMs: 2_000,
  servingMs: 5_000,
  openMs: 20_000,
  openRetries: 2,

  diagnosisMs: 5_000,

  purgeMs: 5_000,
  goneMs: 60_000,

  heartbeatMs: 5_000,
  leaseMs: 60_000,
  meshWaitMs: 300_000,
  conflictRetries: 8,

  pollMs: 100,
  apiCallMs: 30_000,
  apiLookMs: 10_000,

  programMs: 10_000,
  downloadRetries: 2,
  bootMs: 120_000,
  killMs: 30_000,
  istiodMs: 120_000,
};
