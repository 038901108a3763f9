import { type ExpectedOutcome, logicalNames, type Reason } from '../../model/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import { type Judgement, lastSeen, matches, type Observation, usual } from '../../verdict/index.ts';
import {
  type CellResult,
  named,
  type Place,
  type Results,
  type StepResult,
  type TrafficKey,
  whyWithCauses,
} from '../index.ts';
import type { Observed } from './types.ts';

/** A cell or a check, and what one run observed there. */
export interface ObservedPlace {
  place: Place;
  told: Observed;
  /** Why the model expects it; empty for a check. */
  reasons: Reason[];
}

/** A place that both runs have, and what each observed there. */
export interface InBoth {
  a: ObservedPlace;
  b: ObservedPlace;
}

/**
 * Returns every cell and check of a run, in its order and in the topology's names. If the run has errors, its
 * passes count as inconclusive.
 */
export function foundBy({ suites, run, runErrors }: Results): ObservedPlace[] {
  const found = suites.flatMap(({ name, steps }) => steps.flatMap((step) => ofStep(name, step)));
  const [problem] = runErrors;
  return inLogicalNames(
    problem === undefined ? found : found.map((one) => withoutPass(one, `no pass of this run counts: ${problem}`)),
    run.namespaces,
  );
}

function ofStep(suite: string, step: StepResult): ObservedPlace[] {
  const place = { suite, step: step.title };
  if (step.kind === 'check') {
    const { verdict, why } = step;
    return [{ place, told: { verdict, expected: [], seen: [], why }, reasons: [] }];
  }
  return named(step.cells).map(({ client, server, port, protocol, subset, ...cell }) => ({
    place: { ...place, client, server, port, protocol, ...(subset !== undefined && { subset }) },
    told: toldOf(cell),
    reasons: cell.expectation.reasons,
  }));
}

function toldOf(cell: Omit<CellResult, keyof TrafficKey>): Observed {
  const { verdict, expectation } = cell;
  // Chance decides whether a rare outcome comes.
  const outcomes = usual(expectation.outcomes);
  return {
    verdict,
    expected: outcomes.map(({ outcome }) => outcome),
    seen: verdict === 'pass' ? settledOn(outcomes, cell) : lastOf(cell),
    why: whyWithCauses(cell),
  };
}

/**
 * Returns how the expected outcomes of a pass were observed once all answers were right. They can differ, because
 * several curl exit codes may be expected.
 */
function settledOn(
  expected: ExpectedOutcome[],
  { seen, timeline }: Pick<Judgement, 'seen' | 'timeline'>,
): Observation[] {
  const since = timeline.at(-1)?.fromMs ?? 0;
  const late = seen.filter(({ lastMs }) => lastMs >= since).map(({ observation }) => observation);
  return expected.flatMap((one) => late.filter((seen) => matches(one, seen)).map((seen) => confirmed(one, seen)));
}

/** An answer that does not tell mutual TLS from plain text passes only if the counters do: as what was expected. */
function confirmed({ outcome }: ExpectedOutcome, seen: Observation): Observation {
  const isAnswer = outcome.kind === 'mtls' || outcome.kind === 'plain';
  return seen.kind === 'answered' && isAnswer ? outcome : seen;
}

function lastOf({ seen }: Pick<Judgement, 'seen'>): Observation[] {
  const last = lastSeen(seen);
  return last === undefined ? [] : [last.observation];
}

function withoutPass(found: ObservedPlace, why: string): ObservedPlace {
  if (found.told.verdict !== 'pass') return found;
  return { ...found, told: { ...found.told, verdict: 'inconclusive', why } };
}

/** Returns a copy in which texts use the topology's names instead of the run's namespaces. */
export function inLogicalNames<T>(value: T, namespaces: Record<string, string>): T {
  return mapTexts(value, (text) => logicalNames(text, namespaces));
}
