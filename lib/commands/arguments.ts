import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import type { ClusterOptions, ProviderFlag } from '../cluster/provider.ts';
import { clusterChoices, providers } from '../cluster/registry.ts';
import { messageOf, UsageError } from '../errors.ts';
import { sensitivity } from '../probe/sensitivity.ts';
import type { Sensitivity } from '../probe/types.ts';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

export const helpOption = { help: { type: 'boolean', short: 'h', default: false } } as const;

const commonFlags = {
  cluster: { type: 'string', default: 'auto' },
  istio: { type: 'string' },
  ...helpOption,
} as const;

const providerFlags = Object.assign({}, ...providers.map(({ flags }) => flags)) as Record<string, ProviderFlag>;

/** Options of every command that asks a cluster: besides those of the type, the flags of all providers. */
export const clusterFlags: typeof commonFlags = {
  ...Object.fromEntries(Object.keys(providerFlags).map((name) => [name, { type: 'string' }])),
  ...commonFlags,
};

/**
 * Reads a command's arguments.
 * @param options as `parseArgs` of Node takes them
 * @throws UsageError where one is unknown; positional arguments are left to the caller
 */
export function parse<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(messageOf(error)) ?? [];
    if (unknown === undefined) throw new UsageError(`${messageOf(error).replace(/\.$/, '')}. See --help.`);
    const there = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`There is no option ${unknown}${guess(unknown, there)}. See --help.`);
  }
}

/** @throws UsageError where a command that takes no positional arguments is given some */
export function noPositionals(positionals: string[]): void {
  if (positionals.length === 0) return;
  throw new UsageError(`"${positionals.join(' ')}" belongs to no option: write --suite NAME, for example. See --help.`);
}

/**
 * Returns where a user wants to run.
 * @param values as `parse` read them by `clusterFlags`
 * @param cwd the folder from which a relative path leads
 * @throws UsageError
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

/** The smallest share that can be asked for: 0.1 % takes 4,603 answers of a pair. */
const LEAST_PERCENT = 0.1;
const MOST_PERCENT = 50;

/**
 * Returns how small a share of wrong answers a run must find, of which it may miss one time in a hundred.
 * @param text such as `1%`; undefined where the user did not ask
 * @throws UsageError
 */
export function sensitivityOf(text: string | undefined): Sensitivity | undefined {
  if (text === undefined) return undefined;
  const percent = Number(/^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1]);
  if (percent >= LEAST_PERCENT && percent <= MOST_PERCENT) return { share: percent / 100, chance: sensitivity.chance };
  throw new UsageError(
    `--sensitivity takes the share of wrong answers to be found, from ${LEAST_PERCENT}% to ${MOST_PERCENT}%, not "${text}": write --sensitivity 1%.`,
  );
}

/**
 * Returns the path that a user gave, from the folder where they stand.
 * @param option what it was given to, for the message
 * @throws UsageError where it is empty, as a variable may be that was never set
 */
export function pathOf(cwd: string, path: string, option: string): string {
  if (path === '') throw new UsageError(`${option} takes a path, and was given an empty one.`);
  return resolve(cwd, path);
}

/**
 * Returns the value as one of those allowed.
 * @param option what the user gave it to, for the message
 * @throws UsageError
 */
export function oneOf<T extends string>(allowed: readonly T[], value: string, option: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    const seen = value === '' ? '' : `, not "${value}"`;
    throw new UsageError(`${option} takes one of ${allowed.join(', ')}${seen}.`);
  }
  return found;
}

/**
 * Returns the one whose name a value is.
 * @param option what the user gave it to, for the message
 * @throws UsageError
 */
export function oneNamed<T extends { name: string }>(all: readonly T[], value: string, option: string): T {
  const names = all.map(({ name }) => name);
  return all[names.indexOf(oneOf(names, value, option))] as T;
}

/** Returns the end of a sentence on a mistyped name: which one may have been meant, if one is near. */
export function guess(typed: string, names: readonly string[]): string {
  const near = closestMatch(typed, names, { maxDistance: 3 });
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
