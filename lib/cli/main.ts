import { Command, CommanderError, type CommandUnknownOpts, InvalidArgumentError } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import { isPackage } from '../platform/project.ts';
import { assertNpmTookNothing } from './options/npm-took.ts';
import type { Declare } from './options/options.ts';
import type { Context } from './output/console.ts';

/** Every command, in the order of `--help`. Each is loaded when it is used. */
const commands: Readonly<Record<string, (context: Context) => Promise<Declare>>> = {
  test: async () => (await import('./test.ts')).test,
  explain: async () => (await import('./explain.ts')).explain,
  check: async () => (await import('./check.ts')).check,
  lint: async () => (await import('./lint.ts')).lint,
  plan: async () => (await import('./plan.ts')).plan,
  upgrade: async () => (await import('./upgrade.ts')).upgrade,
  list: async () => (await import('./list.ts')).list,
  repro: async () => (await import('./repro.ts')).repro,
  sweep: async () => (await import('./sweep.ts')).sweep,
  report: async () => (await import('./report.ts')).report,
  nightly: async (context) =>
    (await import('./nightly/nightly.ts')).nightly((args) => main(['test', ...args], context)),
  prove: async () => (await import('./prove.ts')).prove,
  fuzz: async () => (await import('./fuzz.ts')).fuzz,
  transitions: async () => (await import('./transitions.ts')).transitions,
  bench: async () => (await import('./bench.ts')).bench,
  cluster: async () => (await import('./cluster.ts')).cluster,
  action: async (context) =>
    (await import('./action.ts')).action((args, cwd = context.console.cwd) =>
      main(args, { ...context, console: { ...context.console, cwd } }),
    ),
};

/** Commands that are no scripts of npm: its script `check` runs this project's own tests, and npm takes `--to`. */
export const notScripts: readonly string[] = ['check', 'lint', 'plan', 'upgrade'];

const scriptsHelp = `\nEach command but ${new Intl.ListFormat('en').format(notScripts)} is a script of npm, too: npm test -- --suite strict, npm run explain -- --suite strict.`;

/** Commands for those who change this project, which need its sources and are not in the package. */
const forDevelopment: readonly string[] = ['nightly', 'prove', 'fuzz', 'bench', 'action'];

/**
 * Returns the program `automtls`.
 * @param name the only command that it needs to have; all of them if it is none
 * @param end takes the exit code, if it may be another than 0
 * @param onUsage takes the help that is shown where a command is missing, part by part
 */
export async function programOf(
  name: string | undefined,
  context: Context,
  { end, onUsage }: { end: (exitCode: number) => void; onUsage: (help: string) => void },
): Promise<CommandUnknownOpts> {
  const program = new Command('automtls')
    .description("A conformance test for Istio's automatic mutual TLS")
    .addHelpText('after', isPackage ? '' : scriptsHelp)
    .configureHelp({ subcommandDescription: (command) => command.description().split('. ')[0] ?? '' })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.console.print(text.trimEnd()),
      writeErr: onUsage,
      // What is wrong is thrown, too.
      outputError: () => {},
    });
  const there = Object.entries(commands).filter(([command]) => !isPackage || !forDevelopment.includes(command));
  const named = there.filter(([command]) => command === name);
  for (const [command, load] of named.length > 0 ? named : there) {
    // Only action.yml calls the action.
    program.addCommand((await load(context))(context, end), { hidden: command === 'action' });
  }
  guard(program);
  return program;
}

/**
 * Runs the command that the arguments name. Returns the exit code.
 * @throws UsageError if the command, an argument or the cluster is unsuitable; InconclusiveError if it could not do what
 * it was asked for
 */
export async function main(args: string[], context: Context): Promise<number> {
  if (isPackage && forDevelopment.includes(args[0] ?? '')) {
    throw new UsageError(
      `automtls ${args[0]} is for those who change automtls, and not in its package: it runs in a checkout of the project, as npm run ${args[0]}.`,
    );
  }
  let exitCode = 0;
  let usage = '';
  const program = await programOf(args[0], context, {
    end: (code) => {
      exitCode = code;
    },
    onUsage: (help) => {
      usage += help;
    },
  });
  assertNpmTookNothing(program, args, context.env);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0)
      throw new UsageError(error.code === 'commander.help' ? usage.trimEnd() : sentenceOf(error, args[0]));
  }
  return exitCode;
}

/** Returns what commander says of arguments as a sentence of this program. */
function sentenceOf({ message, code }: CommanderError, command = ''): string {
  const words = message
    .replace(/^error: /, '')
    .replace('\n(Did', ' (did')
    .replace(/\.$/, '');
  const isPath = code === 'commander.excessArguments' && notScripts.includes(command);
  const advice = isPath ? 'Files and folders are named with -f. ' : '';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}. ${advice}See --help.`;
}

/** Makes each option of a command and of those below it refuse what a typing error or an unset variable leaves. */
function guard(command: CommandUnknownOpts): void {
  for (const option of command.options) if (option.required) option.argParser(guarded(option));
  for (const below of command.commands) guard(below.copyInheritedSettings(command));
}

function guarded({
  long,
  variadic,
  argChoices,
  parseArg = filled,
}: CommandUnknownOpts['options'][number]): (text: string, before: unknown) => unknown {
  let first: string | undefined;
  return (text, before) => {
    if (text.startsWith('--')) throw new UsageError(`${long} needs a value, but ${text} follows.`);
    if (first !== undefined && !variadic) throw new UsageError(`${long} takes one value, not ${first} and ${text}.`);
    first = text;
    try {
      return parseArg(text, before);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      if (text === '') throw new UsageError(`${long} needs a value, but it is empty: is a variable unset?`);
      const must = argChoices ? `must be one of ${argChoices.join(', ')}` : error.message;
      throw new UsageError(`${long} ${must}, not "${text}".`);
    }
  };
}

function filled<T>(text: string): T {
  if (text === '') throw new InvalidArgumentError('needs a value');
  return text as T;
}
