import { marks } from '../../../report/index.ts';
import {
  keyOf,
  type Place,
  type Results,
  type StepResult,
  type SuiteResult,
  verdictsOf,
} from '../../../results/index.ts';
import type { Verdict } from '../../../verdict/index.ts';
import type { Comparison, JobOfNight, Night } from '../types.ts';

/** The table of a night: a row for each release, a column for each step of all suites. */
export interface NightTable {
  /** The suites in their order, with the titles of their steps. */
  suites: { name: string; steps: string[] }[];
  /** Newest release first. */
  rows: ReleaseRow[];
}

export interface ReleaseRow {
  istio: string;
  /** The installed version, such as 1.24.2. */
  version: string;
  required: boolean;
  /** Its version of Envoy, if the notes of its results contain it. */
  envoy?: string;
  /** Absent if there are no results. */
  tookMs?: number;
  verdict: ReleaseResult;
  /** Why there are no results. */
  missing?: string;
  /** Indexed by the suite's position in `suites`, then by the step's position in the suite. */
  cells: StepEntry[][];
}

/** The result of a release, for all steps or for one. */
export interface ReleaseResult {
  state: Verdict | 'missing' | 'unasked';
  words: string;
}

export interface StepEntry extends ReleaseResult {
  /** Set if the step differs from the next older release: whether rules explain all of the differences. */
  change?: 'explained' | 'unexplained';
}

/** Marks that need no colour, also for entries without a verdict. */
export const entryMarks: Record<ReleaseResult['state'], string> = { ...marks, missing: '–', unasked: '·' };
export const changeMarks: Record<NonNullable<StepEntry['change']>, string> = { explained: 'Δ', unexplained: '!' };

/** The legend: each mark and its meaning. */
export const keyWords: [string, string][] = [
  [marks.pass, 'passed'],
  [marks.fail, 'failed'],
  [marks.inconclusive, 'inconclusive'],
  [entryMarks.missing, 'missing'],
  [entryMarks.unasked, 'not run'],
  [changeMarks.explained, 'differs from the next older release, and a rule explains it'],
  [changeMarks.unexplained, 'differs from it, and no rule explains it'],
];

/** Returns the words of an entry, after the mark of its verdict if it has one. */
export function entryWords({ state, words }: ReleaseResult): string {
  return state === 'missing' || state === 'unasked' ? words : `${marks[state]} ${words}`;
}

/** Returns the table of a night, with marks where a release differs from the next older one. */
export function nightTable({ jobs }: Night, { releases }: Pick<Comparison, 'releases'>): NightTable {
  const steps = stepsOf(jobs);
  const suites = [...Map.groupBy(steps, ({ suite }) => suite)];
  const changes = new Map(releases.map(({ to, diff }) => [to, changedSteps(diff.changes)]));
  const rows = jobs.map((job): ReleaseRow => {
    const { istio, required, missing, results } = job;
    const facts = results === undefined ? {} : factsOf(results);
    const cells = suites.map(([, own]) =>
      own.map((step): StepEntry => {
        const change = changes.get(istio)?.get(keyOf(step));
        return { ...stepOf(job, step), ...(change !== undefined && { change }) };
      }),
    );
    const row = { istio, version: job.version, required, ...facts, verdict: verdictOf(job), cells };
    return missing === undefined ? row : { ...row, missing };
  });
  return { suites: suites.map(([name, own]) => ({ name, steps: own.map(({ step }) => step) })), rows };
}

/** Returns a release for display: its version if that starts with its name, otherwise both. */
export function releaseWords({ istio, version }: { istio: string; version: string }): string {
  return version.startsWith(istio) ? version : `${istio} (${version})`;
}

function changedSteps(changes: (Place & { explained: boolean })[]): Map<string, 'explained' | 'unexplained'> {
  const steps = Map.groupBy(changes, ({ suite, step }) => keyOf({ suite, step }));
  return new Map(
    [...steps].map(([key, own]) => [key, own.every(({ explained }) => explained) ? 'explained' : 'unexplained']),
  );
}

function factsOf({ istio, phases }: Results): Pick<ReleaseRow, 'envoy' | 'tookMs'> {
  const envoy = istio.notes.map((note) => /\bEnvoy\b[^.]*?(\d+\.\d+\.\d+)/.exec(note)?.[1]).find(Boolean);
  const tookMs = phases.find(({ name }) => name === 'total')?.ms;
  return { ...(envoy !== undefined && { envoy }), ...(tookMs !== undefined && { tookMs }) };
}

function verdictOf({ results }: JobOfNight): ReleaseResult {
  if (results === undefined) return { state: 'missing', words: 'missing' };
  const { verdict, passed, failed, inconclusive } = results.summary;
  const all = passed + failed + inconclusive;
  if (verdict === 'interrupted') return { state: 'inconclusive', words: `interrupted after ${all}` };
  if (verdict === 'pass') return { state: 'pass', words: `pass ${passed}` };
  const count = verdict === 'fail' ? failed : inconclusive;
  return { state: verdict, words: count === 0 ? verdict : `${verdict} ${count} of ${all}` };
}

/** Returns every step of any job, in order of first appearance. */
function stepsOf(jobs: JobOfNight[]): Place[] {
  const steps = jobs.flatMap(({ results }) =>
    (results?.suites ?? []).flatMap(({ name, skipped, steps }) =>
      skipped === undefined ? steps.map(({ title }) => ({ suite: name, step: title })) : [],
    ),
  );
  return [...new Map(steps.map((step) => [keyOf(step), step])).values()];
}

function stepOf({ results }: JobOfNight, { suite, step }: Place): ReleaseResult {
  if (results === undefined) return { state: 'missing', words: 'missing' };
  const inSuite = results.suites.filter(({ name }) => name === suite);
  const found = inSuite.flatMap(({ steps }) => steps.filter(({ title }) => title === step));
  return found.length === 0 ? { state: 'unasked', words: whyNot(inSuite) } : entryOf(found);
}

function whyNot(inSuite: SuiteResult[]): string {
  return inSuite.some(({ skipped }) => skipped !== undefined) ? 'skipped' : 'not run';
}

function entryOf(steps: StepResult[]): ReleaseResult {
  const verdicts = verdictsOf(steps);
  const state = (['fail', 'inconclusive'] as const).find((one) => verdicts.includes(one)) ?? 'pass';
  const count = verdicts.filter((verdict) => verdict === state).length;
  const all = verdicts.length;
  return { state, words: all === 1 ? state : `${state} ${state === 'pass' ? all : `${count} of ${all}`}` };
}
