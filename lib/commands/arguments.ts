import { parseArgs } from 'node:util';
import { closestMatch } from 'leven';
import { providers, type Wish } from '../cluster/choose.ts';
import { messageOf, UsageError } from '../errors.ts';

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

export const helpOption = { help: { type: 'boolean', short: 'h', default: false } } as const;

/** Options of every command that asks a cluster. */
export const clusterOptions = {
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

/** Returns where a user wants to run. */
export function wishOf(values: {
  cluster: string;
  kubeconfig?: string | undefined;
  context?: string | undefined;
  istio?: string | undefined;
  'kind-image'?: string | undefined;
}): Wish {
  const { kubeconfig, context, istio } = values;
  const provider = oneOf(providers, values.cluster, '--cluster');
  return { provider, kubeconfig, context, istio, kindImage: values['kind-image'] };
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

/** Returns the end of a sentence on a mistyped name: which one may have been meant, if one is near. */
export function guess(typed: string, names: readonly string[]): string {
  const near = closestMatch(typed, names, { maxDistance: 3 });
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}
