import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { messageOf, UsageError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import type { NotReachable } from '../../report/index.ts';
import type { Suite } from '../../scenario/index.ts';
import type { Saboteur } from '../../tools/prove/index.ts';

/** How a command communicates with its caller. */
export interface Console {
  print(text: string): void;
  color: boolean;
  onProgress: OnProgress;
  signal: AbortSignal;
  /** Reports an uncaught error: the signal aborts, and the command ends with exit code 3. */
  onUncaught(error: unknown): void;
  /** The user's working folder, where relative paths start. */
  cwd: string;
}

/** What GitHub Actions provides to a step; elsewhere, `annotates` is false and the files are absent. */
export interface GitHub {
  /** Whether lines such as `::error::` on stdout become annotations. */
  annotates: boolean;
  /** The file whose Markdown is shown on the run's page. */
  summaryFile?: string;
  /** The file that takes a step's outputs. */
  outputFile?: string;
}

/** What commands are given. */
export interface Context {
  /** All suites. */
  suites: readonly Suite[];
  /** Loads the ways to break a mesh, which the package does not have. */
  saboteurs(): Promise<readonly Saboteur[]>;
  /** Rules that no suite can ask, and why. */
  notReachable: NotReachable;
  console: Console;
  github: GitHub;
  /** The environment variables. */
  env: NodeJS.ProcessEnv;
}

/**
 * Returns whether a stream takes colours and other escape sequences: it is a terminal, and its user did not say no.
 * An empty NO_COLOR says nothing (no-color.org).
 */
export function takesEscapes({ isTTY }: { isTTY?: boolean }, { NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  // isTTY is undefined without a terminal, and picocolors would then assume colours in CI.
  return isTTY === true && !NO_COLOR && TERM !== 'dumb';
}

/** Reads what GitHub Actions provides from the environment variables. */
export function gitHubOf(env: NodeJS.ProcessEnv): GitHub {
  const { GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_OUTPUT } = env;
  return {
    annotates: GITHUB_ACTIONS === 'true',
    ...(GITHUB_STEP_SUMMARY && { summaryFile: GITHUB_STEP_SUMMARY }),
    ...(GITHUB_OUTPUT && { outputFile: GITHUB_OUTPUT }),
  };
}

/**
 * Wraps a text so that GitHub's runner executes no workflow commands in it. The runner executes them on any line, and
 * reports quote what servers sent.
 */
export function escapeWorkflowCommands(text: string, { annotates }: GitHub): string {
  if (!annotates) return text;
  const word = randomUUID();
  return `::stop-commands::${word}\n${text}\n::${word}::`;
}

/**
 * Appends to a file that GitHub provides to a step; does nothing if it provides none.
 * @throws UsageError if it cannot be written
 */
export async function append(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return;
  await appendFile(file, text).catch((error: unknown) => {
    throw new UsageError(
      `${file}, which GitHub provides to the step, cannot be written (${messageOf(error)}): outside a job, unset the variable that names it.`,
    );
  });
}
