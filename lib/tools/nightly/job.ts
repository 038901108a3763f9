import { execa } from 'execa';
import { projectPath } from '../../platform/project.ts';
import type { NightlyJob } from './types.ts';

const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];

/** Environment variables that differ between a job and the night. */
const ownVariables = {
  // The night reports to GitHub; its page links to the job's report.
  GITHUB_ACTIONS: '',
  GITHUB_STEP_SUMMARY: '',
  GITHUB_OUTPUT: '',
  // As from npm test, so that the run cleans up if its parent process ends.
  npm_lifecycle_event: 'test',
};

export interface JobOptions {
  /** The folder for its results. */
  out: string;
  /** The file for its output. */
  log: string;
  /** The suites to run; undefined for all. */
  suite: string | undefined;
  signal: AbortSignal;
  /** Called for each line of its progress. */
  onLine: (line: string) => void;
}

/**
 * Runs `npm test` for one release of a night, in its own process. When the signal aborts, the process gets SIGTERM, and
 * this function waits until it has removed its cluster.
 * @returns the reason why the job has no results, for the case that it has none
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
    cwd: projectPath(),
    env: ownVariables,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stdout: file,
    stderr: ['pipe', file],
    // Execa would otherwise send SIGKILL during a long cleanup.
    forceKillAfterDelay: false,
  });
  // On a terminal, ^C has already reached the child; unlike a second SIGINT, SIGTERM does not cut its cleanup short.
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
  const how = killedBy === undefined ? `it ended with exit code ${exitCode}` : `it was killed by ${killedBy}`;
  if (last === '') return `${how} without any output`;
  return killedBy === undefined ? reasonOf(last) : `${how}; its last output: ${reasonOf(last)}`;
}

/** Returns whether a line is part of a message, and not of a stack trace. */
function isSentence(line: string): boolean {
  return line.trim() !== '' && !/^\s+at /.test(line);
}

/** The line becomes part of a sentence. */
function reasonOf(line: string): string {
  return line.trim().replace(/\.$/, '');
}
