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
  provider: 'native' | 'kind' | 'current';
  name: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  context?: string;
  /** Made by this project, so mesh-wide changes and installing Istio are allowed. */
  owned: boolean;
}
