import { pairWords, placeWords } from '../../results/place.ts';
import type { Results } from '../../results/types.ts';
import { asShown } from '../as-shown.ts';
import { type Case, casesOf, placeOf, wrongFirst } from '../cases.ts';
import { atMost } from '../room.ts';
import { runErrorsOf } from '../run-errors.ts';
import { allVisible, line } from '../visible.ts';

/** GitHub shows ten of a step, and drops the rest without a word. */
const LINES = 10;
/** How many of the cases that one line stands for it names. */
const NAMED = 10;
/** GitHub takes no title of more than 255 characters, and 64 KiB of message. */
const LENGTH = { title: 200, line: 1_000 };

/** What one line tells. */
interface Annotation {
  title: string;
  /** A line each. */
  message: string[];
  /** How many cells and checks it stands for. */
  count: number;
}

/**
 * Returns the commands with which a job tells GitHub what is wrong, ten at most. One stands for all that is wrong in a
 * step, or for what is wrong in the same way in several steps; whatever makes a run less than the whole is a notice.
 */
export function annotations(found: Results): string[] {
  const results = asShown(allVisible(found));
  const { partial } = results.summary;
  const notices = partial.length === 0 ? [] : [command('notice', { title: 'partial', message: named(partial) })];
  const errors = [...wholeRun(results), ...foldedCases(wrongFirst(casesOf(results)))];
  return [...fewer(errors, LINES - notices.length).map((one) => command('error', one)), ...notices];
}

/** Beyond what there is room for, the last says how many more there are. */
function fewer(all: Annotation[], most: number): Annotation[] {
  if (all.length <= most) return all;
  const left = all.slice(most - 1).reduce((sum, { count }) => sum + count, 0);
  const message = ['see the log, results.json or report.html'];
  return [...all.slice(0, most - 1), { title: `and ${left} more`, message, count: left }];
}

function wholeRun(results: Results): Annotation[] {
  const runErrors = runErrorsOf(results);
  if (runErrors.length === 0) return [];
  const message = named(runErrors.map(({ kind, text }) => `${kind}: ${text}`));
  return [{ title: 'inconclusive: the whole run', message, count: runErrors.length }];
}

function foldedCases(wrong: Case[]): Annotation[] {
  const sameWay = Map.groupBy(wrong, wayOf);
  const spread = new Set([...sameWay.values()].filter((cases) => severalSteps(cases)).flat());
  const groups = Map.groupBy(wrong, (one) => (spread.has(one) ? wayOf(one) : stepOf(one)));
  return [...groups.values()].map((cases) => (severalSteps(cases) ? ofWay(cases) : ofStep(cases)));
}

/** A failure is alike where a server answers alike, whoever asks; what could not be told, where its cause is the same. */
function wayOf({ verdict, cell, short, why }: Case): string {
  return JSON.stringify(verdict === 'fail' ? [verdict, cell?.server, short] : [verdict, why]);
}

function stepOf({ verdict, suite, step }: Case): string {
  return JSON.stringify({ verdict, suite, step });
}

/** Checks are each of their own; what they say is not the same because the words are. */
function severalSteps(cases: Case[]): boolean {
  return cases[0]?.cell !== undefined && new Set(cases.map(stepOf)).size > 1;
}

function ofWay(cases: Case[]): Annotation {
  const [{ verdict, cell, short, why }] = cases as [Case];
  const title = verdict === 'fail' ? `${cell?.server}: ${short}` : why;
  return { title: titleOf(verdict, title), message: named(cases.map(placeOf)), count: cases.length };
}

function ofStep(cases: Case[]): Annotation {
  const [{ verdict, suite, step }] = cases as [Case];
  const wordsOf = ({ verdict, short, why }: Case): string => (verdict === 'fail' && cases.length > 1 ? short : why);
  const message = [...Map.groupBy(cases, wordsOf)].map(([words, alike]) => {
    const pairs = alike.flatMap(({ cell }) => (cell === undefined ? [] : [pairWords(cell)]));
    return pairs.length === 0 ? words : `${named(pairs).join(', ')}: ${words}`;
  });
  return { title: titleOf(verdict, placeWords({ suite, step })), message: named(message), count: cases.length };
}

function titleOf(verdict: Case['verdict'], title: string): string {
  return verdict === 'inconclusive' ? `inconclusive: ${title}` : title;
}

function named(all: string[]): string[] {
  return atMost(all, NAMED);
}

function command(name: 'error' | 'notice', { title, message }: Pick<Annotation, 'title' | 'message'>): string {
  const data = message.map((one) => line(one, LENGTH.line)).join('\n');
  return `::${name} title=${property(line(title, LENGTH.title))}::${escaped(data)}`;
}

/** As GitHub's toolkit (@actions/core) escapes what follows the colons; it keeps that to itself, and prints at once. */
function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** As GitHub's toolkit escapes a property. */
function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
