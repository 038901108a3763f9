import { formatRelease, workloadName } from '../../model/index.ts';
import { columns, oneLine, padded, visible, wrapped } from '../../report/index.ts';
import type { Result } from '../pairs/answers.ts';
import type { Client } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import type { Violation } from '../select.ts';
import type { NamespaceStrictness } from '../strict.ts';
import { countsOf, results, type Survey } from '../survey.ts';
import { type Row, rowsOf } from './rows.ts';
import {
  clientNames,
  clientsWords,
  counted,
  mayRefuseWords,
  noteWords,
  resultNames,
  serversWords,
  some,
  strictWords,
  workloadLosses,
} from './words.ts';

/** No line is wider, unless it is one long name. */
const WIDTH = 100;
/** The columns of the table: from, to, and what it comes to. */
const widths = [31, 35, 30] as const;
/** How many lines a cell of the table has at most. */
const LINES = 8;

export interface TextOptions {
  show?: Result | undefined;
  explain: boolean;
  strictness: readonly NamespaceStrictness[];
  /** Pairs that are not mutual TLS; undefined if they need not be. */
  violations?: readonly Violation[] | undefined;
}

/** Returns a survey as text: a summary, what STRICT is or would be to each namespace, and a table of like pairs. */
export function surveyText(survey: Survey, options: TextOptions): string {
  const names = clientNames(survey.clients);
  const parts = [
    summary(survey),
    ...(options.strictness.length > 0 ? [strictnessTable(options.strictness)] : []),
    tableText(survey, names, options),
    ...notes(survey),
    ...(options.violations === undefined ? [] : [violationsText(options.violations, names)]),
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
    ...mayRefuseWords(survey).flatMap((sentence) => wrapped(sentence, 2, { width: WIDTH })),
  ].join('\n');
}

function strictnessTable(all: readonly NamespaceStrictness[]): string {
  // These may be other clients than those that are asked about.
  const names = clientNames([...new Set(all.flatMap(({ losses = [] }) => losses.flatMap(({ clients }) => clients)))]);
  const rows = all.map((one) => [one.namespace, strictWords(one), couldWords(one, names)]);
  return table(['NAMESPACE', 'STRICT', 'COULD IT BE?'], rows, [24, 26, 46]).join('\n');
}

function couldWords(
  { losses, unknown, strict, ports }: NamespaceStrictness,
  names: ReadonlyMap<Client, string>,
): string {
  if (losses === undefined || ports === 0) return '';
  const open = unknown > 0 ? `; ${counted(unknown, 'pair')} not judged` : '';
  const { clients, servers } = workloadLosses(losses);
  if (clients.length === 0) return strict === ports ? '' : `yes, no workload would lose anything${open}`;
  const who = some(
    clients.map((client) => names.get(client) ?? ''),
    4,
  );
  const what = some(servers.map(nameOfServer), 4);
  return `no: ${who} would be refused by ${what}${open}`;
}

function tableText(survey: Survey, names: ReadonlyMap<Client, string>, { show, explain }: TextOptions): string {
  const rows = rowsOf(survey, { show, byReason: explain });
  const servers = survey.servers.map(({ server }) => server);
  if (rows.length === 0)
    return show === undefined ? 'There is no Service port to ask.' : `No pair is ${resultNames[show]}.`;
  const cells = rows.map((row) => [
    clientsWords(row.clients, survey.clients, names).join(', '),
    serversWords(row.servers, servers).join(', '),
    row.words,
  ]);
  const head = ['FROM', 'TO', 'COMES TO'];
  if (!explain) return table(head, cells, widths).join('\n');
  const [first = '', ...others] = rows.map((row, at) =>
    [...table(at === 0 ? head : undefined, [cells[at] ?? []], widths), ...reasonsOf(row)].join('\n'),
  );
  return [first, ...others].join('\n\n');
}

function reasonsOf({ example, servers }: Row): string[] {
  const [sort] = example.sorts;
  const [server] = servers;
  const { reasons, notJudged } = example.answer;
  const pair = sort && server ? `    such as ${workloadName(sort.workload)} → ${nameOfServer(server)}:` : '';
  const texts = [
    ...reasons.map(({ text, rule }) => `${text} [${rule}]`),
    ...notJudged.map((text) => `not judged: ${text}`),
  ];
  return [pair, ...texts.flatMap((text) => wrapped(oneLine(text), 6, { hang: 2, width: WIDTH }))];
}

/** Returns rows as lines, each cell wrapped in its column. */
function table(head: string[] | undefined, rows: string[][], across: readonly number[]): string[] {
  const lines = rows.flatMap((row) => {
    const cells = row.map((text, at) => fitted(wrapped(oneLine(text), 0, { width: across[at] ?? WIDTH })));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, line) => cells.map((cell) => cell[line] ?? ''));
  });
  return [...(head === undefined ? [] : [head]), ...lines].map((cells) =>
    cells
      .map((text, at) => (at === cells.length - 1 ? text : padded(text, across[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function fitted(lines: string[]): string[] {
  return lines.length <= LINES ? lines : [...lines.slice(0, LINES - 1), `… (${lines.length - LINES + 1} more lines)`];
}

function notes(survey: Survey): string[] {
  const all = noteWords(survey);
  return all.length === 0
    ? []
    : [all.flatMap((note) => wrapped(`- ${oneLine(note)}`, 0, { hang: 2, width: WIDTH })).join('\n')];
}

function violationsText(violations: readonly Violation[], names: ReadonlyMap<Client, string>): string {
  if (violations.length === 0) return 'Required: mutual TLS. No request is answered without it.';
  const lines = violations.map(
    ({ client, server, why }) => `  ${names.get(client)}>${nameOfServer(server)}  ${resultNames[why]}`,
  );
  const most = 50;
  const shown =
    lines.length <= most ? lines : [...lines.slice(0, most), `  and ${lines.length - most} more; --print json has all`];
  return [
    `Required: mutual TLS. ${counted(violations.length, 'pair')} ${violations.length === 1 ? 'is' : 'are'} not:`,
    ...shown,
  ].join('\n');
}
