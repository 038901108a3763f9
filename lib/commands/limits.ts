import { UsageError } from '../errors.ts';
import type { Limits } from '../limits.ts';

/** The limits that a user may set, each with its minimum and maximum in milliseconds. */
const settable = {
  'step-timeout': { limit: 'arrivalMs', least: 1_000, most: 600_000 },
  'ready-timeout': { limit: 'readyMs', least: 1_000, most: 3_600_000 },
  'request-timeout': { limit: 'requestMs', least: 100, most: 60_000 },
} as const satisfies Record<string, { limit: keyof Limits; least: number; most: number }>;

type Flag = keyof typeof settable;

export const limitFlags = {
  'step-timeout': { type: 'string' },
  'ready-timeout': { type: 'string' },
  'request-timeout': { type: 'string' },
} as const satisfies Record<Flag, { type: 'string' }>;

/**
 * Returns the limits that the user has set.
 * @param values the values of the options, such as `20s`
 * @throws UsageError if one is not a time, too short or too long
 */
export function limitsOf(values: { [flag in Flag]?: string | undefined }): Partial<Limits> {
  const given = (Object.keys(settable) as Flag[]).flatMap((flag) => {
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

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function millisecondsIn(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return amount === undefined ? undefined : Math.round(Number(amount) * (units[unit] as number));
}

/** Returns a time in its largest unit without a fraction. */
function words(ms: number): string {
  const [unit, size] = Object.entries(units).findLast(([, one]) => ms % one === 0) as [string, number];
  return `${ms / size}${unit}`;
}
