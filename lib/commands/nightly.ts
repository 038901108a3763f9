import { join } from 'node:path';
import { kind } from '../cluster/kind/provider.ts';
import { nightlyProviders } from '../cluster/registry.ts';
import { UsageError } from '../errors.ts';
import { planAsked } from '../nightly/asked.ts';
import { folderOf } from '../nightly/merge.ts';
import { noPositionals, oneNamed, oneOf, parseAllowingEmpty, pathOf } from './arguments.ts';
import { append, type CommandContext } from './console.ts';
import { nightlyFlags } from './flags.ts';
import { nightlyHelp } from './help.ts';
import { JOBS } from './nightly-compare.ts';
import { write } from './nightly-files.ts';
import { local, type SuiteCommandContext } from './nightly-local.ts';
import { report } from './nightly-report.ts';

const verbs = { local, plan, job, report };

interface NightlyContext extends SuiteCommandContext {
  /** Runs `npm test` with these arguments. */
  run(args: string[]): Promise<number>;
}

/**
 * `npm run nightly -- …`. Returns the exit code.
 * @throws UsageError if the command or an argument is invalid, or a file or GitHub cannot be used
 */
export async function nightly([verb, ...args]: string[], context: NightlyContext): Promise<number> {
  if ([verb, ...args].some((one) => one === '--help' || one === '-h')) {
    context.console.print(nightlyHelp);
    return 0;
  }
  const names = Object.keys(verbs) as (keyof typeof verbs)[];
  return verbs[oneOf(names, verb ?? '', 'The command')](args, context);
}

async function plan(args: string[], { console, github }: CommandContext): Promise<number> {
  const { values, positionals } = parseAllowingEmpty(args, nightlyFlags.plan);
  noPositionals(positionals);
  const provider = oneNamed(nightlyProviders, values.cluster ?? kind.name, '--cluster');
  // In a workflow, an input that was not given is empty.
  const matrix = JSON.stringify(planAsked(provider, values.releases || undefined));
  if (values.out !== undefined) await write(pathOf(console.cwd, values.out, '--out'), `${matrix}\n`);
  await append(github.outputFile, `matrix=${matrix}\n`);
  console.print(matrix);
  return 0;
}

/** Runs one job of a plan. Its results are where `report` looks for them. */
async function job(args: string[], { console, run }: NightlyContext): Promise<number> {
  const { values, positionals } = parseAllowingEmpty(args, nightlyFlags.job);
  noPositionals(positionals);
  const { name } = oneNamed(nightlyProviders, values.cluster ?? '', '--cluster');
  const { istio, image, suite } = values;
  if (!istio || !values.night) throw new UsageError('A job needs --istio and --night. See --help.');
  const out = join(pathOf(console.cwd, values.night, '--night'), JOBS, folderOf({ istio }));
  return run([
    `--cluster=${name}`,
    `--istio=${istio}`,
    `--out=${out}`,
    ...(image ? [`--${name}-image=${image}`] : []),
    ...(suite ? [`--suite=${suite}`] : []),
  ]);
}
