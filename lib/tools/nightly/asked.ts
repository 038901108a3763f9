import type { NightlyProvider } from '../../platform/clusters/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { planOf } from './plan.ts';
import type { Plan } from './types.ts';

/**
 * Plans a night of the releases that a user's text names.
 * @param text as `releasesIn` reads it; undefined for the default of `planOf`
 * @throws UsageError if the text is invalid, or a release is unknown or cannot be run
 */
export function planAsked(provider: NightlyProvider, text: string | undefined): Plan {
  return planOf(provider, text === undefined ? undefined : releasesIn(text, provider.nightly.minors()));
}

/**
 * Returns the releases that a user's text names, each once: one by one or in ranges, such as `1.20,1.24..1.26`. Ranges
 * include both ends. A single release is not checked here, because it may be a patch.
 * @param known all releases, newest first
 * @throws UsageError if a name is empty or a range is invalid
 */
export function releasesIn(text: string, known: string[]): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new UsageError(
      `--releases takes releases and ranges separated by commas, such as 1.20,1.24..1.26, not "${text}".`,
    );
  }
  return [...new Set(names.flatMap((name) => (name.includes('..') ? rangeIn(name, known) : [name])))];
}

function rangeIn(range: string, known: string[]): string[] {
  const ends = range.split('..').map((end) => end.trim());
  const [oldest = '', newest = ''] = ends;
  const unknown = ends.filter((end) => !known.includes(end));
  if (unknown.length > 0 || ends.length > 2) {
    const seen = unknown.length > 0 ? `"${unknown[0]}" is unknown` : 'it has more than two ends';
    throw new UsageError(
      `"${range}" is not a valid range (${seen}): use OLDEST..NEWEST with two of ${known.join(', ')}.`,
    );
  }
  if (known.indexOf(oldest) < known.indexOf(newest)) {
    throw new UsageError(`"${range}" has the newest release first: use ${newest}..${oldest}.`);
  }
  return known.slice(known.indexOf(newest), known.indexOf(oldest) + 1);
}
