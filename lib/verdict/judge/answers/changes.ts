import { type ExpectedOutcome, isPassedOn } from '../../../model/index.ts';
import type { Pair } from '../../record/asked.ts';
import { usual } from './rare.ts';

/** Returns whether the step changes the pair's usual outcomes in a way that answers can show. */
export function changes(pair: Pair): boolean {
  const { before, expectation, protocol } = pair;
  if (!isPassedOn(protocol)) return expectsOther(pair);
  return before !== undefined && shown(before.outcomes) !== shown(expectation.outcomes);
}

/** Returns whether the step changes the pair's usual outcomes in a way that only counters can show. */
export function changesUnseen(pair: Pair): boolean {
  return !changes(pair) && expectsOther(pair);
}

function expectsOther({ before, expectation }: Pair): boolean {
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
