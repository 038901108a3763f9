import type { Reason } from '../model/types.ts';
import { lastSeen } from '../probe/tally.ts';
import type { Answer } from '../probe/types.ts';
import { placeWords } from '../results/place.ts';
import type { CellResult, CheckRow, Results, StepResult, SuiteResult } from '../results/types.ts';
import { expectedWords, observationWords } from '../verdict/observation.ts';
import type { Verdict } from '../verdict/reasons.ts';
import { wrongRows } from './check-table.ts';
import { line } from './visible.ts';
import { cellWords, marks } from './words.ts';

/** A cell or a check, with the texts that every view uses. */
export interface Case {
  suite: string;
  step: string;
  verdict: Verdict;
  /** The result in a few words, such as `200 plain, not 000 (curl 56)`; for a check the whole sentence. */
  short: string;
  /** One sentence: why this verdict. */
  why: string;
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
  /** Such as `000 with curl exit 56`. */
  expected: string;
  reasons: Reason[];
  /** Each kind of answer with its count and time; empty if there was none. */
  seen: string[];
  /** The last raw answer. */
  evidence?: string;
  /** Notes of the step that may explain it. */
  notes: string[];
  repro: string[];
  /** Paths beside the results: a script that reproduces it, and what the mesh was. */
  script?: string;
  diagnosis?: string;
}

/** Maximum length of a line that names a failure, so that it is readable at a glance. */
const WHAT = 200;
/** Maximum length of a body, which is enough to show who answered. */
const BODY = 400;

/** Returns every cell and every check of a run, in its order. */
export function casesOf({ suites }: Results): Case[] {
  return suites.flatMap(suiteCases);
}

/** Returns every cell and every check of a suite, in its order. */
export function suiteCases(suite: SuiteResult): Case[] {
  return suite.steps.flatMap((step) => stepCases(suite.name, step));
}

/** Returns the ones that did not pass: first failures, then inconclusive ones, each in the run's order. */
export function wrongFirst<T extends { verdict: Verdict }>(all: T[]): T[] {
  return (['fail', 'inconclusive'] as const).flatMap((wanted) => all.filter(({ verdict }) => verdict === wanted));
}

/**
 * Groups cells that were not tested for the same reason, because the reason is all that there is to show.
 * @param reasonOf why one was not tested; undefined if it was
 */
export function unaskedTogether<T>(all: T[], reasonOf: (one: T) => string | undefined): T[][] {
  return [...Map.groupBy(all, (one, at) => reasonOf(one) ?? at).values()];
}

/** Returns why a case was not tested; undefined if it was, and for checks. */
export function whyUnasked({ cell, verdict, why }: Case): string | undefined {
  return verdict === 'inconclusive' && cell?.seen.length === 0 ? why : undefined;
}

/** Returns the place of a case, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeOf({ suite, step, cell }: Case): string {
  return placeWords({ suite, step, ...cell });
}

/** Returns one line that says what is wrong, and where; for an inconclusive case, why. */
export function caseLine(one: Case): string {
  const what = one.verdict === 'inconclusive' ? one.why : one.short;
  return `${marks[one.verdict]} ${placeOf(one)}: ${line(what, WHAT)}`;
}

function stepCases(suite: string, step: StepResult): Case[] {
  const place = { suite, step: step.title };
  if (step.kind === 'check') {
    const { verdict, why, ms, rows } = step;
    return [{ ...place, verdict, short: why, why, ms, rows: wrongRows(rows) }];
  }
  return step.cells.map((cell) => ({
    ...place,
    verdict: cell.verdict,
    short: cellWords(cell),
    why: cell.why,
    ms: Math.max(0, ...cell.seen.map(({ lastMs }) => lastMs)),
    cell: cellFactsOf(cell, step.notes),
    rows: [],
  }));
}

function cellFactsOf(cell: CellResult, notes: string[] = []): CellFacts {
  const { client, server, expectation, seen, repro, script, diagnosis } = cell;
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
    ...(script !== undefined && { script }),
    ...(diagnosis !== undefined && { diagnosis }),
  };
}

function evidenceWords({ status, curlExit, curlMessage, sent, body }: Answer): string {
  const message = curlMessage === '' ? '' : ` (${line(curlMessage, BODY)})`;
  const text = line(body, BODY);
  const to = sent === undefined ? '' : ` to ${sent}`;
  return `HTTP ${status}, curl exit ${curlExit}${message}${to}${text === '' ? '' : `: ${text}`}`;
}
