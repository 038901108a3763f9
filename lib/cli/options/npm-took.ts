import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { UsageError } from '../../platform/errors.ts';
import { quoted } from '../../platform/shell.ts';

interface Taken {
  name: string;
  /** Whether the flag takes a value. */
  valued: boolean;
  /** As npm understood them: `true` where it saw none. */
  values: string[];
}

/**
 * Makes sure that npm passed the flags on. Without `--`, as in `npm test --suite=strict`, it takes them for itself, and
 * the script would do something else than what was asked for. npm exports each as a variable, `npm_config_suite`.
 * @param args the command that runs, which is also the name of npm's script, and what npm passed on
 * @throws UsageError with the command as it must be written
 */
export function assertNpmTookNothing(
  program: CommandUnknownOpts,
  [script = '', ...args]: string[],
  env: NodeJS.ProcessEnv,
): void {
  // Of a program that npm did not start for this script, the variables are somebody else's.
  if (env['npm_lifecycle_event'] !== script) return;
  const taken = takenFrom(program, env);
  if (taken.length === 0) return;
  const refused = taken.map(({ name }) => `--${name}`);
  const command = script === 'test' ? 'npm test' : `npm run ${script}`;
  const given = args.length === 0 ? '' : `, and passed on only ${args.map(quoted).join(' ')}`;
  throw new UsageError(
    `npm took ${refused.join(', ')} for itself${given}: write \`${command} -- ${rewritten(taken, args)}\`.`,
  );
}

/** Returns the options of a command and of all below it, each name once. */
export function optionsOf(command: CommandUnknownOpts): { name: string; valued: boolean }[] {
  const own = command.options.map((option) => ({ name: option.name(), valued: option.required }));
  const all = [...own, ...command.commands.flatMap(optionsOf)];
  return [...new Map(all.map((option) => [option.name, option])).values()];
}

function takenFrom(program: CommandUnknownOpts, env: NodeJS.ProcessEnv): Taken[] {
  return optionsOf(program).flatMap(({ name, valued }) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    // npm writes `--no-list` as an empty text, which is what the flag is anyway.
    if (value === undefined || (value === '' && !valued)) return [];
    return [{ name, valued, values: value.split('\n') }];
  });
}

/**
 * Returns the arguments with the flags. Of `--suite strict`, npm takes `--suite` and passes `strict` on: where it is
 * clear that what was passed on are the values of one flag, they are put back.
 */
function rewritten(taken: Taken[], args: string[]): string {
  const bare = taken.flatMap(({ name, valued, values }) =>
    valued ? values.filter((value) => value === 'true').map(() => name) : [],
  );
  const isClear = new Set(bare).size === 1 && bare.length === args.length;
  const rest = [...args];
  const flags = taken.flatMap(({ name, valued, values }) =>
    values.map((value) => {
      if (!valued) return `--${name}`;
      if (value !== 'true') return `--${name} ${quoted(value)}`;
      return `--${name} ${isClear ? quoted(rest.shift() as string) : 'VALUE'}`;
    }),
  );
  return [...rest.map(quoted), ...flags].join(' ');
}
