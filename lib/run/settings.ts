import type { Convergence, Sensitivity } from '../probe/types.ts';

/** How long and how often to ask. */
export const convergence: Convergence = {
  arrivalMs: 20_000,
  // 21 answers miss one of a sidecar's two workers, each with its own pool, with a chance of 2 × 2^-21.
  graceAnswers: 21,
  graceMs: 5_000,
  sampleMs: 15_000,
  missChance: 1e-6,
  requestSeconds: 2,
  requestsPerBatch: 7,
  minObservationMs: 2_000,
};

/** What a step finds where nothing else is wanted: 90 answers, none wrong, have a chance below 1 % where 5 % are wrong. */
export const sensitivity: Sensitivity = { share: 0.05, chance: 0.01 };

/** Answers in each step of a pair that the step does not change: over a run they add up. */
export const UNCHANGED_ANSWERS = 7;

/** Milliseconds that the run waits for each thing before it gives up and says so. */
export const timeouts = {
  /** Pods READY after their Deployments were made; image pulls included. */
  readyMs: 180_000,
  /** Between looks into istiod's log while pods are not READY. */
  rejectionsMs: 3_000,
  /** Endpoints of READY pods. */
  servingMs: 5_000,
  /** Emptying namespaces ourselves, before it is left to the namespace controller. */
  purgeMs: 5_000,
  /** Namespaces gone after they were deleted. */
  goneMs: 60_000,
  /** Root certificates in a new namespace. */
  certificateMs: 2_000,
  /** How often to look where nothing tells of a change. */
  pollMs: 100,
  /** Renewals of a run's lease, and of the mesh's. */
  heartbeatMs: 5_000,
  /** A lease not renewed for so long belongs to a run that died; longer than clocks of two machines differ. */
  leaseMs: 60_000,
  /** Another run to be done with the mesh. */
  meshWaitMs: 300_000,
} as const;
