import type { NightlyRelease } from '../cluster/provider.ts';
import type { Diff } from '../diff/types.ts';
import type { Results } from '../results/types.ts';

/** One job of a night: a release on a cluster of its own; what a workflow's matrix includes. */
export interface NightlyJob extends NightlyRelease {
  /** What `--istio` takes, and the job's name: a minor such as 1.31, a patch, or a snapshot such as 1.31-dev. */
  istio: string;
  /** What `--cluster` takes. */
  cluster: string;
}

/** What a night is to do, as a workflow's matrix has it. */
export interface Plan {
  /** Newest release first. */
  include: NightlyJob[];
}

/** A job when the night is over. */
export interface JobOfNight extends NightlyJob {
  /** Absent where the job brought none, which is no pass. */
  results?: Results;
  /** Why there are none. */
  missing?: string;
}

/** What a night came to. */
export interface Night {
  schema: 'automtls.dev/night/v1';
  /** The run of a workflow that it is; absent where none is. A job of it that is run again makes the same night. */
  run?: string;
  /** When its first job began, RFC 3339. */
  startedAt: string;
  /** Every planned job, newest release first. */
  jobs: JobOfNight[];
}

/** A night beside the last, and its releases beside each other. */
export interface Comparison {
  schema: 'automtls.dev/comparison/v1';
  /** When the night began that this is of. */
  startedAt: string;
  /** Release by release against the night before; none in the first night. */
  nights: { istio: string; diff: Diff }[];
  /** Each release against the next older one that brought results. */
  releases: { from: string; to: string; diff: Diff }[];
  /** Jobs that have nothing to be compared with, a sentence each. */
  alone: string[];
  summary: NightSummary;
}

/** What a night came to, for those who want no more. */
export interface NightSummary {
  regressions: Regression[];
  /** Required jobs that could not tell, or not all: neither good nor bad. */
  inconclusive: { istio: string; why: string }[];
  /** 1 a regression of required jobs, 3 something inconclusive, 0 otherwise, whatever those came to that only inform. */
  exitCode: 0 | 1 | 3;
}

/** What is wrong tonight: a cell or check that fails, or two passes that differ and no rule says why. */
export interface Regression {
  /** The job, or the older and the newer release of which it is the difference. */
  jobs: string[];
  kind: 'fails' | 'changed';
  /** Such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
  place: string;
  /** One sentence. */
  why: string;
  /** Whether all of its jobs are required; what only informs never fails the night. */
  required: boolean;
}
