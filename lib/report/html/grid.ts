import {
  type AskResult,
  type CellResult,
  type CheckResult,
  isUnbegun,
  pairWords,
  type Results,
  type SuiteResult,
  trafficWords,
} from '../../results/index.ts';
import { marks } from '../parts/words.ts';
import { nameMarkup } from './elements.ts';
import { html, type Markup } from './markup.ts';
import { cellId, suiteId } from './places.ts';
import { verdictWords } from './words.ts';

/** Suites that ask the same pairs, or some of them, and so share a table. */
interface Block {
  suites: Placed[];
  /** The pairs by their traffic, each with the first cell that has it. */
  pairs: Map<string, CellResult>;
}

/** A suite with its place in the results, and its steps that ask with theirs. */
interface Placed {
  suite: SuiteResult;
  nth: number;
  asks: { step: AskResult; at: number }[];
}

/**
 * Returns the whole run at a glance: a row for each pair and a column for each step, with the mark of the verdict in each
 * cell, which opens its card. The checks of a suite are above its steps. Suites of other pairs have a table of their own.
 */
export function grid({ suites }: Results): Markup {
  return html`<section class="overview" aria-label="The whole run">
${blocksOf(suites).map(table)}</section>
`;
}

function blocksOf(suites: SuiteResult[]): Block[] {
  const blocks: Block[] = [];
  for (const [nth, suite] of suites.entries()) {
    const asks = suite.steps.flatMap((step, at) => (step.kind === 'ask' ? [{ step, at }] : []));
    const pairs = new Map(asks.flatMap(({ step }) => step.cells.map((cell) => [trafficWords(cell), cell])));
    const last = blocks.at(-1);
    const isSame =
      last !== undefined && (last.pairs.size === 0 || [...pairs.keys()].every((key) => last.pairs.has(key)));
    if (!isSame) {
      blocks.push({ suites: [{ suite, nth, asks }], pairs });
      continue;
    }
    last.suites.push({ suite, nth, asks });
    if (last.pairs.size === 0) last.pairs = pairs;
  }
  return blocks;
}

function table({ suites, pairs }: Block): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Steps and pairs"><table class="grid"><caption class="vh">the verdict of each pair (row) in each step (column)</caption>
<thead><tr><td></td>${suites.map(suiteHead)}</tr>
<tr><th scope="row" class="corner">checks, steps</th>${suites.map(stepHeads)}</tr></thead>
<tbody>${rowsOf(pairs, suites)}</tbody></table></div>
`;
}

/** The number of pairs up to which each has a row. */
const MOST = 60;

/** Returns the rows. In a large table, a client has one for all of its pairs of which nothing but passes is to be told. */
function rowsOf(pairs: Block['pairs'], suites: Placed[]): Markup[] {
  const all = [...pairs];
  const isPassed = (key: string): boolean =>
    suites.every(({ asks }) =>
      asks.every(({ step }) => step.cells.every((cell) => trafficWords(cell) !== key || cell.verdict === 'pass')),
    );
  const passed = all.length > MOST ? all.filter(([key]) => isPassed(key)) : [];
  const alike = Map.groupBy(passed, ([, { client }]) => client);
  return [
    ...all.filter((pair) => !passed.includes(pair)).map(([key, cell]) => pairRow(key, cell, suites)),
    ...[...alike].map(([client, own]) => alikeRow(client, own.length, suites)),
  ];
}

function alikeRow(client: string, pairs: number, suites: Placed[]): Markup {
  const mark = ({ title }: AskResult, nth: number): Markup =>
    html`<td class="checks-of"><a class="pass" href="#${suiteId(nth)}" aria-label="${client}, ${pairs} pairs, ${title}: ${verdictWords.pass}">${marks.pass}</a></td>`;
  return html`<tr><th scope="row">${nameMarkup(client)} → ${pairs} Service ports</th>${suites.map(
    ({ nth, asks }) => html`<td></td>${asks.map(({ step }) => mark(step, nth))}`,
  )}</tr>
`;
}

function suiteHead({ suite, nth, asks }: Placed): Markup {
  const name = isUnbegun(suite) ? html`${suite.name}` : html`<a href="#${suiteId(nth)}">${suite.name}</a>`;
  return html`<th scope="colgroup" colspan="${columnsOf(asks)}">${name}</th>`;
}

/** The first column of a suite has its checks. */
function columnsOf(asks: Placed['asks']): number {
  return asks.length + 1;
}

function stepHeads({ suite, nth, asks }: Placed): Markup {
  const checks = suite.steps.flatMap((step) => (step.kind === 'check' ? [checkMark(step, nth)] : []));
  const why = suite.skipped === undefined ? (isUnbegun(suite) ? 'not started' : '') : 'skipped';
  const numbers = asks.map(
    ({ step }, at) =>
      html`<th scope="col" title="${step.title}"><span aria-hidden="true">${at + 1}</span><span class="vh">${step.title}</span></th>`,
  );
  return html`<td class="checks-of">${why}${checks}</td>${numbers}`;
}

function checkMark({ title, verdict }: CheckResult, nth: number): Markup {
  const label = `${title}: ${verdictWords[verdict]}`;
  return html`<a class="${verdict}" href="#${suiteId(nth)}" title="${title}" aria-label="${label}">${marks[verdict]}</a>`;
}

function pairRow(key: string, { client, server }: CellResult, suites: Placed[]): Markup {
  return html`<tr><th scope="row">${nameMarkup(client)} → ${nameMarkup(server)}</th>${suites.map(
    ({ nth, asks }) => html`<td></td>${asks.map(({ step, at }) => cellOf(key, step, [nth, at]))}`,
  )}</tr>
`;
}

function cellOf(key: string, { cells, title }: AskResult, [suite, step]: [number, number]): Markup {
  const among = cells.findIndex((cell) => trafficWords(cell) === key);
  const cell = cells[among];
  if (cell === undefined) return html`<td></td>`;
  const label = `${pairWords(cell)}, ${title}: ${verdictWords[cell.verdict]}`;
  return html`<td><button type="button" class="${cell.verdict}" popovertarget="${cellId(suite, step, among)}" aria-label="${label}">${marks[cell.verdict]}</button></td>`;
}
