import type { ExpectedOutcome } from '../model/types.ts';
import { protocols } from './protocols/index.ts';
import { usual } from './rare.ts';
import type { Cell } from './types.ts';

/** Returns whether the step changes the cell's usual outcomes in a way that answers can show. */
export function changes(cell: Cell): boolean {
  const { before, expectation, protocol } = cell;
  if (!protocols[protocol].passedOn) return expectsOther(cell);
  return before !== undefined && shown(before.outcomes) !== shown(expectation.outcomes);
}

/** Returns whether the step changes the cell's usual outcomes in a way that only counters can show. */
export function changesUnseen(cell: Cell): boolean {
  return !changes(cell) && expectsOther(cell);
}

function expectsOther({ before, expectation }: Cell): boolean {
  return before !== undefined && differ(before.outcomes, expectation.outcomes);
}

/** Returns whether two lists of expected outcomes differ in the usual ones. */
export function differ(some: ExpectedOutcome[], others: ExpectedOutcome[]): boolean {
  return signature(some) !== signature(others);
}

/** Returns what answers show if no header tells mutual TLS from plain text: which endpoints answer. */
function shown(outcomes: ExpectedOutcome[]): string {
  return usual(outcomes)
    .flatMap(({ outcome, endpoints }) =>
      outcome.kind === 'mtls' || outcome.kind === 'plain' ? endpoints : JSON.stringify(outcome),
    )
    .sort()
    .join();
}

/** Kept, because every step compares the same lists many times. */
const signatures = new WeakMap<ExpectedOutcome[], string>();

function signature(outcomes: ExpectedOutcome[]): string {
  const made =
    signatures.get(outcomes) ??
    usual(outcomes)
      .map(({ outcome }) => JSON.stringify(outcome))
      .sort()
      .join();
  signatures.set(outcomes, made);
  return made;
}
