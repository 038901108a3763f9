import type { Diff } from '../diff/types.ts';
import type { Results } from '../results/types.ts';

/** One leg of a night: a release on a cluster of its own; what a workflow's matrix includes. */
export interface Leg {
  /** What `--istio` takes, and the leg's name: a minor such as 1.31, or a snapshot such as 1.31-dev. */
  istio: string;
  /** What is installed, such as 1.31.1; names the cache of its archive. */
  version: string;
  /** What `--cluster` takes. */
  cluster: 'kind' | 'native';
  /** The node image of kind; empty elsewhere, since a matrix has no absent values. */
  node: string;
  /** Supported releases must pass; those whose support ended inform. */
  required: boolean;
}

/** What a night is to do. */
export interface Plan {
  legs: Leg[];
}

/** What a night came to. */
export interface Night {
  schema: 'automtls.dev/night/v1';
  /** RFC 3339. */
  startedAt: string;
  /** Every planned leg, newest release first. */
  legs: (Leg & {
    /** Absent where the leg brought none, which is no pass. */
    results?: Results;
    /** Why there are none. */
    missing?: string;
  })[];
}

/** A night beside the last, and its releases beside each other. */
export interface Comparison {
  /** Release by release against the night before; absent in the first night. */
  nights: { istio: string; diff: Diff }[];
  /** Each release against the next older one. */
  releases: { from: string; to: string; diff: Diff }[];
  /** Legs that have nothing to be compared with, a sentence each. */
  alone: string[];
}
