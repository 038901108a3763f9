import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import type { ClusterOptions, ProviderFlag } from '../cluster/provider.ts';
import { clusterChoices, providers } from '../cluster/registry.ts';
import { messageOf, UsageError } from '../errors.ts';
import type { Sensitivity } from '../probe/types.ts';
import { sensitivity } from '../verdict/judge/answers/sensitivity.ts';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

export const helpOption = { help: { type: 'boolean', short: 'h', default: false } } as const;

const commonFlags = {
  cluster: { type: 'string', default: 'auto' },
  istio: { type: 'string' },
  ...helpOption,
} as const;

const providerFlags = Object.assign({}, ...providers.map(({ flags }) => flags)) as Record<string, ProviderFlag>;

/** Options of every command that uses a cluster. At run time, they include the flags of all providers. */
export const clusterFlags: typeof commonFlags = {
  ...Object.fromEntries(Object.keys(providerFlags).map((name) => [name, { type: 'string' }])),
  ...commonFlags,
};

/**
 * Reads a command's arguments. Positional arguments are left to the caller.
 * @param options the options, in the format of Node's `parseArgs`
 * @returns what `parseArgs` returns, and the names of the options that were given
 * @throws UsageError if an option is unknown, has no value or an empty one, or is given twice but takes one value
 */
export function parse<T extends Options>(args: string[], options: T) {
  const parsed = parseAllowingEmpty(args, options);
  const given = parsed.tokens.flatMap((token) => (token.kind === 'option' ? [token] : []));
  for (const { name, value } of given) {
    if (value === '') throw new UsageError(`--${name} needs a value, but it is empty: is a variable unset?`);
    if (options[name]?.type === 'boolean' || options[name]?.multiple) continue;
    const values = given.filter((one) => one.name === name).map((one) => one.value);
    if (values.length > 1) throw new UsageError(`--${name} takes one value, not ${values.join(' and ')}.`);
  }
  return { ...parsed, given: new Set(given.map(({ name }) => name)) };
}

/** @throws UsageError if an option is given that does not apply to a mode of a command, such as `--sweep` */
export function assertApply(given: ReadonlySet<string>, mode: string, used: readonly string[]): void {
  const idle = [...given].filter((name) => !used.includes(name)).map((name) => `--${name}`);
  if (idle.length === 0) return;
  throw new UsageError(`${mode} does not use ${idle.join(' and ')}: leave ${idle.length === 1 ? 'it' : 'them'} out.`);
}

/**
 * Reads a command's arguments as `parse` does, but a value may be empty: in a workflow, an input that was not given is.
 * @throws UsageError if an option is unknown or has no value
 */
export function parseAllowingEmpty<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(messageOf(error)) ?? [];
    if (unknown === undefined) throw new UsageError(`${messageOf(error).replace(/\.$/, '')}. See --help.`);
    const there = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`Unknown option ${unknown}${guess(unknown, there)}. See --help.`);
  }
}

/** @throws UsageError if there are positional arguments */
export function noPositionals(positionals: string[]): void {
  if (positionals.length === 0) return;
  throw new UsageError(
    `Unexpected argument "${positionals.join(' ')}": options need their name, such as --suite NAME. See --help.`,
  );
}

/**
 * Returns the cluster that the user asks for.
 * @param values what `parse` returned for `clusterFlags`
 * @param cwd the folder where relative paths start
 * @throws UsageError if the provider is unknown or a path is empty
 */
export function clusterOptionsOf(values: { cluster: string; istio?: string | undefined }, cwd: string): ClusterOptions {
  const given: Record<string, unknown> = { ...values };
  const flags = Object.entries(providerFlags).flatMap(([name, { path }]) => {
    const value = given[name];
    if (typeof value !== 'string') return [];
    return [[name, path ? pathOf(cwd, value, `--${name}`) : value] as const];
  });
  return {
    provider: oneOf(clusterChoices, values.cluster, '--cluster'),
    istio: values.istio,
    flags: Object.fromEntries(flags),
  };
}

/** The smallest share: 0.1 % needs 4,603 answers for each pair. */
const LEAST_PERCENT = 0.1;
const MOST_PERCENT = 50;

/**
 * Returns the share of wrong answers that a run must detect, with a 1 % probability of missing it.
 * @param text such as `1%`; undefined if the option is not given
 * @throws UsageError if it is not a percentage in the allowed range
 */
export function sensitivityOf(text: string | undefined): Sensitivity | undefined {
  if (text === undefined) return undefined;
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  if (percent >= LEAST_PERCENT && percent <= MOST_PERCENT) return { share: percent / 100, chance: sensitivity.chance };
  throw new UsageError(
    `--sensitivity takes the share of wrong answers to detect, from ${LEAST_PERCENT}% to ${MOST_PERCENT}%, not "${text}". For example: --sensitivity 1%.`,
  );
}

/**
 * Returns a whole number from the user; undefined if the option is not given.
 * @param option the option's name, for the message
 * @param least the smallest number that is allowed: 0 or 1
 * @throws UsageError if it is not such a number
 */
export function countOf(option: string, text: string | undefined, least: 0 | 1 = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least) return value;
  throw new UsageError(`${option} takes a whole number${least === 0 ? '' : ' above 0'}, not "${text}".`);
}

/**
 * Returns a path from the user as an absolute path.
 * @param option the option's name, for the message
 * @throws UsageError if it is empty, for example because of an unset variable
 */
export function pathOf(cwd: string, path: string, option: string): string {
  if (path === '') throw new UsageError(`${option} needs a path, but it is empty.`);
  return resolve(cwd, path);
}

/**
 * Returns the value, which must be one of those allowed.
 * @param option the option's name, for the message
 * @throws UsageError if it is not
 */
export function oneOf<T extends string>(allowed: readonly T[], value: string, option: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    const seen = value === '' ? '' : `, not "${value}"`;
    throw new UsageError(`${option} must be one of ${allowed.join(', ')}${seen}.`);
  }
  return found;
}

/**
 * Returns the element with this name.
 * @param option the option's name, for the message
 * @throws UsageError if there is none
 */
export function oneNamed<T extends { name: string }>(all: readonly T[], value: string, option: string): T {
  const names = all.map(({ name }) => name);
  return all[names.indexOf(oneOf(names, value, option))] as T;
}

/**
 * Returns the elements that `--only` names, in that order; all if it is not given.
 * @throws UsageError if it names something else
 */
export function onlyOf<T extends { name: string }>(all: readonly T[], only: string[] | undefined): readonly T[] {
  const names = only?.flatMap((some) => some.split(',')).map((name) => name.trim());
  return names?.map((name) => oneNamed(all, name, '--only')) ?? all;
}

/**
 * Returns the part of the elements that `--shard` names: of `2/3`, the second of every three. All if it is not given.
 * @throws UsageError if there is no such part, or nothing is in it
 */
export function shardOf<T>(all: readonly T[], shard: string | undefined): readonly T[] {
  if (shard === undefined) return all;
  const [nth = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(shard) ?? []).slice(1).map(Number);
  const part = all.filter((_, at) => at % of === nth - 1);
  if (nth < 1 || nth > of || part.length === 0) {
    throw new UsageError(
      `--shard takes a part and the number of parts, such as 1/2, for at most ${all.length} parts, not ${shard}.`,
    );
  }
  return part;
}

/** Returns the end of a sentence about a mistyped name: a suggestion, if one of the names is similar. */
export function guess(typed: string, names: readonly string[]): string {
  const near = closestMatch(typed, names, { maxDistance: 3 });
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
