import { html, type Markup } from '../../../report/index.ts';
import { changeMarks, entryMarks, type NightTable, type ReleaseRow, type StepEntry } from './table.ts';

/** The files of a release's run, relative to the page; absent if they do not exist. */
export interface RunLinks {
  report?: string;
  log?: string;
}

/** Returns the id of the changes before a release. It contains a number, because names come from outside. */
export function changesId(row: number): string {
  return `changes-${row}`;
}

/**
 * Returns the table of a night: a row for each release, a column for each step. A step that differs from the next older
 * release links to the changes, one that did not pass links to its run's report.
 */
export function releasesTable(table: NightTable, links: Map<string, RunLinks>): Markup {
  const { suites, rows } = table;
  const facts = factsOf(table, links).filter(({ cellOf }) => rows.some((row) => cellOf(row) !== ''));
  const row = (one: ReleaseRow, at: number) =>
    html`<tr class="${one.verdict.state}"><th scope="row">${nameCell(one, links.get(one.istio))}</th>${facts.map(({ name, cellOf }) => html`<td class="${name}">${cellOf(one)}</td>`)}${stepCells(one, { suites, changes: `#${changesId(at)}`, report: links.get(one.istio)?.report })}</tr>
`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Releases and steps">
<table class="releases"><caption class="vh">The result of each release (row) in each step (column)</caption>
<thead><tr><th scope="col" rowspan="2" class="fact">Istio</th>${facts.map(({ head }) => html`<th scope="col" rowspan="2" class="fact">${head}</th>`)}${suites.map(suiteHead)}</tr>
<tr>${suites.map(titleHeads)}</tr></thead>
<tbody>
${rows.map(row)}</tbody></table>
</div>
${key()}`;
}

/** A single column is too narrow for the name of its suite, so the name is put before the step's title. */
function suiteHead({ name, steps }: NightTable['suites'][number]): Markup {
  if (steps.length > 1) return html`<th scope="colgroup" colspan="${steps.length}" class="suite first">${name}</th>`;
  const [title = ''] = steps;
  return html`<th scope="col" rowspan="2" class="title first" title="${title}"><span><b>${name}</b> ${title}</span></th>`;
}

function titleHeads({ steps }: NightTable['suites'][number]): Markup {
  if (steps.length === 1) return html``;
  const head = (title: string, at: number) =>
    html`<th scope="col" class="title${at === 0 ? ' first' : ''}" title="${title}"><span>${title}</span></th>`;
  return html`${steps.map(head)}`;
}

interface Fact {
  head: string;
  name: string;
  cellOf: (row: ReleaseRow) => Markup | '';
}

/** Returns the columns of facts about a release, before its steps. The caller leaves out empty ones. */
function factsOf({ rows }: NightTable, links: Map<string, RunLinks>): Fact[] {
  const text = (words: string | undefined) => (words === undefined ? '' : html`${words}`);
  return [
    { head: 'Envoy', name: 'envoy', cellOf: ({ envoy }) => text(envoy) },
    {
      head: 'time',
      name: 'took',
      cellOf: ({ tookMs }) => text(tookMs === undefined ? undefined : `${Math.round(tookMs / 1000)} s`),
    },
    { head: 'result', name: 'verdict', cellOf: verdictCell },
    {
      head: 'status',
      name: 'quiet',
      cellOf: ({ required }) =>
        text(rows.every((row) => row.required) ? undefined : required ? 'required' : 'informational'),
    },
    {
      head: 'log',
      name: 'log',
      cellOf: ({ istio }) => {
        const log = links.get(istio)?.log;
        return log === undefined ? '' : html`<a href="${log}">log<span class="vh"> of ${istio}</span></a>`;
      },
    },
  ];
}

/** The minor is bold, because readers look for it. */
function nameCell({ istio, version }: ReleaseRow, links: RunLinks | undefined): Markup {
  const rest = version.startsWith(istio) ? version.slice(istio.length) : ` (${version})`;
  const name = html`<b>${istio}</b>${rest}`;
  return links?.report === undefined ? name : html`<a href="${links.report}">${name}</a>`;
}

function verdictCell({ verdict: { state, words } }: ReleaseRow): Markup {
  if (state === 'missing' || state === 'unasked') return html`${words}`;
  return html`<span class="mark" aria-hidden="true">${entryMarks[state]}</span> ${words}`;
}

interface TableContext {
  suites: NightTable['suites'];
  changes: string;
  report: string | undefined;
}

function stepCells({ cells, missing }: ReleaseRow, { suites, changes, report }: TableContext): Markup {
  if (missing !== undefined) {
    const steps = suites.reduce((sum, suite) => sum + suite.steps.length, 0);
    return html`<td class="why first" colspan="${Math.max(1, steps)}">${missing}</td>`;
  }
  const cell = (entry: StepEntry, step: number) => {
    const wrong = entry.state === 'fail' || entry.state === 'inconclusive' ? report : undefined;
    const target = entry.change === undefined ? wrong : changes;
    return html`<td class="step${step === 0 ? ' first' : ''}" data-state="${entry.state}">${target === undefined ? html`<span class="${boxLook(entry)}">${boxWords(entry)}</span>` : html`<a class="${boxLook(entry)}" href="${target}">${boxWords(entry)}</a>`}</td>`;
  };
  return html`${cells.map((own) => own.map(cell))}`;
}

const changeWords: Record<NonNullable<StepEntry['change']>, string> = {
  explained: 'differs from the next older release, and a rule explains it',
  unexplained: 'differs from the next older release, and no rule explains it',
};

type Look = Pick<StepEntry, 'state' | 'change'>;

function boxLook({ state, change }: Look): string {
  return `box ${state} ${change ?? ''}`.trimEnd();
}

function boxMarks({ state, change }: Look): Markup {
  return html`<i aria-hidden="true">${entryMarks[state]}${change === undefined ? '' : changeMarks[change]}</i>`;
}

function boxWords(entry: StepEntry): Markup {
  const { words, change } = entry;
  return html`${boxMarks(entry)}<span class="vh">${words}${change === undefined ? '' : `, ${changeWords[change]}`}</span>`;
}

const keys: [Look, string][] = [
  [{ state: 'pass' }, 'passed'],
  [{ state: 'fail' }, 'failed'],
  [{ state: 'inconclusive' }, 'inconclusive'],
  [{ state: 'unasked' }, 'not run'],
  [{ state: 'pass', change: 'explained' }, changeWords.explained],
  [{ state: 'pass', change: 'unexplained' }, changeWords.unexplained],
];

function key(): Markup {
  const item = ([look, words]: (typeof keys)[number]) =>
    html`<li><span class="${boxLook(look)}">${boxMarks(look)}</span> ${words}</li>`;
  return html`<ul class="key" aria-label="How to read it">${keys.map(item)}</ul>
`;
}
