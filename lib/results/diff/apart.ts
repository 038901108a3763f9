import { keyOf, placeWords } from '../index.ts';
import type { ObservedPlace } from './found.ts';

/** Returns the names of what only one of the runs has: whole steps, or single cells and checks. */
export function apart(own: ObservedPlace[], others: ObservedPlace[]): string[] {
  const places = new Set(others.map(({ place }) => keyOf(place)));
  const steps = new Set(others.map(stepWords));
  const names = own
    .filter(({ place }) => !places.has(keyOf(place)))
    .map((found) => (steps.has(stepWords(found)) ? placeWords(found.place) : stepWords(found)));
  return [...new Set(names)];
}

function stepWords({ place: { suite, step } }: ObservedPlace): string {
  return placeWords({ suite, step });
}
