import type { Reason } from '../model/types.ts';
import { expectedWords, observationWords } from '../probe/judge.ts';
import { lastSeen } from '../probe/tally.ts';
import type { Answer, Verdict } from '../probe/types.ts';
import { placeWords } from '../results/place.ts';
import type { CellResult, Results, StepResult, SuiteResult } from '../results/types.ts';
import { line } from './visible.ts';
import { cellWords, marks } from './words.ts';

/** A cell or a check in the words that every view shows. */
export interface Case {
  suite: string;
  step: string;
  verdict: Verdict;
  /** In a few words what it came to, such as `200 plain, not 000 (curl 56)`; of a check, all there is to say. */
  short: string;
  /** One sentence: why this verdict. */
  why: string;
  /** Milliseconds from the step's beginning to the last that was seen; cells are asked side by side. */
  ms: number;
  /** Absent for a check. */
  cell?: CellFacts;
}

export interface CellFacts {
  client: string;
  server: string;
  /** Such as `000 with curl exit 56`. */
  expected: string;
  reasons: Reason[];
  /** Each sort of answer with its count and time; none where nothing came. */
  seen: string[];
  /** The raw answer that came last. */
  evidence?: string;
  /** What else was noticed of the step and may explain it. */
  notes: string[];
  repro: string[];
}

/** A line that names what is wrong is to be read at a glance. */
const WHAT = 200;
/** More of a body than tells who answered says nothing. */
const BODY = 400;

/** Returns every cell and every check of a run, in its order. */
export function casesOf({ suites }: Results): Case[] {
  return suites.flatMap(suiteCases);
}

/** Returns every cell and every check of a suite, in its order. */
export function suiteCases(suite: SuiteResult): Case[] {
  return suite.steps.flatMap((step) => stepCases(suite.name, step));
}

/** Returns those that did not pass: what failed, then what could not be told, each in the run's order. */
export function wrongFirst<T extends { verdict: Verdict }>(all: T[]): T[] {
  return (['fail', 'inconclusive'] as const).flatMap((wanted) => all.filter(({ verdict }) => verdict === wanted));
}

/**
 * Puts together what could not be told for one and the same reason before anything was asked: it has nothing else to show.
 * @param reasonOf why one was not asked; undefined where it was
 */
export function unaskedTogether<T>(all: T[], reasonOf: (one: T) => string | undefined): T[][] {
  return [...Map.groupBy(all, (one, at) => reasonOf(one) ?? at).values()];
}

/** Returns why a case was not asked; undefined of one that was, and of a check. */
export function whyUnasked({ cell, verdict, why }: Case): string | undefined {
  return verdict === 'inconclusive' && cell?.seen.length === 0 ? why : undefined;
}

/** Returns where it is, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeOf({ suite, step, cell }: Case): string {
  return placeWords({ suite, step, ...cell });
}

/** Returns the one line that names what is wrong, and where; of what could not be told it names the cause. */
export function caseLine(one: Case): string {
  const what = one.verdict === 'inconclusive' ? one.why : one.short;
  return `${marks[one.verdict]} ${placeOf(one)}: ${line(what, WHAT)}`;
}

function stepCases(suite: string, step: StepResult): Case[] {
  const place = { suite, step: step.title };
  if (step.kind === 'check') {
    const { verdict, why, ms } = step;
    return [{ ...place, verdict, short: why, why, ms }];
  }
  return step.cells.map((cell) => ({
    ...place,
    verdict: cell.verdict,
    short: cellWords(cell),
    why: cell.why,
    ms: Math.max(0, ...cell.seen.map(({ lastMs }) => lastMs)),
    cell: cellFactsOf(cell, step.notes),
  }));
}

function cellFactsOf({ client, server, expectation, seen, repro }: CellResult, notes: string[] = []): CellFacts {
  const evidence = lastSeen(seen)?.evidence;
  return {
    client,
    server,
    expected: expectedWords(expectation.outcomes),
    reasons: expectation.reasons,
    seen: seen.map(
      ({ observation, count, lastMs }) =>
        `${count} × ${line(observationWords(observation), BODY)}, last after ${Math.round(lastMs)} ms`,
    ),
    ...(evidence !== undefined && { evidence: evidenceWords(evidence) }),
    notes,
    repro,
  };
}

function evidenceWords({ status, curlExit, curlMessage, body }: Answer): string {
  const message = curlMessage === '' ? '' : ` (${line(curlMessage, BODY)})`;
  const text = line(body, BODY);
  return `HTTP ${status}, curl exit ${curlExit}${message}${text === '' ? '' : `: ${text}`}`;
}
