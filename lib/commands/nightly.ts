import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, UsageError } from '../errors.ts';
import { repositoryOf } from '../github/repository.ts';
import { compareNights } from '../nightly/compare.ts';
import { comparisonFrom, nightFrom, planFrom } from '../nightly/file.ts';
import { nightOf } from '../nightly/merge.ts';
import { planClusters, planOf } from '../nightly/plan.ts';
import { nightMarkdown } from '../report/night/markdown.ts';
import { nightTerminal } from '../report/night/terminal.ts';
import { noPositionals, oneOf, parse } from './arguments.ts';
import { append, type Console, type GitHub, unheeded } from './console.ts';
import { keepIssue } from './nightly-issue.ts';

const help = `Runs the task against many releases of Istio, a leg each, and tells what changed since last night. A workflow of GitHub
Actions does this every night (.github/workflows/nightly.yml); each of its steps can be tried by hand.

  npm run nightly -- plan                    the legs, as the matrix of a workflow: {"include":[…]}
    --cluster kind|native                    kind: every release that runs today; native: this project's snapshots
    --releases VERSION[,VERSION…]            these alone
    --out FILE                               also to a file
  npm run nightly -- merge                   one file of what the legs brought; a leg without results is missing
    --plan FILE --legs DIR --out FILE        DIR has a folder leg-<version> for each, with its results.json
    [--last FILE]                            what stands at --out is of the night before, and goes there first
  npm run nightly -- compare                 each leg against last night, each release against the next older one
    --night FILE [--last FILE]               what merge wrote, tonight and last night
    [--out DIR]                              comparison.json and summary.md go here
  npm run nightly -- issue                   keeps one issue with the label nightly while something is wrong
    --night FILE --comparison FILE           needs GITHUB_REPOSITORY and GITHUB_TOKEN (issues: write)

Exit codes of compare; releases whose support has ended only inform
  0 all that is required passes, and what changed is explained
  1 something required fails, or differs between two passes and no rule says why · 2 the command line is wrong
  3 something required is missing or inconclusive`;

/** What a command is lent. */
interface Surroundings {
  console: Console;
  github: GitHub;
  /** The environment variables, which name the repository. */
  env: NodeJS.ProcessEnv;
}

const verbs = { plan, merge, compare, issue };

/**
 * `npm run nightly -- …`. Returns the exit code.
 * @throws UsageError
 */
export async function nightly([verb, ...args]: string[], surroundings: Surroundings): Promise<number> {
  if ([verb, ...args].some((one) => one === '--help' || one === '-h')) {
    surroundings.console.print(help);
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
  if (values.out !== undefined) await write(values.out, `${matrix}\n`);
  await append(github.outputFile, `matrix=${matrix}\n`);
  console.print(matrix);
  return 0;
}

async function merge(args: string[], { console }: Surroundings): Promise<number> {
  const given = filesOf(args, ['plan', 'legs', 'out'], ['last']);
  const night = await nightOf(planFrom(await read(given('plan')), given('plan')), given('legs'));
  if (given('last') !== '') await move(given('out'), given('last'));
  await write(given('out'), `${JSON.stringify(night, undefined, 2)}\n`);
  const lines = night.legs.map(({ istio, missing, results }) => `${istio}: ${missing ?? results?.summary.verdict}`);
  console.print(lines.join('\n'));
  return 0;
}

async function compare(args: string[], { console, github }: Surroundings): Promise<number> {
  const given = filesOf(args, ['night'], ['last', 'out']);
  const night = nightFrom(await read(given('night')), given('night'));
  const last = given('last') === '' ? undefined : nightFrom(await read(given('last')), given('last'));
  const comparison = compareNights(night, last);
  const markdown = nightMarkdown(night, comparison);
  if (given('out') !== '') {
    await write(join(given('out'), 'comparison.json'), `${JSON.stringify(comparison, undefined, 2)}\n`);
    await write(join(given('out'), 'summary.md'), markdown);
  }
  console.print(unheeded(nightTerminal(night, comparison, console.color), github));
  await append(github.summaryFile, markdown);
  return comparison.summary.exitCode;
}

async function issue(args: string[], { console, env }: Surroundings): Promise<number> {
  const given = filesOf(args, ['night', 'comparison'], []);
  const night = nightFrom(await read(given('night')), given('night'));
  const comparison = comparisonFrom(await read(given('comparison')), given('comparison'));
  if (comparison.startedAt !== night.startedAt) {
    throw new UsageError(
      `${given('comparison')} is of the night of ${comparison.startedAt}, ${given('night')} is that of ${night.startedAt}: give both of one night.`,
    );
  }
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name, GITHUB_RUN_ID: id } = env;
  const run = server && name && id ? `${server}/${name}/actions/runs/${id}` : undefined;
  console.print(await keepIssue(repositoryOf(env), { night, comparison, run }));
  return 0;
}

/** Reads options that each name a file or a folder; returns what tells each, which is empty where it was left out. */
function filesOf<Name extends string>(args: string[], needed: Name[], optional: Name[]): (name: Name) => string {
  const options = Object.fromEntries([...needed, ...optional].map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parse(args, options);
  noPositionals(positionals);
  const missing = needed.filter((name) => !values[name]);
  if (missing.length > 0) {
    throw new UsageError(`${missing.map((name) => `--${name}`).join(', ')} must be given. See --help.`);
  }
  return (name) => (values[name] as string | undefined) ?? '';
}

async function read(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): name a file that an earlier step wrote.`);
  });
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
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${messageOf(error)}): name another place.`);
  }
}
