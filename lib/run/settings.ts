import type { Patience } from '../probe/types.ts';

/**
 * How long to ask. 21 right answers in a row miss one of two endpoints, or one of a sidecar's two workers,
 * with a chance of 2 × 2^-21, which is below 1e-6.
 */
export const patience: Patience = {
  matchesInRow: 21,
  deadlineMs: 20_000,
  missChance: 1e-6,
  requestSeconds: 2,
  asksPerGo: 7,
  unwitnessedMs: 2_000,
};

/** Milliseconds that the run waits for each thing before it gives up and says so. */
export const timeouts = {
  /** Pods READY after their Deployments were made; image pulls included. */
  readyMs: 180_000,
  /** Emptying namespaces ourselves, before it is left to the namespace controller. */
  purgeMs: 5_000,
  /** Namespaces gone after they were deleted. */
  goneMs: 60_000,
  /** Root certificates in a new namespace. */
  certificateMs: 2_000,
  /** How often to look where nothing tells of a change. */
  pollMs: 100,
  /** Renewals of a run's lease. */
  heartbeatMs: 5_000,
  /** A lease not renewed for so long belongs to a run that died; longer than clocks of two machines differ. */
  leaseMs: 60_000,
  /** The same for the mesh's lease, which is not renewed. */
  meshLeaseMs: 600_000,
} as const;
