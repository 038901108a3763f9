/** Progress of something that takes over two seconds. `done` and `total` are absent if there is nothing to count. */
export interface Progress {
  phase: string;
  done?: number;
  total?: number;
  detail?: string;
}

export type OnProgress = (progress: Progress) => void;

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
}
