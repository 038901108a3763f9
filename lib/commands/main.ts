import { UsageError } from '../errors.ts';
import type { CommandContext } from './console.ts';
import { assertNpmTookNothing } from './npm-took.ts';
import type { ProveContext } from './prove.ts';
import type { ReportContext } from './report.ts';

/** What the commands are given. */
export type Context = CommandContext & ProveContext & ReportContext;

/**
 * Runs the command that npm's script names, with its arguments. Returns the exit code.
 * @throws UsageError if the command, an argument or the cluster is unsuitable; InconclusiveError if it could not do what
 * it was asked for
 */
export async function main([command = '', ...args]: string[], context: Context): Promise<number> {
  assertNpmTookNothing(command, args, context.env);
  // Each command is loaded when it is used.
  switch (command) {
    case 'test':
      return (await import('./test.ts')).test(args, context);
    case 'cluster':
      return (await import('./cluster.ts')).cluster(args, context.console);
    case 'bench':
      return (await import('./bench.ts')).benchmark(args, context);
    case 'fuzz':
      return (await import('./fuzz.ts')).fuzzing(args, context.console);
    case 'prove':
      return (await import('./prove.ts')).proving(args, context);
    case 'transitions':
      return (await import('./transitions.ts')).transitioning(args, context.console);
    case 'report':
      return (await import('./report.ts')).report(args, context);
    case 'nightly':
      return (await import('./nightly.ts')).nightly(args, { ...context, run: runTest(context) });
    case 'action':
      return (await import('./action.ts')).action(args, { ...context, run: runTest(context) });
    default:
      throw new UsageError(`Unknown command ${command}: see the scripts in package.json.`);
  }
}

/** For commands that end in `npm test`. */
function runTest(context: Context): (args: string[]) => Promise<number> {
  return async (args) => (await import('./test.ts')).test(args, context);
}
