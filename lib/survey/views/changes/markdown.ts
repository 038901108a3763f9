import { fitting, folded, inline, visible } from '../../../report/index.ts';
import { type Comparison, type How, hows, type PairChange } from '../../changes/compare.ts';
import type { Plan } from '../../changes/plan.ts';
import type { Upgrade } from '../../changes/upgrade.ts';
import type { RequiredWords } from '../required.ts';
import { some } from '../table.ts';
import {
  comingAndGoing,
  deltaWords,
  doWords,
  endsWords,
  howCounts,
  howWords,
  numberedCauses,
  orderWords,
  planTitle,
  requiredAfterwards,
  upgradeTitle,
  verdictWords,
} from './words.ts';

/** The size of each part in bytes, so that a page stays below GitHub's 1 MiB. */
const ROOM = 60_000;

/** Returns a plan as GitHub's Markdown. No text of a mesh can add markup. */
export function planMarkdown(plan: Plan): string {
  const { comparison, deltas, order } = plan;
  const words = orderWords(order);
  const steps = (words?.steps ?? []).map((step, at) => `${at + 1}. ${inline(step)}`);
  return page([
    `## ${inline(verdictWords(comparison))}`,
    inline(planTitle(plan)),
    requiredList(requiredAfterwards(plan)),
    countsTable(plan),
    ...hows.map((how) => changesTable(how, comparison, (pair) => (plan.causes.get(pair) ?? []).map(deltaWords))),
    words === undefined ? '' : [inline(words.heading), '', ...steps].join('\n'),
    deltas.length === 0 ? '' : folded('What is applied', listOf(deltas.map(doWords))),
    listOf([...plan.notes, ...comingAndGoing(comparison)]),
  ]);
}

/** Returns what an upgrade changes as GitHub's Markdown. No text of a mesh can add markup. */
export function upgradeMarkdown(upgrade: Upgrade): string {
  const { comparison } = upgrade;
  const { texts, refer } = numberedCauses(upgrade);
  const rules = texts.map((text, at) => `(${at + 1}) ${text}`);
  return page([
    `## ${inline(verdictWords(comparison))}`,
    inline(upgradeTitle(upgrade)),
    countsTable(upgrade),
    ...hows.map((how) => changesTable(how, comparison, (pair) => [refer(pair)])),
    rulesList(rules),
    listOf([...upgrade.notes, ...comingAndGoing(comparison)]),
  ]);
}

function rulesList(rules: readonly string[]): string {
  if (rules.length === 0) return '';
  const { fit, left } = fitting([...rules], ROOM, (rule) => rule);
  const more = left.length === 0 ? [] : [`and ${left.length} more; --print json has all`];
  return ['### Rules that hold in only one of the releases', '', listOf([...fit, ...more])].join('\n');
}

function requiredList(words: RequiredWords | undefined): string {
  if (words === undefined) return '';
  const { sentence, pairs, rest } = words;
  const names = pairs.map(({ name, result }) => `${name}: ${result}`);
  const more = rest > 0 ? [`and ${rest.toLocaleString('en')} more; --print json has all`] : [];
  return [inline(sentence), ...(names.length > 0 ? ['', listOf([...names, ...more])] : [])].join('\n');
}

function page(parts: string[]): string {
  return visible(`${parts.filter((part) => part !== '').join('\n\n')}\n`);
}

function listOf(items: readonly string[]): string {
  return items.map((item) => `- ${inline(item)}`).join('\n');
}

function countsTable({ comparison }: Pick<Plan, 'comparison'>): string {
  const rows = howCounts(comparison).map(
    ({ how, count }) => `| ${howWords[how].name} | ${count.toLocaleString('en')} |`,
  );
  return rows.length === 0 ? '' : ['| pairs that | |', '| --- | ---: |', ...rows].join('\n');
}

function changesTable(how: How, comparison: Comparison, because: (pair: PairChange) => readonly string[]): string {
  const rows = comparison.pairs.filter((one) => one.how === how);
  if (rows.length === 0) return '';
  const lines = rows.map((row) => {
    const cells = [...endsWords(row, comparison), `${row.before} → ${row.after}`, some(because(row), 4)];
    return `| ${cells.map(inline).join(' | ')} |`;
  });
  const { fit, left } = fitting(lines, ROOM, (line) => line);
  const more = left.length === 0 ? [] : ['', `${left.length} more rows do not fit here; \`--print json\` has all.`];
  const { name, means } = howWords[how];
  return [
    `### Pairs that ${name}: ${means}`,
    '',
    '| from | to | now → then | since |',
    '| --- | --- | --- | --- |',
    ...fit,
    ...more,
  ].join('\n');
}
