import { create } from 'xmlbuilder2';
import type { Reason } from '../../model/index.ts';
import { isUnbegun, pairWords, type Results, type SuiteResult } from '../../results/index.ts';
import { asShown } from '../parts/as-shown.ts';
import { type Case, casesOf, suiteCases } from '../parts/cases.ts';
import { failureText } from '../parts/failure.ts';
import { causeName, causesSentences, findingsOf } from '../parts/findings.ts';
import { runErrorsOf } from '../parts/run-errors.ts';
import { allVisible } from '../parts/visible.ts';

type Attributes = Record<string, string | number>;

/** A test suite of JUnit. */
interface TestSuite {
  name: string;
  cases: TestCase[];
  /** Its duration in milliseconds. */
  ms: number;
}

interface TestCase {
  attributes: Attributes;
  /** Absent if it passed. */
  outcome?: { element: 'failure' | 'error' | 'skipped'; attributes: Attributes; text?: string };
}

/**
 * Returns results as JUnit XML, with a test case for each cell and each check. A failed one is a failure, an
 * inconclusive one an error. Run errors are an error in a suite of their own.
 */
export function junitReport(found: Results): string {
  const results = asShown(allVisible(found));
  const suites = [
    ...results.suites.flatMap((suite, nth) => (isUnbegun(suite) ? [] : [suiteOf(suite, nth)])),
    ...wholeRun(results),
  ];
  const sum = (count: (suite: TestSuite) => number): number => suites.reduce((total, suite) => total + count(suite), 0);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'automtls',
    ...totalsOf(suites.flatMap(({ cases }) => cases)),
    time: seconds(sum(({ ms }) => ms)),
  });
  const properties = propertiesOf(results);
  for (const { name, cases, ms } of suites) {
    // Without a time zone: Ant's schema does not allow one, and viewers show the time as it is.
    const timestamp = results.run.startedAt.slice(0, 19);
    const suite = root.ele('testsuite', safe({ name, ...totalsOf(cases), time: seconds(ms), timestamp }));
    const list = suite.ele('properties');
    for (const [name, value] of properties) list.ele('property', safe({ name, value }));
    for (const { attributes, outcome } of cases) {
      const element = suite.ele('testcase', safe(attributes));
      if (outcome === undefined) continue;
      const child = element.ele(outcome.element, safe(outcome.attributes));
      if (outcome.text !== undefined) child.txt(escaped(outcome.text));
    }
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function suiteOf(suite: SuiteResult, nth: number): TestSuite {
  const { name, steps } = suite;
  return {
    name,
    ms: steps.reduce((sum, { ms }) => sum + ms, 0),
    cases: [...skipOf(suite), ...suiteCases(suite, nth).map(caseOf)],
  };
}

function skipOf({ name, title, skipped }: SuiteResult): TestCase[] {
  if (skipped === undefined) return [];
  const outcome = { element: 'skipped' as const, attributes: { message: skipped } };
  return [{ attributes: { classname: name, name: title, time: seconds(0) }, outcome }];
}

function caseOf(one: Case): TestCase {
  const { suite, step, cell, ms, verdict } = one;
  const place =
    cell === undefined ? { classname: suite, name: step } : { classname: `${suite}.${step}`, name: pairWords(cell) };
  const attributes = { ...place, time: seconds(ms) };
  if (verdict === 'pass') return { attributes };
  const element = verdict === 'fail' ? 'failure' : 'error';
  return {
    attributes,
    outcome: { element, attributes: { message: messageOf(one), type: verdict }, text: failureText(one, { cite }) },
  };
}

/** Viewers list messages alone, so the likely causes come first. */
function messageOf({ why, causes }: Case): string {
  const likely = causes.filter(({ effect }) => effect === 'cause').map(causeName);
  return likely.length === 0 ? why : `likely cause: ${likely.join('; ')}; ${why}`;
}

function cite({ rule, source }: Reason): string {
  return `${rule}, ${source}`;
}

function wholeRun(results: Results): TestSuite[] {
  const [first, ...more] = runErrorsOf(results);
  if (first === undefined) return [];
  const text = [first, ...more].map(({ kind, text }) => `${kind}: ${text}`).join('\n');
  const attributes = { message: first.text, type: first.kind };
  return [
    {
      name: 'run',
      ms: 0,
      cases: [
        {
          attributes: { classname: 'run', name: 'the whole run', time: seconds(0) },
          outcome: { element: 'error', attributes, text },
        },
      ],
    },
  ];
}

function propertiesOf(results: Results): [string, string][] {
  const { automtls, run, istio, cluster, summary } = results;
  return [
    ['run', run.id],
    ['automtls', automtls.version],
    ['verdict', summary.verdict],
    ['istio.version', istio.version],
    ['istio.release', istio.release],
    ['cluster', `${cluster.provider} ${cluster.name}`],
    ['kubernetes', cluster.kubernetes],
    ...causesSentences(findingsOf(casesOf(results))).map((sentence): [string, string] => ['cause', sentence]),
    ...istio.notes.map((note): [string, string] => ['note', note]),
    ...summary.partial.map((reason): [string, string] => ['partial', reason]),
  ];
}

function totalsOf(cases: TestCase[]): Attributes {
  const count = (element: string): number => cases.filter(({ outcome }) => outcome?.element === element).length;
  return { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Puts attributes on one line, because a parser turns line feeds in them into spaces. */
function safe(attributes: Attributes): Attributes {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name,
    escaped(`${value}`.replaceAll(/\s+/g, ' ')),
  ]);
  return Object.fromEntries(entries);
}

/** Escapes ampersands: the library does not if one seems to start an entity, which may be unknown in XML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;');
}
