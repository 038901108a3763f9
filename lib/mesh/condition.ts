import type { KubeObject } from '../model/index.ts';

/** A condition that a mesh must meet before the task can begin. */
export type Condition = { met: true; why: string } | Unmet;

/** A condition that is not met. */
export interface Unmet {
  met: false;
  code: 'auto-mtls-off' | 'not-permissive' | 'rule-matches' | 'no-injection';
  why: string;
  /** What to do. */
  remedy: string;
  /** The objects that are in the way. */
  objects?: KubeObject[];
}
