import type { Acquired, OnProgress } from './types.ts';

/** Where clusters come from: what `--cluster` names, and all that the rest of the project knows about it. */
export interface ClusterProvider<Flag extends string = string> {
  /** The value of `--cluster`. */
  name: string;
  /** Which Istio versions `--istio` accepts, for `--help`. */
  istio: string;
  /** The command-line flags that only this provider has, by name. */
  flags: Readonly<Record<Flag, ProviderFlag>>;
  /** When `--cluster auto` chooses it; without this, it must be named. */
  auto?: {
    /** For `--help`, after "auto: ". */
    when: string;
    /** Whether to choose it: the first provider in the registry's order that returns true is used. */
    available(options: ClusterOptions<Flag>): boolean | Promise<boolean>;
  };
  /** How action.yml describes it for the input `cluster`; without this, the action does not accept it. */
  action?: string;
  /** Without this, nightly runs cannot use it. */
  nightly?: NightlyReleases;
  /**
   * Returns a cluster for one run, with Istio installed. If that fails, nothing of it is left.
   * @throws UsageError if there can be none, with what to do
   */
  acquire(options: ClusterOptions<Flag>, context: AcquireContext): Promise<Acquired>;
  /** Deletes the clusters that killed processes of this project left on this machine; returns a sentence for each. */
  sweep?(): Promise<string[]>;
}

/** A flag of the command line that takes a value. */
export interface ProviderFlag {
  /** The placeholder of its value in `--help`, such as IMAGE. */
  value: string;
  /** What it does, for `--help`. */
  about: string;
  /** Whether the value is a path, relative to the user's working folder. */
  path?: boolean;
}

/** The cluster that a user asks for. */
export interface ClusterOptions<Flag extends string = string> {
  /** A provider's name, or `auto`. */
  provider: string;
  /** Istio's version; the provider's newest by default. */
  istio?: string | undefined;
  /** The flags of providers that were given, with their values. */
  flags: Readonly<Partial<Record<Flag, string>>>;
}

export interface AcquireContext {
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** The releases of nightly runs on a provider's clusters. */
export interface NightlyReleases {
  /** Returns the minors that it can run, newest first. */
  minors(): string[];
  /** Returns those that a night runs by default. */
  usual(): string[];
  /**
   * Returns the job of a release, as `--istio` names it.
   * @throws UsageError if it cannot run
   */
  job(istio: string): NightlyRelease;
}

/** A release of a night, as the matrix of a workflow has it. */
export interface NightlyRelease {
  /** What is installed, such as 1.31.1; names the cache of its archive. */
  version: string;
  /** The node image, which the job passes as `--<provider>-image`; empty if there is none, because a matrix has no absent values. */
  node: string;
  /** Supported releases must pass; the others are informational. */
  required: boolean;
}

/** A provider that nightly runs can use. */
export type NightlyProvider = Required<Pick<ClusterProvider, 'name' | 'nightly'>>;
