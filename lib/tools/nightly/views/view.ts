import { atMost } from '../../../platform/texts.ts';
import { line, marks, short, visible } from '../../../report/index.ts';
import type { Change, Diff, Observed } from '../../../results/diff/index.ts';
import { placeWords } from '../../../results/index.ts';
import { counted } from '../../../verdict/index.ts';
import type { Comparison, JobOfNight, Night, Regression } from '../types.ts';
import { type NightTable, nightTable } from './table.ts';

/** A night, with the texts that its views show. */
export interface NightView {
  title: string;
  /** The result in one sentence. */
  headline: string;
  table: NightTable;
  /** One line for each regression, those of required jobs first. */
  regressions: string[];
  /** One line for everything that could not be determined or compared, or was tested only in part. */
  inconclusive: { title: string; lines: string[] };
  sinceLastNight: ComparedView[];
  betweenReleases: ComparedView[];
}

export interface ComparedView {
  /** One line: what was compared, and how much of it changed. */
  head: string;
  /** A line for each change. */
  lines: string[];
}

/** The maximum number of lines of one kind (the rest are counted), and the maximum length of a line. */
const MOST = 50;
const LONGEST = 400;

/** Returns the view of a night and its comparison. */
export function nightView(night: Night, comparison: Comparison): NightView {
  const { jobs, startedAt } = night;
  const { regressions, inconclusive } = comparison.summary;
  const missing = new Set(jobs.filter((job) => job.missing !== undefined).map(({ istio }) => istio));
  return {
    title: `Night of ${startedAt.slice(0, 10)}`,
    headline: headlineOf(jobs, comparison),
    table: nightTable(night, comparison),
    regressions: atMost(
      regressions.toSorted((a, b) => Number(b.required) - Number(a.required)).map(regressionLine),
      MOST,
    ),
    inconclusive: {
      title: inconclusive.length > 0 ? 'Inconclusive' : 'Not tested or compared',
      lines: atMost(
        [
          ...inconclusive.filter(({ istio }) => !missing.has(istio)).map(({ istio, why }) => said(`${istio}: ${why}`)),
          ...comparison.alone.map(said),
          ...partialLines(jobs),
        ],
        MOST,
      ),
    },
    sinceLastNight: comparedViews(comparison.nights.map(({ istio, diff }) => [istio, diff])),
    betweenReleases: comparedViews(comparison.releases.map(({ from, to, diff }) => [`${from} → ${to}`, diff])),
  };
}

/** Returns lines with the releases that were tested only in part, grouped by reason. */
function partialLines(jobs: JobOfNight[]): string[] {
  const partial = jobs.filter(({ results }) => (results?.summary.partial ?? []).length > 0);
  const alike = Map.groupBy(partial, ({ results }) => (results?.summary.partial ?? []).join('; '));
  return [...alike].map(([why, own]) => said(`${areWords(own)} partial: ${why}`));
}

/** Returns releases as the subject of a sentence, such as `1.31, 1.30 are`. */
function areWords(jobs: JobOfNight[]): string {
  return `${listed(jobs.map(({ istio }) => istio))} ${jobs.length === 1 ? 'is' : 'are'}`;
}

function headlineOf(all: JobOfNight[], { summary: { exitCode, regressions, inconclusive } }: Comparison): string {
  if (exitCode === 0) return goodWords(all.filter((job) => job.required));
  if (exitCode === 3)
    return `No required release fails, but not everything could be determined: ${listed(inconclusive.map(({ istio }) => istio))}.`;
  const required = regressions.filter((regression) => regression.required);
  const jobs = new Set(required.flatMap((regression) => regression.jobs));
  return `${counted(required.length, 'regression')} in required releases: ${listed([...jobs])}.`;
}

/** Does not claim that a release passes what was not tested. */
function goodWords(required: JobOfNight[]): string {
  if (required.length === 0) return 'None of these releases is required: they are informational.';
  const partial = required.some(({ results }) => (results?.summary.partial ?? []).length > 0);
  return partial ? 'Required releases pass everything that was tested.' : 'All required releases pass.';
}

function listed(names: string[]): string {
  return [...new Set(names)].join(', ');
}

function regressionLine({ jobs, place, why, required }: Regression): string {
  return said(`${jobs.join(' → ')}${required ? '' : ' (informational)'}: ${place}: ${why}`);
}

/** Most comparisons show no change; these share one line at the end. */
function comparedViews(all: [string, Diff][]): ComparedView[] {
  const same = all.filter(([, diff]) => isSame(diff)).map(([what]) => what);
  return [
    ...all.filter(([, diff]) => !isSame(diff)).map(([what, diff]) => comparedView(what, diff)),
    ...(same.length === 0 ? [] : [{ head: `nothing changed: ${same.join(', ')}`, lines: [] }]),
  ];
}

/** Returns whether everything in two runs could be compared and nothing differs. */
export function isSame({ changes, notComparable, only }: Diff): boolean {
  return changes.length + notComparable.length + only.a.length + only.b.length === 0;
}

function comparedView(what: string, { compared, changes, notComparable, only, summary }: Diff): ComparedView {
  const apart = only.a.length + only.b.length;
  const counts = [
    `${compared} compared`,
    changes.length === 0 ? 'nothing changed' : `${changes.length} changed`,
    ...(summary.explained > 0 ? [`${summary.explained} explained`] : []),
    ...(summary.unexplained > 0 ? [`${summary.unexplained} unexplained`] : []),
    ...(notComparable.length > 0 ? [`${notComparable.length} not comparable`] : []),
    ...(apart > 0 ? [`${apart} in one run only`] : []),
  ];
  return { head: `${what}: ${counts.join(', ')}`, lines: atMost(changes.map(changeLine), MOST) };
}

function changeLine(change: Change): string {
  const { a, b, explained, why } = change;
  return said(
    `${explained ? '' : 'unexplained: '}${placeWords(change)}: ${observedText(a)} → ${observedText(b)}: ${why}`,
  );
}

function observedText({ verdict, seen }: Observed): string {
  return [marks[verdict], seen.map(short).join(' | ') || verdict].join(' ');
}

function said(text: string): string {
  return line(visible(text), LONGEST);
}
