import type { OnProgress } from '../progress.ts';
import type { Acquired } from './types.ts';

/** A source of clusters, which `--cluster` names. The rest of the project knows only this interface. */
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
   * Returns a cluster for one run, with Istio installed. If that fails, it deletes what it created.
   * @throws UsageError if it cannot provide a cluster; the message says what to do
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
  /** Returns the minors that a night runs by default. */
  usual(): string[];
  /**
   * Returns the nightly job of a release.
   * @param istio the release, as `--istio` names it
   * @throws UsageError if the provider cannot run it
   */
  job(istio: string): NightlyRelease;
}

/** The job of a release, as an entry in the matrix of the nightly workflow. */
export interface NightlyRelease {
  /** The version that is installed, such as 1.31.1; the workflow's cache key contains it. */
  version: string;
  /**
   * The node image, which the job passes as `--<provider>-image`; empty if there is none, because a matrix has no
   * absent values.
   */
  node: string;
  /** Supported releases must pass; the others are informational. */
  required: boolean;
}

/** A provider that nightly runs can use. */
export type NightlyProvider = Required<Pick<ClusterProvider, 'name' | 'nightly'>>;
