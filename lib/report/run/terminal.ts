import { createColors } from 'picocolors';
import { atMost } from '../../platform/texts.ts';
import type { Results, SuiteResult } from '../../results/index.ts';
import { asShown, suiteAsShown } from '../parts/as-shown.ts';
import { type Case, casesOf, placeOf } from '../parts/cases.ts';
import { certaintyWords } from '../parts/certainty.ts';
import { wrapped } from '../parts/columns.ts';
import { failureText, untestedText } from '../parts/failure.ts';
import { causeName, type Finding, findingsOf, findingTitle, symptomsOf } from '../parts/findings.ts';
import { countWithRunErrors, runErrorsOf } from '../parts/run-errors.ts';
import { allVisible, line } from '../parts/visible.ts';
import { marks, meshWords, phaseWords, totals } from '../parts/words.ts';
import { suiteText, tintOf } from './suite-text.ts';

/** The maximum number of findings that have an example with all its details. */
const EXAMPLES = 5;
/** The maximum number of findings that the end of the report lists, and of those that it explains there. */
const [NAMED, EXPLAINED] = [10, 3];
/** The maximum number of symptoms of a finding there, and of pairs of a symptom. */
const [SYMPTOMS, PAIRS] = [3, 3];
/** The maximum length of a cause, and of an answer. */
const LENGTH = 300;

/**
 * Returns the results of a run for a terminal: a matrix for each step as in the task, then what did not pass with its
 * likely causes, then the counts.
 * @param color whether the terminal shows colours
 * @param kept the path of the HTML report, if it is kept
 */
export function terminalReport(found: Results, color: boolean, kept?: string): string {
  const paint = createColors(color);
  const suites = asShown(allVisible(found)).suites.map((suite) => suiteText(suite, paint));
  return [...suites.filter((text) => text !== ''), terminalEnd(found, color, kept)].join('\n\n');
}

/**
 * Returns one suite of a run for a terminal, as soon as it has ended; empty if it was not started.
 * @param namespaces the run's namespaces, by their names in the topologies
 */
export function terminalSuite(suite: SuiteResult, namespaces: Record<string, string>, color: boolean): string {
  return suiteText(suiteAsShown(allVisible(suite), namespaces), createColors(color));
}

/**
 * Returns what comes after the suites: an example of each finding, what was tested, the findings with their likely
 * causes, and the counts. Some readers see only its last lines.
 */
export function terminalEnd(found: Results, color: boolean, kept?: string): string {
  const results = asShown(allVisible(found));
  const paint = createColors(color);
  const findings = findingsOf(casesOf(results));
  const folder = kept?.replace(/[^/]*$/, '');
  const { istio, summary } = results;
  const end = [
    paint.dim(meshWords(results)),
    ...istio.notes.map((note) => paint.dim(note)),
    paint.dim(phaseWords(results)),
    ...certaintyWords(results).flatMap((words) => wrapped(words, 0).map((one) => paint.dim(one))),
    ...(summary.partial.length === 0 ? [] : wrapped(`partial: ${summary.partial.join('; ')}`, 0)),
    ...runErrorsOf(results).map(({ kind, text }) => paint.red(`${kind}: ${text}`)),
    ...findings.slice(0, NAMED).flatMap((finding, at) => {
      return findingLines(finding, at < EXPLAINED).map(tintOf(finding.verdict, paint));
    }),
    ...(findings.length <= NAMED ? [] : [`and ${findings.length - NAMED} more`]),
    ...(kept === undefined ? [] : [`report: ${kept}`]),
    totals(countWithRunErrors(results)),
  ].join('\n');
  const examples = findings.slice(0, EXAMPLES).map((finding) => paint.red(exampleText(finding, folder)));
  return [...examples, end].join('\n\n');
}

/** Returns the details of the first case of a finding, or where all were that were not tested. */
function exampleText({ cases }: Finding, folder: string | undefined): string {
  const [first, ...others] = cases as [Case, ...Case[]];
  if (others.length > 0 && cases.every(({ cell }) => cell?.seen.length === 0)) return untestedText(cases);
  return failureText(first, { folder, alike: others.length });
}

function findingLines(finding: Finding, isExplained: boolean): string[] {
  const { causes, cases } = finding;
  const head = wrapped(`${marks[finding.verdict]} ${findingTitle(finding)}`, 0, { hang: 2 });
  if (!isExplained || (causes.length === 0 && cases.length === 1)) return head;
  const texts = causes.flatMap((cause) => (causeName(cause) === cause.text ? [] : [line(cause.text, LENGTH)]));
  const symptoms = symptomsOf(finding);
  const told = symptoms.map(({ words, pairs }) => `${words}: ${atMost(pairs, PAIRS).join(', ')}`);
  const evidence = cases.find(({ cell }) => cell?.wrongAnswer !== undefined);
  return [
    ...head,
    ...[...texts, ...atMost(told, SYMPTOMS)].flatMap((text) => wrapped(text, 4)),
    ...(evidence?.cell?.wrongAnswer === undefined
      ? []
      : wrapped(`first wrong answer, ${placeOf(evidence)}: ${line(evidence.cell.wrongAnswer, LENGTH)}`, 4)),
  ];
}
