import type { Cell } from './types.ts';

/** Returns whether answers are slow: the client's sidecar retries a failed connection after a pause. */
export function isSlow({ sidecar, expectation }: Cell): boolean {
  return sidecar && expectation.outcomes.every(({ outcome }) => outcome.kind === 'unavailable');
}
