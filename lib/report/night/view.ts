import type { Change, Diff, Told } from '../../diff/types.ts';
import type { Comparison, LegOfNight, Night, Trouble } from '../../nightly/types.ts';
import type { Verdict } from '../../probe/types.ts';
import { keyOf, type Place, placeWords } from '../../results/place.ts';
import { verdictsOf } from '../../results/summary.ts';
import type { StepResult, SuiteResult } from '../../results/types.ts';
import { atMost } from '../room.ts';
import { line, visible } from '../visible.ts';
import { counted, marks, short } from '../words.ts';

/** A night in the words that all its views show. */
export interface NightView {
  title: string;
  /** One sentence: what it came to. */
  headline: string;
  /** A column for each leg. */
  legs: { istio: string; required: boolean; verdict: Entry }[];
  /** A row for each step, with what each leg came to in it. */
  steps: { title: string; entries: Entry[] }[];
  /** What is wrong, a line each; that of required legs first. */
  troubles: string[];
  /** What could not be told or compared, a line each. */
  untold: string[];
  sinceLastNight: ComparedView[];
  betweenReleases: ComparedView[];
}

/** What one leg came to, in a table. */
export interface Entry {
  state: Verdict | 'nothing';
  words: string;
}

/** Returns an entry with the mark of its verdict, if it has one. */
export function entryWords({ state, words }: Entry): string {
  return state === 'nothing' ? words : `${marks[state]} ${words}`;
}

export interface ComparedView {
  /** One line: what was compared, and how much of it changed. */
  head: string;
  /** A line for each change. */
  lines: string[];
}

/** More lines of one sort than anybody reads are counted instead, and a longer line says nothing more. */
const MOST = 50;
const LONGEST = 400;

/** Returns what a night and its comparison come to, in words. */
export function nightView({ legs, startedAt }: Night, comparison: Comparison): NightView {
  const { troubles, untold } = comparison.summary;
  const missing = new Set(legs.filter((leg) => leg.missing !== undefined).map(({ istio }) => istio));
  return {
    title: `The night of ${startedAt.slice(0, 10)}`,
    headline: headlineOf(legs, comparison),
    legs: legs.map((leg) => ({ istio: leg.istio, required: leg.required, verdict: verdictOf(leg) })),
    steps: rowsOf(legs).map((row) => ({
      title: placeWords(row),
      entries: legs.map((leg) => stepOf(leg, row)),
    })),
    troubles: atMost(troubles.toSorted((a, b) => Number(b.required) - Number(a.required)).map(troubleLine), MOST),
    untold: atMost(
      [
        ...untold.filter(({ istio }) => !missing.has(istio)).map(({ istio, why }) => said(`${istio}: ${why}`)),
        ...comparison.alone.map(said),
        ...legs.flatMap(({ istio, results }) => {
          const partial = results?.summary.partial ?? [];
          return partial.length === 0 ? [] : [said(`${istio} is partial: ${partial.join('; ')}`)];
        }),
      ],
      MOST,
    ),
    sinceLastNight: comparison.nights.map(({ istio, diff }) => comparedView(istio, diff)),
    betweenReleases: comparison.releases.map(({ from, to, diff }) => comparedView(`${from} → ${to}`, diff)),
  };
}

function headlineOf(all: LegOfNight[], { summary: { exitCode, troubles, untold } }: Comparison): string {
  if (exitCode === 0) return goodWords(all.filter((leg) => leg.required));
  if (exitCode === 3) return `Nothing required fails, but ${listed(untold.map(({ istio }) => istio))} could not tell.`;
  const required = troubles.filter((trouble) => trouble.required);
  const legs = new Set(required.flatMap((trouble) => trouble.legs));
  return `${counted(required.length, 'trouble')} in what is required: ${listed([...legs])}.`;
}

/** What was not asked is not known to be good. */
function goodWords(required: LegOfNight[]): string {
  if (required.length === 0) return 'Nothing is required of these releases: they only inform.';
  const partial = required.some(({ results }) => (results?.summary.partial ?? []).length > 0);
  return partial ? 'All that was asked of what is required passes.' : 'All that is required passes.';
}

function listed(names: string[]): string {
  return [...new Set(names)].join(', ');
}

function verdictOf({ results }: LegOfNight): Entry {
  if (results === undefined) return { state: 'nothing', words: 'missing' };
  const { verdict, passed, failed, inconclusive } = results.summary;
  const all = passed + failed + inconclusive;
  if (verdict === 'interrupted') return { state: 'inconclusive', words: `interrupted after ${all}` };
  if (verdict === 'pass') return { state: 'pass', words: `pass ${passed}` };
  const count = verdict === 'fail' ? failed : inconclusive;
  return { state: verdict, words: count === 0 ? verdict : `${verdict} ${count} of ${all}` };
}

/** Every step of any leg, in the order in which they first come. */
function rowsOf(legs: LegOfNight[]): Place[] {
  const rows = legs.flatMap(({ results }) =>
    (results?.suites ?? []).flatMap(({ name, skipped, steps }) =>
      skipped === undefined ? steps.map(({ title }) => ({ suite: name, step: title })) : [],
    ),
  );
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function stepOf({ results }: LegOfNight, { suite, step }: Place): Entry {
  if (results === undefined) return { state: 'nothing', words: 'missing' };
  const inSuite = results.suites.filter(({ name }) => name === suite);
  const found = inSuite.flatMap(({ steps }) => steps.filter(({ title }) => title === step));
  return found.length === 0 ? { state: 'nothing', words: whyNot(inSuite) } : entryOf(found);
}

function whyNot(inSuite: SuiteResult[]): string {
  return inSuite.some(({ skipped }) => skipped !== undefined) ? 'skipped' : 'not run';
}

function entryOf(steps: StepResult[]): Entry {
  const verdicts = verdictsOf(steps);
  const state = (['fail', 'inconclusive'] as const).find((one) => verdicts.includes(one)) ?? 'pass';
  const count = verdicts.filter((verdict) => verdict === state).length;
  const all = verdicts.length;
  return { state, words: all === 1 ? state : `${state} ${state === 'pass' ? all : `${count} of ${all}`}` };
}

function troubleLine({ legs, place, why, required }: Trouble): string {
  return said(`${legs.join(' → ')}${required ? '' : ' (informational)'}: ${place}: ${why}`);
}

function comparedView(what: string, { compared, changes, untold, only, summary }: Diff): ComparedView {
  const apart = only.a.length + only.b.length;
  const counts = [
    `${compared} compared`,
    changes.length === 0 ? 'nothing changed' : `${changes.length} changed`,
    ...(summary.explained > 0 ? [`${summary.explained} explained`] : []),
    ...(summary.unexplained > 0 ? [`${summary.unexplained} unexplained`] : []),
    ...(untold.length > 0 ? [`${untold.length} could not be told`] : []),
    ...(apart > 0 ? [`${apart} only on one side`] : []),
  ];
  return { head: `${what}: ${counts.join(', ')}`, lines: atMost(changes.map(changeLine), MOST) };
}

function changeLine(change: Change): string {
  const { a, b, explained, why } = change;
  return said(`${explained ? '' : 'unexplained: '}${placeWords(change)}: ${told(a)} → ${told(b)}: ${why}`);
}

function told({ verdict, seen }: Told): string {
  return [marks[verdict], seen.map(short).join(' | ') || verdict].join(' ');
}

function said(text: string): string {
  return line(visible(text), LONGEST);
}
