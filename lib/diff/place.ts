import type { Found } from './found.ts';
import type { Place } from './types.ts';

/** Returns what tells a place from all others. */
export function keyOf({ suite, step, client, server }: Place): string {
  return JSON.stringify([suite, step, client, server]);
}

/** Returns a place as people write it, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeWords({ suite, step, client, server }: Place): string {
  const pair = client === undefined ? [] : [`${client} → ${server}`];
  return [suite, step, ...pair].join(' › ');
}

/** Returns what one run has and the other has not: whole steps by their own name, the cells of others by theirs. */
export function apart(own: Found[], others: Found[]): string[] {
  const places = new Set(others.map(({ place }) => keyOf(place)));
  const steps = new Set(others.map(({ place }) => stepOf(place)));
  const names = own
    .filter(({ place }) => !places.has(keyOf(place)))
    .map(({ place }) => (steps.has(stepOf(place)) ? placeWords(place) : stepOf(place)));
  return [...new Set(names)];
}

function stepOf({ suite, step }: Place): string {
  return placeWords({ suite, step });
}
