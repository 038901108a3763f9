import { columns, oneLine, visible, wrapped } from '../../../report/index.ts';
import { type Comparison, type How, hows, type PairChange } from '../../changes/compare.ts';
import { exampleOf } from '../../changes/example.ts';
import type { Plan } from '../../changes/plan.ts';
import type { Upgrade } from '../../changes/upgrade.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import { requiredText } from '../required.ts';
import { listText, table, WIDTH } from '../table.ts';
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

/** The columns of the table: from, to, what it comes to before and afterwards. */
const widths = [26, 30, 40] as const;
/** How many objects are listed, and how many causes of a row. */
const OBJECTS = 20;
const CAUSES = 4;
/** How many rules are listed of an upgrade. */
const RULES = 50;
/** How many rows of one kind are shown. */
const ROWS = 100;

/** Returns a plan as text: whether something breaks, which pairs change and why, and in which order to apply it. */
export function planText(plan: Plan, { explain }: { explain: boolean }): string {
  const { comparison, deltas, order } = plan;
  const because = (pair: PairChange): string[] => (plan.causes.get(pair) ?? []).map(deltaWords);
  const required = requiredAfterwards(plan);
  const parts = [
    summaryText(planTitle(plan), plan),
    deltas.length === 0 ? 'Nothing is changed: every object is there as it is.' : objectsText(plan),
    ...hows.map((how) => changesText(how, { comparison, because, explain })),
    orderText(order),
    listText([...plan.notes, ...comingAndGoing(comparison)]),
    verdictWords(comparison),
    required === undefined ? '' : requiredText(required),
  ];
  return visible(parts.filter((part) => part !== '').join('\n\n'));
}

/** Returns what an upgrade changes as text: whether something breaks, which pairs change, and by which rules. */
export function upgradeText(upgrade: Upgrade, { explain }: { explain: boolean }): string {
  const { comparison } = upgrade;
  const { texts, refer } = numberedCauses(upgrade);
  const because = (pair: PairChange): string[] => [refer(pair)].filter((text) => text !== '');
  const parts = [
    summaryText(upgradeTitle(upgrade), upgrade),
    ...hows.map((how) => changesText(how, { comparison, because, explain })),
    rulesText(texts),
    listText([...upgrade.notes, ...comingAndGoing(comparison)]),
    verdictWords(comparison),
  ];
  return visible(parts.filter((part) => part !== '').join('\n\n'));
}

/** Returns the rules that rows refer to. */
function rulesText(texts: readonly string[]): string {
  if (texts.length === 0) return '';
  const lines = texts
    .slice(0, RULES)
    .flatMap((text, at) => wrapped(`(${at + 1}) ${oneLine(text)}`, 2, { hang: 4, width: WIDTH }));
  const rest = texts.length - RULES;
  return ['Rules that hold in only one of the releases', ...lines, ...(rest > 0 ? [`  and ${rest} more`] : [])].join(
    '\n',
  );
}

/** Returns a title, and how many pairs change in which way. */
function summaryText(title: string, { comparison }: Pick<Plan, 'comparison'>): string {
  const rows = howCounts(comparison).map(({ how, count }) => [`  ${howWords[how].name}`, count.toLocaleString('en')]);
  return [...wrapped(oneLine(title), 0, { width: WIDTH }), ...columns(rows, (column) => column === 1)].join('\n');
}

function objectsText({ deltas }: Plan): string {
  const shown = deltas.slice(0, OBJECTS).map((delta) => `  ${oneLine(doWords(delta))}`);
  const rest = deltas.length - shown.length;
  return [...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])].join('\n');
}

interface Changes {
  comparison: Comparison;
  /** Returns what changes a pair, for people. */
  because: (pair: PairChange) => readonly string[];
  explain: boolean;
}

/** Returns the pairs that change in one way, as a table. */
function changesText(how: How, { comparison, because, explain }: Changes): string {
  const all = comparison.pairs.filter((one) => one.how === how);
  const rows = all.slice(0, ROWS);
  if (rows.length === 0) return '';
  const { name, means } = howWords[how];
  const lines = rows.flatMap((row, at) => {
    const cells = [...endsWords(row, comparison), `${row.before} → ${row.after}`];
    const why = because(row);
    return [
      ...table(at === 0 ? ['FROM', 'TO', 'NOW → THEN'] : undefined, [cells], widths),
      ...why.slice(0, CAUSES).flatMap((text) => wrapped(`since ${oneLine(text)}`, 4, { hang: 2, width: WIDTH })),
      ...(why.length > CAUSES ? [`    and ${why.length - CAUSES} more`] : []),
      ...(explain ? reasonsText(row) : []),
    ];
  });
  const rest = all.length > ROWS ? [`… and ${all.length - ROWS} more rows; --print json has all`] : [];
  return [`Pairs that ${name}: ${means}`, ...lines, ...rest].join('\n');
}

function reasonsText({ example, ...row }: PairChange): string[] {
  const [server] = row.servers;
  const pair = server ? `    such as ${exampleOf(row)} → ${nameOfServer(server)}:` : '';
  const sides = [
    { side: 'now', answer: example.before },
    { side: 'then', answer: example.after },
  ];
  const texts = sides.flatMap(({ side, answer }) =>
    [...answer.reasons.map(({ text, rule }) => `${text} [${rule}]`), ...answer.notJudged].flatMap((text) =>
      wrapped(`${side}: ${oneLine(text)}`, 6, { hang: 2, width: WIDTH }),
    ),
  );
  return [pair, ...texts];
}

function orderText(order: Plan['order']): string {
  const words = orderWords(order);
  if (words === undefined) return '';
  const steps = words.steps.flatMap((step, at) => wrapped(`${at + 1}. ${oneLine(step)}`, 2, { hang: 3, width: WIDTH }));
  return [...wrapped(words.heading, 0, { width: WIDTH }), ...steps].join('\n');
}
