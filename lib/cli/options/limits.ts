import { type Command, InvalidArgumentError, Option, type OptionValues } from '@commander-js/extra-typings';
import { defaultLimits, type Limits } from '../../platform/limits.ts';

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

interface Settable {
  /** A time: its name ends in the unit. */
  limit: Extract<keyof Limits, `${string}Ms`>;
  /** What it is, for `--help`. */
  about: string;
  /** What it may be at least and at most, in milliseconds. */
  least: number;
  most: number;
}

/** The limits that a user can set, by option. */
export const settables: Readonly<Record<string, Settable>> = {
  'step-timeout': {
    limit: 'arrivalMs',
    about: "how long a step's changes may take to arrive",
    least: 1_000,
    most: 600_000,
  },
  'ready-timeout': {
    limit: 'readyMs',
    about: 'how long pods may take to be READY, including image pulls',
    least: 1_000,
    most: 3_600_000,
  },
  'request-timeout': { limit: 'requestMs', about: 'how long one request may take', least: 100, most: 60_000 },
};

/** Returns the command with an option for each limit that a user can set. */
export function withLimits<Values extends OptionValues>(command: Command<[], Values>): Command<[], Values> {
  command.optionsGroup('Limits:');
  for (const [name, settable] of Object.entries(settables)) command.addOption(optionFor(name, settable));
  return command;
}

/**
 * Returns the limits that the user has set.
 * @param values the values of a command's options
 */
export function limitsOf(values: object): Partial<Limits> {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.fromEntries(
    Object.entries(settables).flatMap(([name, settable]) => {
      const ms = given.get(optionFor(name, settable).attributeName());
      return ms === undefined ? [] : [[settable.limit, ms]];
    }),
  );
}

function optionFor(name: string, { limit, about, least, most }: Settable) {
  const option = new Option(`--${name} <TIME>`, `${about} (default: ${words(defaultLimits[limit])})`);
  return option.argParser((text) => limitIn(text, least, most));
}

function limitIn(text: string, least: number, most: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const ms = Math.round(Number(amount) * (units[unit] ?? Number.NaN));
  if (ms >= least && ms <= most) return ms;
  throw new InvalidArgumentError(
    `takes a time from ${words(least)} to ${words(most)} with its unit, ms, s, m or h, such as 20s or 2m`,
  );
}

/** Returns a time in its largest unit without a fraction. */
function words(ms: number): string {
  const [unit, size] = Object.entries(units).findLast(([, one]) => ms % one === 0) as [string, number];
  return `${ms / size}${unit}`;
}
