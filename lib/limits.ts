/**
 * How long a step is asked, and how often. What ends in `Ms` is in milliseconds, `missChance` is from 0 to 1, and the rest
 * are counts; so it is in `Limits`, too.
 */
export interface Convergence {
  /** From the step's API call until each pair that changes must have been seen changed. */
  arrivalMs: number;
  /** Answers of each changing pair after the arrival that do not count yet: connections pooled before may serve them. */
  graceAnswers: number;
  /** After the arrival until these must have come, and until pooled connections must be gone. */
  graceMs: number;
  /** What the counted answers may take. */
  sampleMs: number;
  /** The chance of having missed an endpoint below which it counts as not there. */
  missChance: number;
  /** What one request may take; half of it while a client has heard nothing. */
  requestMs: number;
  /** Requests to each server in one batch while the arrival is awaited. */
  requestsPerBatch: number;
  /** Requests in one batch of the sample, at most, to all servers together: a batch that is lost takes all its answers with it. */
  maxRequestsPerBatch: number;
  /** What a batch may take beyond its requests, for the shell and the API server. */
  batchMs: number;
  /** What a batch has at least, however late it begins: less would make every late answer a lost one. */
  minBatchMs: number;
  /** How long to ask before anything counts where no pair shows the arrival of what was changed. */
  minObservationMs: number;
  /** How long in the sample a client may bring nothing that can be read. */
  silentMs: number;
  /** Until a lost exec, or a counter that could not be read, is tried again. */
  reopenMs: number;
}

/** All that a run waits for, and how often it looks or tries again. One that is part of no run stays where it is used. */
export interface Limits extends Convergence {
  /** Answers of a pair before a step of which nothing is known yet: enough to tell one of two endpoints from both. */
  baselineAnswers: number;
  /** Answers in each step of a pair that the step does not change: over a run they add up. */
  unchangedAnswers: number;

  /** Deployments made at once; the next ones when the pods of these are READY. */
  deploymentsPerWave: number;
  /** Pods READY after their Deployments were made, image pulls included. */
  readyMs: number;
  /** Between looks into istiod's log while pods are not READY. */
  rejectionsMs: number;
  /** Root certificates in a new namespace. */
  certificateMs: number;
  /** Endpoints of READY pods. */
  servingMs: number;
  /** A shell in a client pod that answers. */
  openMs: number;
  /** Times that opening it is tried again. */
  openRetries: number;

  /** Emptying namespaces ourselves, before it is left to the namespace controller. */
  purgeMs: number;
  /** Namespaces gone after they were deleted. */
  goneMs: number;

  /** Between renewals of a run's Lease, and of the mesh's. */
  heartbeatMs: number;
  /** A Lease not renewed for so long belongs to a run that died; longer than clocks of two machines differ. */
  leaseMs: number;
  /** Another run to be done with the mesh. */
  meshWaitMs: number;
  /** Times that a change of the mesh configuration is tried again where somebody else writes at the same time. */
  conflictRetries: number;

  /** Between looks where nothing tells of a change. */
  pollMs: number;
  /** The API server's answer to a call: admission webhooks may take ten seconds of it. */
  apiCallMs: number;
  /** Its answer where no webhook is asked: what it is and serves, lists around each step, logs. */
  apiLookMs: number;

  /** A program that only looks, such as `docker version`. */
  programMs: number;
  /** Times that a download is tried again which the network or the server broke off. */
  downloadRetries: number;
  /** Each stage of a native cluster's boot: its API server, its namespaces, its node. */
  bootMs: number;
  /** Processes and control groups of a native cluster gone after they were killed. */
  killMs: number;
  /** istiod ready after it was installed. */
  istiodMs: number;
}

/** What holds where no option of the command line says otherwise; lib/commands/limits.ts has those options. */
export const defaultLimits: Readonly<Limits> = {
  arrivalMs: 20_000,
  // 21 answers miss one of a sidecar's two workers, each with its own pool, with a chance of 2 × 2^-21.
  graceAnswers: 21,
  graceMs: 5_000,
  sampleMs: 30_000,
  missChance: 1e-6,
  requestMs: 2_000,
  requestsPerBatch: 7,
  maxRequestsPerBatch: 270,
  batchMs: 5_000,
  minBatchMs: 1_000,
  minObservationMs: 2_000,
  silentMs: 3_000,
  reopenMs: 200,

  baselineAnswers: 21,
  unchangedAnswers: 7,

  deploymentsPerWave: 25,
  readyMs: 180_000,
  rejectionsMs: 3_000,
  certificateMs: 2_000,
  servingMs: 5_000,
  openMs: 20_000,
  openRetries: 2,

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
