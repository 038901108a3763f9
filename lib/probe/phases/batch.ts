import type { Schedule } from '../schedule.ts';
import type { Cell } from '../types.ts';

// How many requests of a cell a batch may have.

/** Returns a small number for each of a client's cells: a batch of many requests takes long, and shows nothing until it ends. */
export function fewOf({ asking }: Schedule, cells: Cell[]): number {
  const { requestsPerBatch, maxRequestsBefore } = asking.convergence;
  return Math.max(1, Math.min(requestsPerBatch, each(maxRequestsBefore, cells)));
}

/** Returns the maximum for each of the cells that need many answers. */
export function mostOf({ asking }: Schedule, cells: Cell[]): number {
  const { requestsPerBatch, maxRequestsPerBatch } = asking.convergence;
  return Math.max(requestsPerBatch, each(maxRequestsPerBatch, cells));
}

function each(requests: number, cells: Cell[]): number {
  return Math.floor(requests / Math.max(1, cells.length));
}
