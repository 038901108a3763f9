/** Progress of something that takes over two seconds. `done` and `total` are absent if there is nothing to count. */
export interface Progress {
  phase: string;
  done?: number;
  total?: number;
  detail?: string;
}

export type OnProgress = (progress: Progress) => void;
