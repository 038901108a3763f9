import { UsageError } from '../errors.ts';
import { quoted } from '../run/shell.ts';
import { allFlags } from './flags.ts';

/** Flags that npm has, too: it sets their variables also for reasons of its own, such as a user's .npmrc. */
const npmsOwn = ['json', 'only', 'help'];

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
 * @param script the command that runs, which is also the name of npm's script
 * @param args what npm passed on
 * @throws UsageError with the command as it must be written
 */
export function assertNpmTookNothing(script: string, args: string[], env: NodeJS.ProcessEnv): void {
  // Of a program that npm did not start for this script, the variables are somebody else's.
  if (env['npm_lifecycle_event'] !== script) return;
  const taken = takenFrom(env);
  const refused = taken.filter(({ name }) => !npmsOwn.includes(name)).map(({ name }) => `--${name}`);
  if (refused.length === 0) return;
  const command = script === 'test' ? 'npm test' : `npm run ${script}`;
  const given = args.length === 0 ? '' : `, and passed on only ${args.map(quoted).join(' ')}`;
  throw new UsageError(
    `npm took ${refused.join(', ')} for itself${given}: write \`${command} -- ${rewritten(taken, args)}\`.`,
  );
}

function takenFrom(env: NodeJS.ProcessEnv): Taken[] {
  return Object.entries(allFlags).flatMap(([name, { type }]) => {
    const value = env[`npm_config_${name.replaceAll('-', '_')}`];
    const valued = type === 'string';
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
