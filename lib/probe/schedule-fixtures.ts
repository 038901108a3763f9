import { defaultLimits as convergence } from '../platform/limits.ts';
import { record } from '../verdict/judge/answers/tally.ts';
import type { Observation } from '../verdict/observed.ts';
import { cell, counterAt } from './fixtures.ts';
import type { Phase, PhaseReading } from './phases/phase.ts';
import { advance } from './progress.ts';
import { phaseAt, type Schedule, scheduleOf, tallyOf } from './schedule.ts';
import type { ReadCounter } from './sidecars/counters.ts';
import type { Asking, Cell } from './types.ts';

// Schedules for the tests of what is asked when.

/** When the step was applied, in milliseconds since the epoch. */
export const APPLIED = 1_000_000;

/** Pairs that change from plain text to a reset, from mutual TLS to plain text, and not at all. */
export const changing = cell('legacy→full', '56', 'p');
export const other = cell('full→full', 'p', 'm');
export const same = cell('legacy→legacy', 'p');

/** Returns a counter of httpbin's HTTP port in a namespace. */
export const counter = (namespace: string): ReadCounter => counterAt(0, `${namespace}/httpbin`);

/** Returns a schedule at its start. */
export function courseWith(cells: Cell[], changes: Partial<Asking> = {}): Schedule {
  const signal = new AbortController().signal;
  return scheduleOf({ cells, probeClients: new Map(), appliedAt: APPLIED, convergence, signal, ...changes });
}

const right: Record<string, Observation> = {
  'legacy→full': { kind: 'refused', curlExit: 56 },
  'full→full': { kind: 'plain' },
  'legacy→legacy': { kind: 'plain' },
};

/** Records right answers of a cell, or the given observation, in the part of the step at that time. */
export function came(
  schedule: Schedule,
  of: Cell,
  at: number,
  times = 1,
  observation = right[of.id] ?? { kind: 'plain' as const },
): void {
  for (let nth = 0; nth < times; nth += 1) {
    const part = phaseAt(schedule, APPLIED + at);
    record(tallyOf(schedule, of), of, { observation, atMs: at, sinceMs: at, part });
  }
}

/** Advances the schedule to `ms` milliseconds after the step was applied, and returns its phase. */
export function reached(schedule: Schedule, ms: number): Phase['name'] {
  advance(schedule, APPLIED + ms);
  return schedule.phase.name;
}

/** Returns a schedule whose sample began 2 s after the step, with the given reading of the counters before it. */
export function sampling(cells: Cell[], changes: Partial<Asking> = {}, reading?: PhaseReading): Schedule {
  return { ...courseWith(cells, changes), phase: { name: 'sample', from: APPLIED + 2_000, reading } };
}
