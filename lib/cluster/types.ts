/** Progress of something that takes over two seconds; done/total where they can be counted. */
export interface Progress {
  phase: string;
  done?: number;
  total?: number;
  detail?: string;
}

export type OnProgress = (progress: Progress) => void;

/** A cluster that can be asked. */
export interface Cluster {
  /** The name of the provider that it is from. */
  provider: string;
  name: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  context?: string;
  /** Made by this project, so mesh-wide changes and installing Istio are allowed. */
  owned: boolean;
}

/** A cluster for one run, and what to do with it afterwards. */
export interface Acquired {
  cluster: Cluster;
  /** What must be said wherever results of this cluster are shown. */
  notes: string[];
  /** Whether it is there after the run, too. */
  stays: boolean;
  /** Takes the cluster down where it was made for this run alone. */
  release(): Promise<void>;
}
