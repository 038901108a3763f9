import type { CheckSeen } from '../../verdict/index.ts';

/** The result of a check: what it saw, from which its verdict follows. */
export interface CheckFinding extends CheckSeen {
  /** The objects of others that it saw, and that can affect the run. */
  objects?: string[];
}
