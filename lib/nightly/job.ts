import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { NightlyJob } from './types.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];

/** The variables that a job has otherwise than the night. */
const ownVariables = {
  // The night tells GitHub; the job's report is linked from its page.
  ...{ GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '', GITHUB_OUTPUT: '' },
  // As from npm test, where a run whose parent process has gone cleans up.
  npm_lifecycle_event: 'test',
};

export interface JobOptions {
  /** The folder for its results. */
  out: string;
  /** The file for all that it prints. */
  log: string;
  /** The suites that it runs; all where it is left out. */
  suite: string | undefined;
  signal: AbortSignal;
  /** Observed each line of its progress. */
  onLine: (line: string) => void;
}

/**
 * Runs `npm test` for one release of a night, in a process of its own. When the signal aborts, the process is asked to
 * end, and is waited for while it takes its cluster down.
 * @returns why it brings no results, should it have brought none
 */
export async function runJob({ istio, cluster }: NightlyJob, options: JobOptions): Promise<string> {
  const { out, log, suite, signal, onLine } = options;
  const args = [
    '--cluster',
    cluster,
    '--istio',
    istio,
    '--out',
    out,
    ...(suite === undefined ? [] : ['--suite', suite]),
  ];
  const file = { file: log, append: true };
  const child = execa(process.execPath, [...flags, 'lib/cli.ts', 'test', ...args], {
    ...{ cwd: root, env: ownVariables, reject: false, buffer: false, stdin: 'ignore' },
    ...{ stdout: file, stderr: ['pipe', file] },
    // Execa would end with SIGKILL what takes its time to clean up.
    forceKillAfterDelay: false,
  });
  // At a terminal ^C has reached the child, too; unlike a second SIGINT, this never makes it hurry.
  const end = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  let last = '';
  for await (const line of child.iterable({ from: 'stderr' })) {
    onLine(line);
    if (isSentence(line)) last = line;
  }
  const { exitCode, signal: killedBy } = await child;
  signal.removeEventListener('abort', end);
  if (signal.aborted) return 'it was interrupted';
  const how = killedBy === undefined ? `it ended with exit code ${exitCode}` : `it was ended by ${killedBy}`;
  if (last === '') return `${how} and said nothing`;
  return killedBy === undefined ? reasonOf(last) : `${how}; the last that it said: ${reasonOf(last)}`;
}

/** Returns whether a line of an error says something: the places in a stack do not. */
function isSentence(line: string): boolean {
  return line.trim() !== '' && !/^\s+at /.test(line);
}

/** It stands within a sentence. */
function reasonOf(line: string): string {
  return line.trim().replace(/\.$/, '');
}
