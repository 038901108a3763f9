import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import { type ClusterOptions, providers } from '../cluster/choose.ts';
import { messageOf, UsageError } from '../errors.ts';
import type { Sensitivity } from '../probe/types.ts';
import { sensitivity } from '../run/settings.ts';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

export const helpOption = { help: { type: 'boolean', short: 'h', default: false } } as const;

/** Options of every command that uses a cluster. */
export const clusterFlags = {
  cluster: { type: 'string', default: 'auto' },
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  istio: { type: 'string' },
  'kind-image': { type: 'string' },
  ...helpOption,
} as const;

/**
 * Reads a command's arguments.
 * @param options as `parseArgs` of Node takes them
 * @throws UsageError if one is unknown; positional arguments are left to the caller
 */
export function parse<T extends Options>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const [, unknown] = /^Unknown option '(--[^']+)'/.exec(messageOf(error)) ?? [];
    if (unknown === undefined) throw new UsageError(`${messageOf(error).replace(/\.$/, '')}. See --help.`);
    const there = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`Unknown option ${unknown}${guess(unknown, there)}. See --help.`);
  }
}

/** @throws UsageError if a command that takes no positional arguments is given some */
export function noPositionals(positionals: string[]): void {
  if (positionals.length === 0) return;
  throw new UsageError(
    `Unexpected argument "${positionals.join(' ')}": options need their name, such as --suite NAME. See --help.`,
  );
}

/**
 * Returns where a user wants to run.
 * @param cwd the folder that relative paths start from
 */
export function clusterOptionsOf(
  values: {
    cluster: string;
    kubeconfig?: string | undefined;
    context?: string | undefined;
    istio?: string | undefined;
    'kind-image'?: string | undefined;
  },
  cwd: string,
): ClusterOptions {
  const { context, istio } = values;
  const provider = oneOf(providers, values.cluster, '--cluster');
  const kubeconfig = values.kubeconfig === undefined ? undefined : pathOf(cwd, values.kubeconfig, '--kubeconfig');
  return { provider, kubeconfig, context, istio, kindImage: values['kind-image'] };
}

/** The smallest share: 0.1 % takes 4,603 answers of a pair. */
const LEAST_PERCENT = 0.1;
const MOST_PERCENT = 50;

/**
 * Returns the share of wrong answers that a run must detect, with a 1 % probability of missing it.
 * @param text such as `1%`; undefined if the option is not given
 * @throws UsageError
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
 * Returns the absolute path of one that a user gave.
 * @param option the option's name, for the message
 * @throws UsageError if it is empty, as an unset variable would be
 */
export function pathOf(cwd: string, path: string, option: string): string {
  if (path === '') throw new UsageError(`${option} needs a path, but it is empty.`);
  return resolve(cwd, path);
}

/**
 * Returns the value as one of those allowed.
 * @param option the option's name, for the message
 * @throws UsageError
 */
export function oneOf<T extends string>(allowed: readonly T[], value: string, option: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    const seen = value === '' ? '' : `, not "${value}"`;
    throw new UsageError(`${option} must be one of ${allowed.join(', ')}${seen}.`);
  }
  return found;
}

/** Returns the end of a sentence about a mistyped name: the closest one, if there is one. */
export function guess(typed: string, names: readonly string[]): string {
  const near = closestMatch(typed, names, { maxDistance: 3 });
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
