import type { OnProgress } from '../cluster/types.ts';

/** How a command talks to whoever called it. */
export interface Console {
  print(text: string): void;
  color: boolean;
  onProgress: OnProgress;
  signal: AbortSignal;
}

/** What GitHub Actions lends to a step that it runs; nothing of it elsewhere. */
export interface GitHub {
  /** Whether lines such as `::error::` on stdout become annotations. */
  annotates: boolean;
  /** The file whose Markdown is shown on the run's page. */
  summaryFile?: string;
  /** The file that takes a step's outputs. */
  outputFile?: string;
}

/** Returns what GitHub Actions lends, by its environment variables. */
export function gitHubOf(env: NodeJS.ProcessEnv): GitHub {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = env;
  return {
    annotates: GITHUB_ACTIONS === 'true',
    ...(GITHUB_STEP_SUMMARY && { summaryFile: GITHUB_STEP_SUMMARY }),
    ...(GITHUB_OUTPUT && { outputFile: GITHUB_OUTPUT }),
  };
}
