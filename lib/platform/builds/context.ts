import type { OnProgress } from '../progress.ts';

/** What every build takes: whom it tells its progress, and what ends it. */
export interface BuildContext {
  onProgress: OnProgress;
  signal: AbortSignal;
}
