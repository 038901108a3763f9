/** Something that took its time. */
export interface Lap {
  name: string;
  /** In milliseconds. */
  ms: number;
}

/** Returns a function that ends a lap, which began where the last one ended, and the laps so far. */
export function stopwatch(): { lap: (name: string) => void; laps: Lap[] } {
  const laps: Lap[] = [];
  let begunAt = performance.now();
  const lap = (name: string): void => {
    const now = performance.now();
    laps.push({ name, ms: now - begunAt });
    begunAt = now;
  };
  return { lap, laps };
}
