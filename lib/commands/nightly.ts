import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, UsageError } from '../errors.ts';
import { repositoryOf } from '../github/repository.ts';
import { compareNights } from '../nightly/compare.ts';
import { comparisonFrom, nightFrom, planFrom } from '../nightly/file.ts';
import { nightOf } from '../nightly/merge.ts';
import { planClusters, planOf } from '../nightly/plan.ts';
import type { Night } from '../nightly/types.ts';
import { nightMarkdown } from '../report/night/markdown.ts';
import { nightTerminal } from '../report/night/terminal.ts';
import { noPositionals, oneOf, parse, pathOf } from './arguments.ts';
import { append, type Surroundings, unheeded } from './console.ts';
import { makeFolder } from './folder.ts';
import { nightlyHelp } from './help.ts';
import { keepIssue } from './nightly-issue.ts';

const verbs = { plan, merge, compare, issue };

/**
 * `npm run nightly -- …`. Returns the exit code.
 * @throws UsageError
 */
export async function nightly([verb, ...args]: string[], surroundings: Surroundings): Promise<number> {
  if ([verb, ...args].some((one) => one === '--help' || one === '-h')) {
    surroundings.console.print(nightlyHelp);
    return 0;
  }
  const names = Object.keys(verbs) as (keyof typeof verbs)[];
  return verbs[oneOf(names, verb ?? '', 'npm run nightly --')](args, surroundings);
}

async function plan(args: string[], { console, github }: Surroundings): Promise<number> {
  const options = {
    cluster: { type: 'string', default: 'kind' },
    releases: { type: 'string' },
    out: { type: 'string' },
  } as const;
  const { values, positionals } = parse(args, options);
  noPositionals(positionals);
  const cluster = oneOf(planClusters, values.cluster, '--cluster');
  // A workflow's input that was not given is empty.
  const matrix = JSON.stringify(planOf(cluster, values.releases ? values.releases.split(',') : undefined));
  if (values.out !== undefined) await write(pathOf(console.cwd, values.out, '--out'), `${matrix}\n`);
  await append(github.outputFile, `matrix=${matrix}\n`);
  console.print(matrix);
  return 0;
}

async function merge(args: string[], { console, env }: Surroundings): Promise<number> {
  const { out, last, ...files } = filesOf(args, console.cwd, ['plan', 'legs', 'out'], ['last']);
  const night = await nightOf(await read(files.plan, planFrom), files.legs, { run: env['GITHUB_RUN_ID'] || undefined });
  if (last !== undefined && !(await isOf(night, out))) await move(out, last);
  await write(out, `${JSON.stringify(night, undefined, 2)}\n`);
  const lines = night.legs.map(({ istio, missing, results }) => `${istio}: ${missing ?? results?.summary.verdict}`);
  console.print(lines.join('\n'));
  return 0;
}

async function compare(args: string[], { console, github }: Surroundings): Promise<number> {
  const { out, ...files } = filesOf(args, console.cwd, ['night'], ['last', 'out']);
  const night = await read(files.night, nightFrom);
  const last = files.last === undefined ? undefined : await read(files.last, nightFrom);
  const comparison = compareNights(night, last);
  const markdown = nightMarkdown(night, comparison);
  if (out !== undefined) {
    await write(join(out, 'comparison.json'), `${JSON.stringify(comparison, undefined, 2)}\n`);
    await write(join(out, 'summary.md'), markdown);
  }
  console.print(unheeded(nightTerminal(night, comparison, console.color), github));
  await append(github.summaryFile, markdown);
  return comparison.summary.exitCode;
}

async function issue(args: string[], { console, env }: Surroundings): Promise<number> {
  const files = filesOf(args, console.cwd, ['night', 'comparison'], []);
  const night = await read(files.night, nightFrom);
  const comparison = await read(files.comparison, comparisonFrom);
  if (comparison.startedAt !== night.startedAt) {
    throw new UsageError(
      `${files.comparison} is of the night of ${comparison.startedAt}, ${files.night} is that of ${night.startedAt}: give both of one night.`,
    );
  }
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: id } = env;
  const run = server && name && id ? `${server}/${name}/actions/runs/${id}` : undefined;
  console.print(await keepIssue(repositoryOf(env), { night, comparison, run }));
  return 0;
}

/** Reads options that each name a file or a folder. One that is empty was not given, as a workflow's variable may be. */
function filesOf<Needed extends string, Optional extends string>(
  args: string[],
  cwd: string,
  needed: Needed[],
  optional: Optional[],
): Record<Needed, string> & Partial<Record<Optional, string>> {
  const options = Object.fromEntries([...needed, ...optional].map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parse(args, options);
  noPositionals(positionals);
  const missing = needed.filter((name) => !values[name]);
  if (missing.length > 0) {
    throw new UsageError(`${missing.map((name) => `--${name}`).join(', ')} must be given. See --help.`);
  }
  const given = Object.entries(values).flatMap(([name, file]) =>
    file === '' ? [] : [[name, resolve(cwd, String(file))]],
  );
  return Object.fromEntries(given) as ReturnType<typeof filesOf<Needed, Optional>>;
}

async function read<T>(file: string, from: (text: string, name: string) => T): Promise<T> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): name a file that an earlier step wrote.`);
  });
  return from(text, file);
}

/** Returns whether a file holds an earlier attempt at the same night, such as a job leaves that is run again. */
async function isOf({ run }: Night, file: string): Promise<boolean> {
  const other = await read(file, nightFrom).catch(() => undefined);
  return run !== undefined && other?.run === run;
}

/** Moves a file where there is one; without it, this is the first night. */
async function move(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  await rename(from, to).catch((error: unknown) => {
    throw new UsageError(`${from} cannot be moved to ${to} (${messageOf(error)}): name another place.`);
  });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${messageOf(error)}): name another place.`);
  }
}
