import { formatRelease } from '../../model/index.ts';
import { columns, oneLine, visible, wrapped } from '../../report/index.ts';
import type { Client } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import type { Requirement } from '../select.ts';
import type { NamespaceStrictness } from '../strict.ts';
import { countsOf, type PairResult, results, type Survey } from '../survey.ts';
import { requiredText, requiredWords } from './required.ts';
import { type Row, rowsOf } from './rows.ts';
import { counted, listText, some, table, WIDTH } from './table.ts';
import {
  brokenWords,
  clientNames,
  clientsWords,
  exampleName,
  mayRefuseWords,
  noteWords,
  realLosses,
  resultNames,
  serversWords,
  strictWords,
} from './words.ts';

/** The columns of the table: from, to, and what it comes to. */
const widths = [31, 35, 30] as const;
/** How many groups of clients that would lose something are told of a namespace. */
const CLAUSES = 3;
/** How many rows a table has at most, so that the summary of a large mesh is still in sight. */
const ROWS = 100;

export interface TextOptions {
  show?: PairResult | undefined;
  explain: boolean;
  strictness: readonly NamespaceStrictness[];
  /** Undefined if nothing is required. */
  required?: Requirement | undefined;
}

/** Returns a survey as text: a summary, what STRICT is or would be to each namespace, and a table of like pairs. */
export function surveyText(survey: Survey, options: TextOptions): string {
  const names = clientNames(survey.clients);
  const parts = [
    summary(survey),
    ...(options.strictness.length > 0 ? [strictnessTable(options.strictness)] : []),
    tableText(survey, names, options),
    listText(noteWords(survey)),
    options.required === undefined ? '' : requiredText(requiredWords(options.required, names)),
  ];
  return visible(parts.filter((part) => part !== '').join('\n\n'));
}

function summary(survey: Survey): string {
  const { mesh, clients, servers } = survey;
  const counts = countsOf(survey);
  const pairs = clients.length * servers.length;
  const head = `${oneLine(mesh.snapshot.label)}, Istio ${formatRelease(mesh.plane.mesh.release)}: ${counted(clients.length, 'client')}, ${counted(servers.length, 'Service port')}, ${counted(pairs, 'pair')}`;
  const rows = results
    .filter((result) => counts[result] > 0)
    .map((result) => [`  ${resultNames[result]}`, counts[result].toLocaleString('en')]);
  return [
    ...wrapped(head, 0, { width: WIDTH }),
    ...columns(rows, (column) => column === 1),
    ...[...brokenWords(counts), ...mayRefuseWords(survey)].flatMap((sentence) =>
      wrapped(sentence, 2, { width: WIDTH }),
    ),
  ].join('\n');
}

function strictnessTable(whole: readonly NamespaceStrictness[]): string {
  const all = whole.slice(0, ROWS);
  // These may be other clients than those that are asked about.
  const lists = new Set(all.flatMap(({ losses = [] }) => losses.map(({ clients }) => clients)));
  const names = clientNames([...new Set([...lists].flat())]);
  const rows = all.map((one) => [one.namespace, strictWords(one), couldWords(one, names)]);
  const rest = restWords(whole.length - all.length, 'namespace', "--to '*.NAMESPACE' shows one");
  return [...table(['NAMESPACE', 'STRICT', 'COULD IT BE?'], rows, [24, 26, 46]), ...rest].join('\n');
}

function couldWords(
  { losses, unknown, strict, ports }: NamespaceStrictness,
  names: ReadonlyMap<Client, string>,
): string {
  if (losses === undefined || ports === 0) return '';
  const open = unknown > 0 ? `; ${counted(unknown, 'pair')} not judged` : '';
  const lost = realLosses(losses);
  if (lost.length === 0) return strict === ports ? '' : `yes, no workload would lose anything${open}`;
  const alike = [...Map.groupBy(lost, ({ clients }) => clients)];
  const clauses = alike.slice(0, CLAUSES).map(([clients, same], at) => {
    const who = some(
      clients.map((client) => names.get(client) ?? ''),
      4,
    );
    const whom = some(
      same.map(({ server }) => nameOfServer(server)),
      4,
    );
    return `${who} ${at === 0 ? 'would be refused ' : ''}by ${whom}`;
  });
  const rest = alike.length > CLAUSES ? `; and ${alike.length - CLAUSES} more, which --print json has` : '';
  return `no: ${clauses.join('; ')}${rest}${open}`;
}

function tableText(survey: Survey, names: ReadonlyMap<Client, string>, { show, explain }: TextOptions): string {
  const all = rowsOf(survey, { show, byReason: explain });
  const rows = all.slice(0, ROWS);
  const rest = restWords(all.length - rows.length, 'row', 'narrow them down with --from, --to or --show');
  const wordsOf = rowWords(survey, names);
  if (rows.length === 0)
    return show === undefined ? 'There is no Service port to ask.' : `No pair is ${resultNames[show]}.`;
  const cells = rows.map(wordsOf);
  const head = ['FROM', 'TO', 'COMES TO'];
  if (!explain) return [...table(head, cells, widths), ...rest].join('\n');
  const [first = '', ...others] = rows.map((row, at) =>
    [...table(at === 0 ? head : undefined, [cells[at] ?? []], widths), ...reasonsOf(row)].join('\n'),
  );
  return [first, ...others, ...rest].join('\n\n');
}

/** Returns what is left out of a table, and how to see it. */
function restWords(rest: number, what: string, how: string): string[] {
  return rest === 0 ? [] : [`… and ${counted(rest, `more ${what}`)}: ${how}; --print json has all`];
}

/** Returns how to write a row; the words for clients are found once, since many rows have the same. */
function rowWords(survey: Survey, names: ReadonlyMap<Client, string>): (row: Row) => string[] {
  const servers = survey.servers.map(({ server }) => server);
  const known = new Map<Row['clients'], string>();
  return (row) => {
    const clients =
      known.get(row.clients) ??
      clientsWords(row.clients, survey.clients, (client) => names.get(client) ?? '').join(', ');
    known.set(row.clients, clients);
    return [clients, serversWords(row.servers, servers).join(', '), row.words];
  };
}

function reasonsOf({ example, servers }: Row): string[] {
  const [server] = servers;
  const { reasons, notJudged } = example.answer;
  const pair = server ? `    such as ${exampleName(example)} → ${nameOfServer(server)}:` : '';
  const texts = [
    ...reasons.map(({ text, rule }) => `${text} [${rule}]`),
    ...notJudged.map((text) => `not judged: ${text}`),
  ];
  return [pair, ...texts.flatMap((text) => wrapped(oneLine(text), 6, { hang: 2, width: WIDTH }))];
}
