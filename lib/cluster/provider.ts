import type { Acquired, OnProgress } from './types.ts';

/** Where clusters come from: what `--cluster` names, and all that the rest of the project knows of it. */
export interface ClusterProvider<Flag extends string = string> {
  /** What `--cluster` takes. */
  name: string;
  /** Which versions of Istio `--istio` takes, for `--help`. */
  istio: string;
  /** The flags of the command line that go with it alone, by their names. */
  flags: Readonly<Record<Flag, ProviderFlag>>;
  /** How `--cluster auto` comes to it; left out, it must be named. */
  auto?: {
    /** For `--help`, after "auto: ". */
    when: string;
    /** Whether to take it; providers are asked in the registry's order, and the first that says so is taken. */
    available(options: ClusterOptions<Flag>): boolean | Promise<boolean>;
  };
  /** What action.yml says of it as its input `cluster`; left out, the action does not take it. */
  action?: string;
  /** Left out, no night runs on it. */
  nightly?: NightlyReleases;
  /**
   * Gets a cluster for one run, with Istio in it. Where that fails, nothing of it is left.
   * @throws UsageError where it cannot be had, saying what to do
   */
  acquire(options: ClusterOptions<Flag>, context: AcquireContext): Promise<Acquired>;
  /** Deletes the clusters that processes of this project have left on this machine when they were killed; returns a sentence for each. */
  sweep?(): Promise<string[]>;
}

/** A flag of the command line that takes a value. */
export interface ProviderFlag {
  /** What stands for its value in `--help`, such as IMAGE. */
  value: string;
  /** What it does, for `--help`. */
  about: string;
  /** Whether the value is a path, which leads from where the user stands. */
  path?: boolean;
}

/** What a user asks of a cluster. */
export interface ClusterOptions<Flag extends string = string> {
  /** A provider's name, or `auto`. */
  provider: string;
  /** Istio's version; the provider's newest where it is left out. */
  istio?: string | undefined;
  /** The flags of providers that were given, with their values. */
  flags: Readonly<Partial<Record<Flag, string>>>;
}

export interface AcquireContext {
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** What a night runs on a provider's clusters. */
export interface NightlyReleases {
  /** Returns the minors that it can run, newest first. */
  minors(): string[];
  /** Returns those that a night runs where none are asked for. */
  usual(): string[];
  /**
   * Returns the job of a release, as `--istio` names it.
   * @throws UsageError where it cannot be run
   */
  job(istio: string): NightlyRelease;
}

/** A release of a night, as the matrix of a workflow has it. */
export interface NightlyRelease {
  /** What is installed, such as 1.31.1; names the cache of its archive. */
  version: string;
  /** The node image, which the job passes as `--<provider>-image`; empty where there is none, since a matrix has no absent values. */
  node: string;
  /** Supported releases must pass; those whose support ended inform. */
  required: boolean;
}

/** A provider on which nights run. */
export type NightlyProvider = Required<Pick<ClusterProvider, 'name' | 'nightly'>>;
