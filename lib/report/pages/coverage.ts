import { holds, parseRelease, type RuleId, rules } from '../../model/index.ts';
import type { Results, StepResult } from '../../results/index.ts';
import type { Verdict } from '../../verdict/index.ts';

/** A step in which rules decide, as a suite says. */
export interface WitnessStep {
  suite: string;
  /** The step's title. */
  step: string;
  rules: readonly RuleId[];
}

/** Rules that no live mesh can be asked, and why. */
export type NotReachable = Partial<Record<RuleId, string>>;

const marks: Record<Verdict | 'tested' | 'not-reachable' | 'other', string> = {
  pass: 'seen',
  fail: '**fails**',
  inconclusive: '?',
  tested: 'tested',
  'not-reachable': '–',
  other: '',
};

/**
 * Returns a table in Markdown: which rules of the model a live mesh of each release was seen to follow.
 * @param steps in which rules decide
 */
export function coverageMarkdown(steps: WitnessStep[], notReachable: NotReachable, all: Results[]): string {
  const byRelease = Map.groupBy(all, ({ istio }) => istio.release);
  const releases = [...byRelease.keys()].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  const rows = (Object.keys(rules) as RuleId[]).map((rule) => {
    const cells = releases.map((release) => marks[stateOf(rule, release, steps, notReachable, byRelease)]);
    return `| \`${rule}\` | ${[...cells, notReachable[rule] ?? ''].join(' | ')} |`;
  });
  return [
    '# What live meshes were seen to do of the rules',
    '*seen*: a witness of the rule, in which it decides, passed on a mesh of that release. *tested*: the rule is held to unit tests alone. –: no live mesh can be asked. Empty: the release does not have the rule. *?*: the witness was inconclusive.',
    [`| rule | ${[...releases, ''].join(' | ')} |`, `|---|${'---|'.repeat(releases.length + 1)}`, ...rows].join('\n'),
    releases.map((release) => `${release}: ${countWords(release, steps, notReachable, byRelease)}`).join('; '),
  ].join('\n\n');
}

function countWords(
  release: string,
  steps: WitnessStep[],
  notReachable: NotReachable,
  byRelease: ReadonlyMap<string, Results[]>,
): string {
  const there = (Object.keys(rules) as RuleId[]).filter((rule) => holds(rule, parseRelease(release)));
  const seen = there.filter((rule) => stateOf(rule, release, steps, notReachable, byRelease) === 'pass');
  return `${seen.length} of ${there.length} rules seen`;
}

function stateOf(
  rule: RuleId,
  release: string,
  steps: WitnessStep[],
  notReachable: NotReachable,
  byRelease: ReadonlyMap<string, Results[]>,
): keyof typeof marks {
  if (!holds(rule, parseRelease(release))) return 'other';
  const verdicts = (byRelease.get(release) ?? [])
    .flatMap((results) =>
      asked(
        results,
        steps.filter((step) => step.rules.includes(rule)),
      ),
    )
    .map((step) => verdictOf(step, rule));
  const found = (['fail', 'pass', 'inconclusive'] as const).find((verdict) => verdicts.includes(verdict));
  return found ?? (notReachable[rule] === undefined ? 'tested' : 'not-reachable');
}

function asked({ suites }: Results, steps: WitnessStep[]): StepResult[] {
  return suites.flatMap((suite) =>
    suite.steps.filter(({ title }) => steps.some((one) => one.suite === suite.name && one.step === title)),
  );
}

/** A step is a witness of a rule only where the rule is among the reasons for what was expected. */
function verdictOf(step: StepResult, rule: RuleId): Verdict | undefined {
  const all =
    step.kind === 'ask'
      ? step.cells.map(({ verdict, expectation }) => ({ verdict, reasons: expectation.reasons }))
      : (step.rows ?? []);
  const own = all.filter(({ reasons }) => reasons.some((reason) => reason.rule === rule));
  return (['fail', 'inconclusive', 'pass'] as const).find((verdict) => own.some((one) => one.verdict === verdict));
}
