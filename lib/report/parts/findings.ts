import { type Cause, pairWords } from '../../results/index.ts';
import { counted, type Verdict } from '../../verdict/index.ts';
import { type Case, placeOf, wrongFirst } from './cases.ts';
import { line } from './visible.ts';

/** Cases that did not pass and belong together: they have the same likely causes, or are wrong in the same way. */
export interface Finding {
  verdict: Exclude<Verdict, 'pass'>;
  /** Each of them may be the one that explains all of the cases; empty if none is known. */
  causes: Cause[];
  /** In the order of the run; never empty. */
  cases: Case[];
}

/** Maximum length of a cause or reason in a title. */
const TITLE = 200;

/**
 * Returns what did not pass, causes before symptoms: cases that a likely cause explains are one finding, however many
 * they are. First failures, then inconclusive ones; of each, first those with a known cause.
 */
export function findingsOf(cases: Case[]): Finding[] {
  return [...Map.groupBy(wrongFirst(cases), ({ verdict }) => verdict)].flatMap(([verdict, wrong]) => {
    const { findings, unexplained } = explained(verdict as Finding['verdict'], wrong);
    return [...findings, ...unexplainedTogether(unexplained)];
  });
}

/** Takes the cause that explains most cases, with all others that explain the same, until none is left. */
function explained(verdict: Finding['verdict'], wrong: Case[]): { findings: Finding[]; unexplained: Case[] } {
  const findings: Finding[] = [];
  let left = wrong;
  for (;;) {
    const byCause = Map.groupBy(
      left.flatMap((one) => one.causes.map((cause) => ({ one, cause, key: JSON.stringify(cause) }))),
      ({ key }) => key,
    );
    const [most] = [...byCause.values()].toSorted((a, b) => b.length - a.length);
    if (most === undefined) return { findings, unexplained: left };
    const cases = most.map(({ one }) => one);
    const same = [...byCause.values()].filter((own) => own.length === cases.length && own.every(isOf(cases)));
    findings.push({ verdict, causes: same.flatMap(([first]) => first?.cause ?? []), cases });
    left = left.filter((one) => !cases.includes(one));
  }
}

function isOf(cases: Case[]): (found: { one: Case }) => boolean {
  return ({ one }) => cases.includes(one);
}

/**
 * Groups cases without a known cause. Inconclusive ones belong together if the reason is the same. Failures do if a
 * server gives any client the same wrong result in several steps, else if they are in the same step. A check stays alone.
 */
function unexplainedTogether(cases: Case[]): Finding[] {
  const sameWay = Map.groupBy(cases, wayOf);
  const spread = new Set([...sameWay.values()].filter((own) => new Set(own.map(stepOf)).size > 1).flat());
  const groups = Map.groupBy(cases, (one) => {
    return one.verdict === 'inconclusive' || spread.has(one) ? wayOf(one) : stepOf(one);
  });
  return [...groups.values()].map((own) => ({
    verdict: (own[0] as Case).verdict as Finding['verdict'],
    causes: [],
    cases: own,
  }));
}

function wayOf(one: Case): unknown {
  if (one.cell === undefined) return one;
  return JSON.stringify(one.verdict === 'fail' ? [one.cell.server, one.short] : [one.why]);
}

function stepOf(one: Case): unknown {
  return one.cell === undefined ? one : JSON.stringify({ suite: one.suite, step: one.step });
}

/** Returns what a cause names: its objects, or its sentence if it names none. */
export function causeName({ objects, text }: Cause): string {
  return objects.length > 0 ? objects.join(', ') : line(text, TITLE);
}

/** Returns a finding in one line, such as `36 pairs failed, 1 likely cause: EnvoyFilter istio-system/flaky`. */
export function findingTitle({ verdict, causes, cases }: Finding): string {
  const [first] = cases as [Case, ...Case[]];
  const what = `${pairsWords(cases)} ${verdict === 'fail' ? 'failed' : areInconclusive(cases)}`;
  if (causes.length > 0) return `${what}, ${causeWords(causes)}`;
  const reason = line(verdict === 'fail' ? first.short : first.why, TITLE);
  if (cases.length === 1) return `${placeOf(first)}: ${reason}`;
  if (verdict === 'inconclusive') return `${what}: ${reason}`;
  const [step, ...others] = new Set(cases.map((one) => placeOf({ suite: one.suite, step: one.step })));
  const where = others.length === 0 ? `in ${step}` : `alike, ${first.cell?.server}: ${reason}`;
  return `${what} ${where}; no likely cause is known`;
}

function pairsWords(cases: Case[]): string {
  const pairs = cases.filter(({ cell }) => cell !== undefined).length;
  const checks = cases.length - pairs;
  return [...(pairs === 0 ? [] : [counted(pairs, 'pair')]), ...(checks === 0 ? [] : [counted(checks, 'check')])].join(
    ' and ',
  );
}

function areInconclusive(cases: Case[]): string {
  const are = cases.length === 1 ? 'is' : 'are';
  if (cases.every(({ cell }) => cell?.seen.length === 0))
    return cases.length === 1 ? 'was not tested' : 'were not tested';
  return `${are} inconclusive`;
}

function causeWords(causes: Cause[]): string {
  const names = causes.map(causeName).join('; ');
  if (causes.every(({ effect }) => effect === 'doubt')) return `${counted(causes.length, 'reason')}: ${names}`;
  return `${counted(causes.length, 'likely cause')}: ${names}`;
}

/** Returns a sentence about the failures of the whole run, and one about what is inconclusive, where causes are known. */
export function causesSentences(findings: Finding[]): string[] {
  return (['fail', 'inconclusive'] as const).flatMap((verdict) => {
    const own = findings.filter((one) => one.verdict === verdict);
    const causes = own.flatMap((one) => one.causes);
    if (causes.length === 0) return [];
    const cases = own.flatMap((one) => one.cases);
    const open = own.filter((one) => one.causes.length === 0).flatMap((one) => one.cases).length;
    const what = `${pairsWords(cases)} ${verdict === 'fail' ? 'failed' : areInconclusive(cases)}, ${causeWords(causes)}`;
    return [open === 0 ? what : `${what}; none is known for ${open} of them`];
  });
}

/** Pairs of a finding that are wrong alike. */
export interface Symptom {
  /** Such as `503, not 200 mTLS`. */
  words: string;
  /** Each pair; if the finding is of several steps, with its step or their number: `sleep.full → httpbin.full (9 steps)`. */
  pairs: string[];
}

/** Returns what is wrong with the cells of a finding, most frequent first; nothing for checks. */
export function symptomsOf({ cases }: Finding): Symptom[] {
  const cells = cases.filter(({ cell }) => cell !== undefined);
  const isOneStep = new Set(cells.map(stepOf)).size === 1;
  const groups = Map.groupBy(cells, ({ cell }) => cell?.symptom ?? '');
  return [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([words, own]) => {
      const pairs = Map.groupBy(own, ({ cell }) => (cell === undefined ? '' : pairWords(cell)));
      return { words, pairs: [...pairs].map(([pair, all]) => (isOneStep ? pair : `${pair} (${stepsWords(all)})`)) };
    });
}

function stepsWords(cases: Case[]): string {
  const [{ suite, step }] = cases as [Case, ...Case[]];
  return cases.length === 1 ? `${suite} › ${step}` : `${cases.length} steps`;
}
