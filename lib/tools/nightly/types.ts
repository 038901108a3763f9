import type { NightlyRelease } from '../../platform/clusters/provider.ts';
import type { Diff } from '../../results/diff/types.ts';
import type { Results } from '../../results/types.ts';

/** One job of a night: a release on its own cluster. It is an entry of the workflow's matrix. */
export interface NightlyJob extends NightlyRelease {
  /** The value of `--istio` and the job's name: a minor such as 1.31, a patch, or a snapshot such as 1.31-dev. */
  istio: string;
  /** The value of `--cluster`. */
  cluster: string;
}

/** The jobs of a night, in the form of a workflow's matrix. */
export interface Plan {
  /** Newest release first. */
  include: NightlyJob[];
}

/** A job after the night, with its results. */
export interface JobOfNight extends NightlyJob {
  /** Absent if the job has no results, which is not a pass. */
  results?: Results;
  /** Why the job has no results. */
  missing?: string;
}

/** The results of a night. */
export interface Night {
  schema: 'automtls.dev/night/v1';
  /** The id of the workflow run, if it is one. Re-running a job belongs to the same night. */
  run?: string;
  /** When its first job began, RFC 3339. */
  startedAt: string;
  /** Every planned job, newest release first. */
  jobs: JobOfNight[];
}

/** A night compared with the last one, and its releases with each other. */
export interface Comparison {
  schema: 'automtls.dev/comparison/v1';
  /** The start of the night. */
  startedAt: string;
  /** Release by release against the night before; none in the first night. */
  nights: { istio: string; diff: Diff }[];
  /** Each release against the next older one that brought results. */
  releases: { from: string; to: string; diff: Diff }[];
  /** Jobs with nothing to compare with, a sentence each. */
  alone: string[];
  summary: NightSummary;
}

/** The summary of a night. */
export interface NightSummary {
  regressions: Regression[];
  /** Required jobs that are inconclusive, wholly or in part. */
  inconclusive: { istio: string; why: string }[];
  /** 1 a regression of required jobs, 3 something inconclusive, 0 otherwise; informational jobs do not count. */
  exitCode: 0 | 1 | 3;
}

/** A cell or check that fails, or an unexplained difference between two passes. */
export interface Regression {
  /** The job, or the older and the newer of two releases that differ. */
  jobs: string[];
  kind: 'fails' | 'changed';
  /** Such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
  place: string;
  /** One sentence. */
  why: string;
  /** Whether all of its jobs are required; informational jobs never fail the night. */
  required: boolean;
}
