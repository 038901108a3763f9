import { join, resolve } from 'node:path';
import { Command, type CommandUnknownOpts, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type ClusterOptions, type ClusterProvider, clusterChoices, providers } from '../../platform/clusters/index.ts';
import { isPackage, projectPath } from '../../platform/project.ts';
import type { Context } from '../output/console.ts';

// What commands share: how they are declared, options that several have, and what values may be. lib/cli/main.ts
// makes the sentence about a value that may not be.

/**
 * Declares a command: its name, what it does, its arguments and options, and what it performs.
 * @param end takes the exit code, if it may be another than 0
 */
export type Declare = (context: Context, end: (exitCode: number) => void) => CommandUnknownOpts;

/** Adds a command to the one that it is a part of. */
export type AddCommand = (command: Command, ...given: Parameters<Declare>) => void;

/** The options of a cluster that have a type of their own; those of providers are beside them. */
type ClusterValues = {
  cluster: string;
  istio?: string;
};

/** Returns a command that uses a cluster, with the options that say which. */
export function clusterCommand(name: string, context: Context): Command<[], ClusterValues> {
  const command = new Command(name)
    .optionsGroup('Cluster:')
    .addOption(
      new Option('--cluster <NAME>', `which one; auto is ${autoWords()}`).choices(clusterChoices).default('auto'),
    )
    .addOption(istioOption(providers));
  for (const option of providerOptions(providers, context)) command.addOption(option);
  return command;
}

function autoWords(): string {
  return providers.flatMap(({ auto }) => auto?.when ?? []).join(', else ');
}

/** Returns the option for the Istio of a cluster. */
export function istioOption(some: readonly ClusterProvider[]): Option<'--istio <VERSION>'> {
  return new Option(
    '--istio <VERSION>',
    ['which Istio to install', ...some.map(({ name, istio }) => `${name}: ${istio}`)].join('\n'),
  );
}

/** Returns the options that only these providers have. */
export function providerOptions(some: readonly ClusterProvider[], context: Context): Option[] {
  return some.flatMap(({ flags }) =>
    Object.entries(flags).map(([name, { value, about, path }]) => {
      const option = new Option(`--${name} <${value}>`, about);
      return path ? option.argParser(pathFrom(context)) : option;
    }),
  );
}

/**
 * Returns the cluster that the user asks for.
 * @param values the values of a command's options
 */
export function clusterOptionsOf(values: ClusterValues): ClusterOptions {
  const given: Record<string, unknown> = { ...values };
  const flags = providers.flatMap(({ flags }) =>
    Object.keys(flags).flatMap((name) => {
      const value = given[new Option(`--${name}`).attributeName()];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
  return { provider: values.cluster, istio: values.istio, flags: Object.fromEntries(flags) };
}

/** Returns the option that names suites. */
export function suiteOption(about: string): Option<'--suite <NAME...>', undefined, undefined, string[]> {
  return new Option('--suite <NAME...>', about).argParser(names);
}

/** Returns the option that names a folder with suites of the user's own. */
export function suitesOption(context: Context) {
  return new Option(
    '--suites <DIR>',
    'a folder with suites of your own: those are meant, unless --suite names others',
  ).argParser(pathFrom(context));
}

/** Returns the option that names one cell. */
export function cellOption(): Option<'--cell <CLIENT:SERVER>'> {
  return new Option(
    '--cell <CLIENT:SERVER>',
    'a single cell, as reports show it, such as sleep.legacy:httpbin.full or legacy/sleep>full/httpbin; with :PORT behind it, only that port of a step that has several',
  );
}

/** Returns the option for the release whose rules apply where there is no cluster. */
export function releaseOption(): Option<'--istio <VERSION>'> {
  return new Option('--istio <VERSION>', 'the release whose rules apply (default: the newest that can be built)');
}

/** Returns the option for what programs read. */
export function jsonOption() {
  return new Option('--print <FORMAT>', 'print this instead of text').choices(['json'] as const);
}

/**
 * Returns the option for the folder in which each run of a command has a folder, by default within results: in the
 * project or, of the installed package, where the user stands.
 */
export function outOption(context: Context, about: string, within = '') {
  return new Option('--out <DIR>', `${about}, each in a folder of its own, the newest under DIR/latest`)
    .argParser(pathFrom(context))
    .default(join(isPackage ? context.console.cwd : projectPath(), 'results', within), `results/${within}`);
}

/** Reads names that are separated by commas, or given one after the other. */
export function names(text: string, before: string[] = []): string[] {
  if (text === '') throw new InvalidArgumentError('needs names');
  return [...before, ...text.split(',').map((name) => name.trim())];
}

/**
 * Returns how to read a whole number.
 * @param least the smallest that is allowed: 0 or 1
 */
export function count(least: 0 | 1 = 1): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least) return value;
    throw new InvalidArgumentError(`takes a whole number${least === 0 ? '' : ' above 0'}`);
  };
}

/** Returns how to read a path, which leads from where the user stands. */
export function pathFrom({ console }: Context): (text: string) => string {
  return (text) => {
    if (text === '') throw new InvalidArgumentError('needs a path');
    return resolve(console.cwd, text);
  };
}
