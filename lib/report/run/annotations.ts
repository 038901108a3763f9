import { atMost } from '../../platform/texts.ts';
import type { Results } from '../../results/index.ts';
import { asShown } from '../parts/as-shown.ts';
import { type Case, casesOf, placeOf } from '../parts/cases.ts';
import { causeName, type Finding, findingsOf, findingTitle, symptomsOf } from '../parts/findings.ts';
import { runErrorsOf } from '../parts/run-errors.ts';
import { allVisible, line } from '../parts/visible.ts';
import { workflowCommand } from '../parts/workflow-command.ts';

/** GitHub shows ten annotations for each step of a job and silently drops the others. */
const LINES = 10;
/** The maximum number of cases that an annotation names. */
const NAMED = 10;
/** Maximum lengths. GitHub accepts titles of up to 255 characters and messages of up to 64 KiB. */
const LENGTH = { title: 200, line: 1_000 };

/** One annotation. */
interface Annotation {
  title: string;
  /** The lines of the message. */
  message: string[];
  /** How many cells and checks it covers. */
  count: number;
}

/**
 * Returns GitHub workflow commands that annotate a job with what is wrong, at most ten. One annotation covers
 * all that has the same likely cause, or is wrong in the same way. If the run is partial, there is also a notice.
 */
export function annotations(found: Results): string[] {
  const results = asShown(allVisible(found));
  const { partial } = results.summary;
  const notices = partial.length === 0 ? [] : [command('notice', { title: 'partial', message: named(partial) })];
  const errors = [...wholeRun(results), ...findingsOf(casesOf(results)).map(ofFinding)];
  return [...fewer(errors, LINES - notices.length).map((one) => command('error', one)), ...notices];
}

/** Returns at most `most` annotations; if there are more, the last one has the number of the others. */
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

function ofFinding(finding: Finding): Annotation {
  const { verdict, causes, cases } = finding;
  const [first] = cases as [Case, ...Case[]];
  if (cases.length === 1 && causes.length === 0) {
    return { title: titleOf(verdict, placeOf(first)), message: [first.why], count: 1 };
  }
  const texts = causes.flatMap((cause) => (causeName(cause) === cause.text ? [] : [cause.text]));
  const symptoms = symptomsOf(finding).map(({ words, pairs }) => `${words}: ${named(pairs).join(', ')}`);
  return {
    title: titleOf(verdict, findingTitle(finding)),
    message: named([...texts, ...symptoms]),
    count: cases.length,
  };
}

function titleOf(verdict: Case['verdict'], title: string): string {
  return verdict === 'inconclusive' ? `inconclusive: ${title}` : title;
}

function named(all: string[]): string[] {
  return atMost(all, NAMED);
}

function command(name: 'error' | 'notice', { title, message }: Pick<Annotation, 'title' | 'message'>): string {
  const data = message.map((one) => line(one, LENGTH.line)).join('\n');
  return workflowCommand(name, { title: line(title, LENGTH.title) }, data);
}
