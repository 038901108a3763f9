import { UsageError } from '../errors.ts';
import { defaultLimits, type Limits } from '../limits.ts';

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

/** The limits that a user can set, by flag. `--help`, its defaults and the checks of the flags are made from this. */
export const settable = {
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
} as const satisfies Record<string, Settable>;

type Flag = keyof typeof settable;

type Given = { [flag in Flag]?: string | undefined };

const flags = Object.keys(settable) as Flag[];

/** The flags, as `parseArgs` of Node takes them. */
export const limitFlags = Object.fromEntries(flags.map((flag) => [flag, { type: 'string' }])) as Record<
  Flag,
  { type: 'string' }
>;

/** The flags for `--help`: each with its placeholder, and what it is. */
export const limitHelp: [option: string, about: string][] = flags.map((flag) => {
  const { about, limit } = settable[flag];
  return [`--${flag} TIME`, `${about} (default: ${words(defaultLimits[limit])})`];
});

/**
 * Returns the limits that the user has set.
 * @param values the values of the options, such as `20s`
 * @throws UsageError if one is not a time, too short or too long
 */
export function limitsOf(values: Given): Partial<Limits> {
  const given = flags.flatMap((flag) => {
    const text = values[flag];
    return text === undefined ? [] : [[settable[flag].limit, limitIn(text, flag)] as const];
  });
  return Object.fromEntries(given);
}

function limitIn(text: string, flag: Flag): number {
  const { least, most } = settable[flag];
  const ms = millisecondsIn(text);
  if (ms !== undefined && ms >= least && ms <= most) return ms;
  throw new UsageError(
    `--${flag} takes a time from ${words(least)} to ${words(most)}, not "${text}": write a number and its unit, ms, s, m or h, such as 20s or 2m.`,
  );
}

function millisecondsIn(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (units[unit] as number));
}

/** Returns a time in its largest unit without a fraction. */
function words(ms: number): string {
  const [unit, size] = Object.entries(units).findLast(([, one]) => ms % one === 0) as [string, number];
  return `${ms / size}${unit}`;
}
