import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import type { OnProgress } from '../cluster/types.ts';
import { messageOf, UsageError } from '../errors.ts';

/** How a command talks to whoever called it. */
export interface Console {
  print(text: string): void;
  color: boolean;
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Takes an error that nobody caught: the signal aborts, and the command ends with exit code 3. */
  onUncaught(error: unknown): void;
  /** The folder where the user stands, from which relative paths lead. */
  cwd: string;
}

/** What GitHub Actions provides to a step that it runs; nothing of it elsewhere. */
export interface GitHub {
  /** Whether lines such as `::error::` on stdout become annotations. */
  annotates: boolean;
  /** The file whose Markdown is shown on the run's page. */
  summaryFile?: string;
  /** The file that takes a step's outputs. */
  outputFile?: string;
}

/** What a command is given that does more than print. */
export interface CommandContext {
  console: Console;
  github: GitHub;
  /** The environment variables. */
  env: NodeJS.ProcessEnv;
}

/** Returns what GitHub Actions provides, by its environment variables. */
export function gitHubOf(env: NodeJS.ProcessEnv): GitHub {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = env;
  return {
    annotates: GITHUB_ACTIONS === 'true',
    ...(GITHUB_STEP_SUMMARY && { summaryFile: GITHUB_STEP_SUMMARY }),
    ...(GITHUB_OUTPUT && { outputFile: GITHUB_OUTPUT }),
  };
}

/**
 * Returns a text as a job prints it: the runner obeys commands on any line, and some of what a report shows was written
 * by servers.
 */
export function escapeWorkflowCommands(text: string, { annotates }: GitHub): string {
  if (!annotates) return text;
  const word = randomUUID();
  return `::stop-commands::${word}\n${text}\n::${word}::`;
}

/**
 * Appends to a file that GitHub provides to a step; to none where it provides none.
 * @throws UsageError where it cannot be written
 */
export async function append(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return;
  await appendFile(file, text).catch((error: unknown) => {
    throw new UsageError(
      `${file}, which GitHub provides to the step, cannot be written (${messageOf(error)}): outside of a job, unset what names it.`,
    );
  });
}
