import { predict } from '../model/predict.ts';
import { atLeast, formatRelease, gateWords } from '../model/release.ts';
import type { Expectation, Reason, Release } from '../model/types.ts';
import { expectedWords } from '../probe/judge.ts';
import { named, pairWords } from '../results/place.ts';
import type { TrafficKey } from '../results/types.ts';
import { type Scenario, scenariosOf } from '../run/scenario.ts';
import type { Suite } from '../run/suite.ts';
import { topology } from '../run/topology.ts';
import { keyOf, questionOf } from '../run/traffic.ts';
import { titleOf } from './list.ts';
import { offlineRelease, offlineWorld } from './offline.ts';

interface ExplainedSuite {
  suite: Suite;
  steps: { step: Scenario; cells: (TrafficKey & Expectation)[] }[];
}

/**
 * Returns what is expected of each pair at each step, and why, for a person. Needs no cluster.
 * @param istio the release whose rules count; the newest where it is left out
 * @throws UsageError where that is no release
 */
export function explain(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const explained = explainedBy(suites, release);
  const reasons = explained.flatMap(({ steps }) => steps.flatMap(({ cells }) => cells.flatMap((cell) => cell.reasons)));
  return [
    `What the rules of Istio ${formatRelease(release)} say of each pair, and which rule says it.${beyond(release)}`,
    ...explained.map(({ suite, steps }) => [titleOf(suite), ...steps.map(stepText)].join('\n')),
    ['Where these rules are written', ...sources(reasons)].join('\n'),
  ].join('\n\n');
}

/** Returns the same for programs. */
export function explainJson(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const explained = explainedBy(suites, release).map(({ suite, steps }) => ({
    name: suite.name,
    steps: steps.map(({ step, cells }) => ({ title: step.title, cells })),
  }));
  return JSON.stringify({ release: formatRelease(release), suites: explained }, null, 2);
}

function explainedBy(suites: readonly Suite[], release: Release): ExplainedSuite[] {
  return suites
    .map((suite) => ({
      suite,
      steps: scenariosOf(suite).map((step) => ({ step, cells: cellsOf(suite, step, release) })),
    }))
    .filter(({ steps }) => steps.length > 0);
}

function cellsOf(suite: Suite, step: Scenario, release: Release): ExplainedSuite['steps'][number]['cells'] {
  const world = offlineWorld(topology(suite.topology), step, release);
  return step.traffic.map((traffic) => ({ ...keyOf(traffic), ...predict(world, questionOf(traffic, {})) }));
}

/** The model has no rules of its own for releases that are not yet, or no longer, in anybody's hands. */
function beyond(release: Release): string {
  const [asked, newest] = [release, offlineRelease()].map(formatRelease) as [string, string];
  if (asked !== newest && atLeast(release, newest)) return ` That is newer than ${newest}, whose rules these are.`;
  if (!atLeast(release, OLDEST)) return ` That is older than ${OLDEST}, whose rules these are.`;
  return '';
}

const OLDEST = '1.4';

function stepText({ step, cells }: ExplainedSuite['steps'][number]): string {
  const lines = named(cells).flatMap(({ client, server, outcomes, reasons }) => [
    `    ${pairWords({ client, server })}: ${expectedWords(outcomes)}`,
    ...reasons.map(({ text, rule }) => `      ${text} [${rule}]`),
  ]);
  return [`  ${step.title}`, ...lines].join('\n');
}

function sources(reasons: Reason[]): string[] {
  const byRule = new Map(reasons.map((reason) => [reason.rule, reason]));
  return [...byRule.values()]
    .sort((a, b) => a.rule.localeCompare(b.rule))
    .map((reason) => [`  ${reason.rule}: ${reason.source}`, ...[gateWords(reason)].filter(Boolean)].join(', '));
}
