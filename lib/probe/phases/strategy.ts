/** How to ask a step before its answers count: what differs between callers. */
export interface Strategy {
  /**
   * Whether one pair that changes is asked alone until it is seen changed, so that the mesh has time to make the change.
   * If it cannot be observed, or half of the time for the arrival is up, all are asked.
   */
  scouts: boolean;
  /** Whether the counters are read once half of the pairs have changed, for changes that no answer shows. */
  readsHalfway: boolean;
  /** Whether answers use up pooled connections only from the arrival of the whole step on, not since a pair's own change. */
  countsFromArrival: boolean;
  /** Whether a pair is asked only while a phase cannot end without its answers. */
  asksOnlyNeeded: boolean;
  /** Whether the grace lasts until no answer was wrong for as long as the step took to arrive. */
  staysQuiet: boolean;
}

/** Watches for wrong answers while it waits. A step that was slow to arrive may be as slow to arrive everywhere. */
export const thorough: Strategy = {
  scouts: false,
  readsHalfway: true,
  countsFromArrival: false,
  asksOnlyNeeded: false,
  staysQuiet: true,
};

/**
 * Sends only the requests that a verdict needs, since each takes CPU time from the sidecars. While nobody watches for more
 * wrong answers, the mesh needs time: answers and readings from before the whole step has arrived show too little.
 */
export const sparing: Strategy = {
  scouts: true,
  readsHalfway: false,
  countsFromArrival: true,
  asksOnlyNeeded: true,
  staysQuiet: false,
};
