import { Command } from '@commander-js/extra-typings';
import {
  atLeast,
  type Expectation,
  formatRelease,
  gateWords,
  predict,
  type Reason,
  type Release,
} from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { named, pairWords, type TrafficKey } from '../results/index.ts';
import {
  keyOf,
  onRelease,
  questionOf,
  type Scenario,
  type Suite,
  scenariosOf,
  topologyOfSuite,
} from '../scenario/index.ts';
import { expectedWords } from '../verdict/index.ts';
import { titleOf } from './list.ts';
import { offlineRelease, offlineWorld } from './options/offline.ts';
import { cellOption, type Declare, jsonOption, releaseOption, suiteOption, suitesOption } from './options/options.ts';
import { select } from './options/select.ts';

/** `automtls explain`: prints what the model predicts. */
export const explain: Declare = (context) =>
  new Command('explain')
    .description('Say what is expected of each pair, and by which rules. Needs no cluster.')
    .addOption(suiteOption('only these suites (default: those of the task)'))
    .addOption(suitesOption(context))
    .addOption(cellOption())
    .addOption(releaseOption())
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  automtls explain --suite strict
  automtls explain --suite disable --cell sleep.full:httpbin.full --istio 1.11`,
    )
    .action(async ({ istio, print, ...asked }) => {
      const { suites: chosen } = await select(context, asked);
      context.console.print(print === 'json' ? explainJson(chosen, istio) : explainSuites(chosen, istio));
    });

interface ExplainedSuite {
  suite: Suite;
  steps: { step: Scenario; cells: (TrafficKey & Expectation)[] }[];
}

/**
 * Returns what is expected of each pair at each step, and why, as text. Needs no cluster.
 * @param istio the release whose rules apply; the newest by default
 * @throws UsageError if that is not a release
 */
export function explainSuites(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const explained = explainedBy(suites, release);
  const reasons = explained.flatMap(({ steps }) => steps.flatMap(({ cells }) => cells.flatMap((cell) => cell.reasons)));
  return [
    `What the rules of Istio ${formatRelease(release)} predict for each pair, and which rule says so.${beyond(release)}`,
    ...explained.map(({ suite, steps }) => [titleOf(suite), ...steps.map(stepText)].join('\n')),
    ['Sources of these rules', ...sources(reasons)].join('\n'),
  ].join('\n\n');
}

/** Returns the same as JSON. */
export function explainJson(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const explained = explainedBy(suites, release).map(({ suite, steps }) => ({
    name: suite.name,
    steps: steps.map(({ step, cells }) => ({ title: step.title, cells })),
  }));
  return JSON.stringify({ release: formatRelease(release), suites: explained }, null, 2);
}

/** @throws UsageError if no step asks a pair on that release */
function explainedBy(suites: readonly Suite[], release: Release): ExplainedSuite[] {
  const explained = suites
    .map((suite) => onRelease(suite, release))
    .map((suite) => ({
      suite,
      steps: scenariosOf(suite).map((step) => ({ step, cells: cellsOf(suite, step, release) })),
    }))
    .filter(({ steps }) => steps.length > 0);
  if (explained.length > 0) return explained;
  const names = suites.map(({ name }) => name).join(', ');
  throw new UsageError(
    `No step of ${names} asks a pair on Istio ${formatRelease(release)}, so there is nothing to explain: npx automtls list shows what each suite does, and from which release on.`,
  );
}

function cellsOf(suite: Suite, step: Scenario, release: Release): ExplainedSuite['steps'][number]['cells'] {
  const world = offlineWorld(topologyOfSuite(suite), step, release);
  return step.traffic.map((traffic) => ({ ...keyOf(traffic), ...predict(world, questionOf(traffic, {})) }));
}

/** Says so if the release is outside of those that are known. */
function beyond(release: Release): string {
  const [asked, newest] = [release, offlineRelease()].map(formatRelease) as [string, string];
  if (asked !== newest && atLeast(release, newest))
    return ` The newest known release is ${newest}: rules that Istio has changed since then may be missing.`;
  if (!atLeast(release, OLDEST)) return ` These are the rules of ${OLDEST}, the oldest release that the model knows.`;
  return '';
}

const OLDEST = '1.4';

function stepText({ step, cells }: ExplainedSuite['steps'][number]): string {
  const lines = named(cells).flatMap(({ client, server, outcomes, reasons, notJudged = [] }) => [
    `    ${pairWords({ client, server })}: ${expectedWords(outcomes)}`,
    ...notJudged.map((text) => `      not judged: ${text}`),
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
