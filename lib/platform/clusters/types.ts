import type { IstioTest } from '../builds/index.ts';
import type { OnProgress } from '../progress.ts';

/** A cluster to connect to. */
export interface Cluster {
  /** The name of its provider. */
  provider: string;
  name: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  context?: string;
  /** Whether this project created it, so that a run may install Istio and change the whole mesh. */
  owned: boolean;
}

/** A cluster for one run, and what to do with it afterwards. */
export interface Acquired {
  cluster: Cluster;
  /** Sentences to show wherever results of this cluster are shown. */
  notes: string[];
  /** Whether it still exists after the run. */
  stays: boolean;
  /** Deletes the cluster if it was created for this run only. */
  release(): Promise<void>;
  /**
   * Returns Istio's own security tests, compiled from the release that the cluster runs, after adding the images that
   * they deploy to the cluster. Only for a cluster that takes such images and is deleted after the run: the tests
   * change the mesh's configuration.
   * @throws UsageError if they cannot be built
   */
  istioTest?(options: { onProgress: OnProgress; signal: AbortSignal }): Promise<IstioTest>;
}
