import { suites } from '../suites/index.ts';
import { type Console, gitHubOf } from './commands/console.ts';
import { interruptible } from './commands/interrupt.ts';
import { progressOn } from './commands/progress.ts';
import { InconclusiveError, InterruptedError, messageOf, UsageError } from './errors.ts';
import { visible } from './report/visible.ts';

// The only place that reads argv and the environment, and exits.

const INTERRUPTED = 130;

const { INIT_CWD, NO_COLOR, TERM, npm_lifecycle_event: script } = process.env;
const escapes = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && NO_COLOR === undefined && TERM !== 'dumb';
// Only our own views have colours. Jest and others read these when they are loaded, so commands are imported later; what Jest
// says of errors ends in files.
Object.assign(process.env, { FORCE_COLOR: '0', TERM: 'dumb' });

// Whoever reads us may have had enough, as `head` has, and a terminal may close: that changes no verdict and stops no
// clean-up. What is lost otherwise, as on a full disk, is no success.
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
  onFirst: () => say('Interrupted: cleaning up. Once more ^C ends it at once and leaves the rest to the next run.'),
  quit: () => process.exit(INTERRUPTED),
  startedByNpm: script !== undefined,
});
// The stack of what ends the run comes at its end; of a later error, which ends nothing more, at once.
const onUncaught = (error: unknown): void => {
  say(signal.aborted ? stackOf(error) : `An error that nobody caught (${messageOf(error)}): cleaning up.`);
  crash(error);
};
process.on('uncaughtException', onUncaught);
process.on('unhandledRejection', onUncaught);

const github = gitHubOf(process.env);
const console: Console = {
  print: (text) => {
    clear();
    process.stdout.write(`${text}\n`);
  },
  // Not a terminal is undefined, not false, and picocolors would then take CI for one.
  color: escapes(process.stdout),
  onProgress: (progress) => {
    if (!signal.aborted) onProgress(progress);
  },
  signal,
  onUncaught,
  // npm runs its scripts in the project's folder, and tells where it was called.
  cwd: INIT_CWD ?? process.cwd(),
};

const context = { suites, console, github, env: process.env };

const code = await main(process.argv.slice(2)).catch((error: unknown) => {
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

/** Ends the process once all that was said has been taken, however slow the reader. */
async function end(code: number): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (lost === undefined) process.exit(code);
  say(`What there was to say could not be written (${lost}).`);
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

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'test':
      return (await import('./commands/test.ts')).test(args, context);
    case 'cluster':
      return (await import('./commands/cluster.ts')).cluster(args, console);
    case 'bench':
      return (await import('./commands/bench.ts')).benchmark(args, console);
    case 'report':
      return (await import('./commands/report.ts')).report(args, console);
    case 'nightly':
      return (await import('./commands/nightly.ts')).nightly(args, context);
    case 'action': {
      const { test } = await import('./commands/test.ts');
      return (await import('./commands/action.ts')).action(args, { ...context, run: (given) => test(given, context) });
    }
    default:
      throw new UsageError(`There is no command ${command}: see the scripts of package.json.`);
  }
}
