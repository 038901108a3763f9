import type { Reason } from '../../model/index.ts';
import {
  type Cause,
  type CellResult,
  type CheckRow,
  causesOf,
  placeWords,
  type Results,
  type StepResult,
  type SuiteResult,
} from '../../results/index.ts';
import {
  type Advice,
  adviceFor,
  expectedWords,
  observationWords,
  type Seen,
  type Verdict,
} from '../../verdict/index.ts';
import { answererWords, decisive, evidenceWords, isWrong } from './answered.ts';
import { wrongRows } from './check-table.ts';
import { line } from './visible.ts';
import { cellText, cellWords, marks } from './words.ts';

/** A cell or a check, with the texts that every view uses. */
export interface Case {
  suite: string;
  step: string;
  /** Where it is in the results: the places of its suite, of its step in that, and of its cell in that. */
  at: { suite: number; step: number; cell?: number };
  verdict: Verdict;
  /** The result in a few words, such as `200 plain, not 000 (curl 56)`; for a check the whole sentence. */
  short: string;
  /** One sentence: why this verdict. */
  why: string;
  /** What likely made it go wrong, likeliest first; empty if nothing is known. */
  causes: Cause[];
  /** What to do about it; empty if it passed. */
  advice: Advice[];
  /** Milliseconds from the start of the step to the last observation; cells run concurrently. */
  ms: number;
  /** Absent for a check. */
  cell?: CellFacts;
  /** What a check tried that did not pass; empty for cells and other checks. */
  rows: CheckRow[];
}

export interface CellFacts {
  client: string;
  server: string;
  /** What is wrong, the same for cells that are wrong alike, such as `503, not 200 mTLS`. */
  symptom: string;
  /** Such as `000 with curl exit 56`. */
  expected: string;
  reasons: Reason[];
  /** Each kind of answer with its count and time; empty if there was none. */
  seen: string[];
  /** The raw answer that decided the verdict: the first wrong one or, if none was wrong, the last. */
  evidence?: string;
  /** The same, if it was wrong. */
  wrongAnswer?: string;
  /** Notes of the step that may explain it. */
  notes: string[];
  repro: string[];
  /** Paths beside the results: a script that reproduces it, and what the mesh was. */
  script?: string;
  diagnosis?: string;
}

/** Maximum length of a line that names a failure, so that it is readable at a glance. */
const WHAT = 200;
/** Maximum length of what was observed, which may quote an answer. */
const SEEN = 400;

/** Returns every cell and every check of a run, in its order. */
export function casesOf({ suites }: Results): Case[] {
  return suites.flatMap(suiteCases);
}

/**
 * Returns every cell and every check of a suite, in its order.
 * @param nth the place of the suite in the run
 */
export function suiteCases({ name, steps }: SuiteResult, nth: number): Case[] {
  return steps.flatMap((step, at) => stepCases(step, { suite: name, step: step.title, at: { suite: nth, step: at } }));
}

/** Returns the ones that did not pass: first failures, then inconclusive ones, each in the run's order. */
export function wrongFirst<T extends { verdict: Verdict }>(all: T[]): T[] {
  return (['fail', 'inconclusive'] as const).flatMap((wanted) => all.filter(({ verdict }) => verdict === wanted));
}

/** Returns the place of a case, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeOf({ suite, step, cell }: Pick<Case, 'suite' | 'step' | 'cell'>): string {
  return placeWords({ suite, step, ...cell });
}

/** Returns one line that says what is wrong, and where; for an inconclusive case, why. */
export function caseLine(one: Case): string {
  const what = one.verdict === 'inconclusive' ? one.why : one.short;
  return `${marks[one.verdict]} ${placeOf(one)}: ${line(what, WHAT)}`;
}

function stepCases(step: StepResult, place: Pick<Case, 'suite' | 'step' | 'at'>): Case[] {
  if (step.kind === 'check') {
    const { verdict, why, ms, rows } = step;
    return [{ ...place, verdict, short: why, why, ...aboutOf(step), ms, rows: wrongRows(rows) }];
  }
  return step.cells.map((cell, nth) => ({
    ...place,
    at: { ...place.at, cell: nth },
    verdict: cell.verdict,
    short: cellWords(cell),
    why: cell.why,
    ...aboutOf(cell),
    ms: Math.max(0, ...cell.seen.map(({ lastMs }) => lastMs)),
    cell: cellFactsOf(cell, step.notes),
    rows: [],
  }));
}

/** Of what passed, the reasons have neither causes nor advice. */
function aboutOf({ reasons }: Pick<CellResult, 'reasons'>): Pick<Case, 'causes' | 'advice'> {
  return { causes: causesOf({ reasons }), advice: adviceFor(reasons) };
}

function cellFactsOf(cell: CellResult, notes: string[] = []): CellFacts {
  const { client, server, expectation, seen, repro, script, diagnosis } = cell;
  const decided = decisive(cell);
  const evidence = decided?.evidence && evidenceWords(decided.evidence, answererWords(decided));
  return {
    client,
    server,
    symptom: cellText(cell).symptom,
    expected: expectedWords(expectation.outcomes),
    reasons: expectation.reasons,
    seen: seen.map((one) => `${one.count} × ${line(seenWords(one), SEEN)}, last after ${Math.round(one.lastMs)} ms`),
    ...(evidence !== undefined && { evidence, ...(decided && isWrong(cell, decided) && { wrongAnswer: evidence }) }),
    notes,
    repro,
    ...(script !== undefined && { script }),
    ...(diagnosis !== undefined && { diagnosis }),
  };
}

/** Who gave no answer is not said: it is no answer. */
function seenWords(seen: Seen): string {
  const who = seen.by?.includes('nobody') ? '' : answererWords(seen);
  return `${observationWords(seen.observation)}${who === '' ? '' : ` by ${who}`}`;
}
