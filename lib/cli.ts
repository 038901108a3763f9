import { suites } from '../suites/index.ts';
import { action } from './commands/action.ts';
import { benchmark } from './commands/bench.ts';
import { cluster } from './commands/cluster.ts';
import { type Console, gitHubOf } from './commands/console.ts';
import { interruptible } from './commands/interrupt.ts';
import { nightly } from './commands/nightly.ts';
import { progressOn } from './commands/progress.ts';
import { report } from './commands/report.ts';
import { test } from './commands/test.ts';
import { InconclusiveError, UsageError } from './errors.ts';

// The only place that reads argv and the environment, and exits.

const INTERRUPTED = 130;

const { onProgress, clear } = progressOn(process.stderr);
const say = (text: string): void => {
  clear();
  process.stderr.write(`${text}\n`);
};
const signal = interruptible(
  () => say('Interrupted: cleaning up. Once more ^C ends it at once and leaves the rest to the next run.'),
  () => process.exit(INTERRUPTED),
);
const github = gitHubOf(process.env);
const console: Console = {
  print: (text) => {
    clear();
    process.stdout.write(`${text}\n`);
  },
  // Not a terminal is undefined, not false, and picocolors would then take CI for one.
  color: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
  onProgress: (progress) => {
    if (!signal.aborted) onProgress(progress);
  },
  signal,
};

const lent = { suites, console, github, env: process.env };

// Whoever reads us may have had enough, as `head` has: that changes no verdict. What is lost otherwise, as on a full disk,
// is no success.
let lost: string | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') lost ??= error.message;
});

try {
  await end(await main(process.argv.slice(2)));
} catch (error) {
  if (signal.aborted) await end(INTERRUPTED);
  say(
    error instanceof UsageError || error instanceof InconclusiveError
      ? error.message
      : String((error as Error).stack ?? error),
  );
  await end(error instanceof UsageError ? 2 : 3);
}

/** Ends the process once all that was said has been taken, however slow the reader. */
async function end(code: number): Promise<never> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.stdout.write('', () => resolve());
  await promise;
  if (lost === undefined) process.exit(code);
  say(`What there was to say could not be written (${lost}).`);
  process.exit(code === 0 ? 3 : code);
}

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'test':
      return test(args, lent);
    case 'cluster':
      return cluster(args, console);
    case 'bench':
      return benchmark(args, console);
    case 'report':
      return report(args, console);
    case 'nightly':
      return nightly(args, lent);
    case 'action':
      return action(args, { ...lent, run: (given) => test(given, lent) });
    default:
      throw new UsageError(`There is no command ${command}: see the scripts of package.json.`);
  }
}
