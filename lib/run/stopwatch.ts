/** A part of a step, and how long it took. */
export interface Lap {
  name: string;
  /** In milliseconds. */
  ms: number;
}

/** Returns a function that ends the current lap and begins the next one, and a list of the laps that have ended. */
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
