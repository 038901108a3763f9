import type { LoadAnswer } from './losses.ts';

/** Returns how a request ended: `at` and `ms` in milliseconds, and its status or, below 100, curl's exit code. */
export function answered(at: number, code = 200, ms = 2): LoadAnswer {
  return code < 100 ? { at, ms, status: 0, curlExit: code } : { at, ms, status: code, curlExit: 0 };
}

/** Returns answers every 5 ms from a time on, until another: 200, unless they are lost with a code. */
export function everyFive(from: number, to: number, code: (at: number) => number = () => 200): LoadAnswer[] {
  return Array.from({ length: (to - from) / 5 }, (_, nth) => answered(from + nth * 5, code(from + nth * 5)));
}
