import { suites } from '../suites/index.ts';
import { notReachable } from '../suites/rules/not-reachable.ts';
import { type Console, gitHubOf, interruptible, progressOn, takesEscapes } from './cli/index.ts';
import { InconclusiveError, InterruptedError, messageOf, UsageError } from './platform/errors.ts';
import { projectPath } from './platform/project.ts';
import { visible } from './report/index.ts';

// The only place that reads argv and the environment, and exits.

const INTERRUPTED = 130;

const { INIT_CWD, npm_lifecycle_event: script } = process.env;
const given = { ...process.env };
const escapes = (stream: NodeJS.WriteStream): boolean => takesEscapes(stream, given);
// Only our own views have colours. Jest and others read these variables when they are loaded, so commands are imported
// later. What Jest says about errors ends up in files.
Object.assign(process.env, { FORCE_COLOR: '0', TERM: 'dumb' });

// A reader may close the pipe, as `head` does, and a terminal may close: neither changes a verdict or stops the cleanup. Output
// that is lost for another reason, such as a full disk, is an error.
let lost: string | undefined;
process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE' && !(code === 'EIO' && process.stdout.isTTY)) lost ??= message;
});
process.stderr.on('error', () => {});

const { onProgress, clear } = progressOn(process.stderr, escapes(process.stderr));
const say = (text: string): void => {
  clear();
  process.stderr.write(`${visible(text)}\n`);
};
const { signal, crash } = interruptible({
  onFirst: () => say('Interrupted: cleaning up. Press ^C again to stop now; the next run then cleans up the rest.'),
  quit: () => process.exit(INTERRUPTED),
  startedByNpm: script !== undefined,
});
// The stack of the error that ends the run is printed at the end, that of a later one at once.
const onUncaught = (error: unknown): void => {
  say(signal.aborted ? stackOf(error) : `Uncaught error (${messageOf(error)}): cleaning up.`);
  crash(error);
};
process.on('uncaughtException', onUncaught);
process.on('unhandledRejection', onUncaught);

const console: Console = {
  print: (text) => {
    clear();
    process.stdout.write(`${text}\n`);
  },
  color: escapes(process.stdout),
  onProgress: (progress) => {
    if (!signal.aborted) onProgress(progress);
  },
  signal,
  onUncaught,
  // npm runs scripts in the project's folder; INIT_CWD is where it was called. In another folder it is somebody else's npm.
  cwd: INIT_CWD !== undefined && process.cwd() === projectPath() ? INIT_CWD : process.cwd(),
};

const saboteurs = async () => (await import('../saboteurs/index.ts')).saboteurs;
const context = { suites, saboteurs, notReachable, console, github: gitHubOf(process.env), env: process.env };

const { main } = await import('./cli/main.ts');
const code = await main(process.argv.slice(2), context).catch((error: unknown) => {
  if (signal.aborted) return INTERRUPTED;
  const told = error instanceof UsageError || error instanceof InconclusiveError;
  say(told ? error.message : stackOf(error));
  return error instanceof UsageError ? 2 : 3;
});
if (signal.aborted && !(signal.reason instanceof InterruptedError)) {
  say(stackOf(signal.reason));
  await end(3);
}
await end(code);

/** Ends the process once all output has been read, however slow the reader. */
async function end(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (lost === undefined) process.exit(code);
  say(`The output could not be written (${lost}).`);
  process.exit(code === 0 ? 3 : code);
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.write('', () => resolve());
  return promise;
}

function stackOf(error: unknown): string {
  return String((error as Error | undefined)?.stack ?? error);
}
