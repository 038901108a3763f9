import type { Verdict } from '../../probe/types.ts';
import type { Results, Summary } from '../../results/types.ts';
import { html, type Markup } from './markup.ts';
import { findingsOf, suiteId, verdictOf } from './places.ts';

/** Returns the suites at a glance, a tick for each check and each cell; each leads to its suite. */
export function overview(results: Results): Markup {
  const findings = findingsOf(results);
  const items = results.suites.map(({ name, skipped }, nth) => {
    const own = findings.filter((finding) => finding.suiteId === suiteId(nth)).map(verdictOf);
    if (skipped === undefined && own.length === 0) return html`<li><span><b>${name}</b> not begun</span></li>`;
    return html`<li><a href="#${suiteId(nth)}"><b>${name}</b> <span class="ticks" aria-hidden="true">${own.map((verdict) => html`<i data-verdict="${verdict}"></i>`)}</span> <span class="count">${skipped === undefined ? countWords(own) : 'skipped'}</span></a></li>
`;
  });
  return html`<nav class="overview" aria-label="Suites"><ul>
${items}</ul></nav>
`;
}

/** Returns the choice of what is shown below; it works by style alone. */
export function filter({ passed, failed, inconclusive }: Summary): Markup {
  const choices: [string, string, number][] = [
    ['all', 'all', passed + failed + inconclusive],
    ['fail', 'failed', failed],
    ['inconclusive', 'inconclusive', inconclusive],
    ['pass', 'passed', passed],
  ];
  const choice = ([id, words, count]: [string, string, number], at: number) =>
    html`<span><input type="radio" name="show" id="show-${id}"${at === 0 ? html` checked` : count === 0 ? html` disabled` : ''}><label for="show-${id}">${words} <b>${count}</b></label></span>
`;
  return html`<fieldset class="filter"><legend>Show</legend>
${choices.map(choice)}</fieldset>
`;
}

function countWords(verdicts: Verdict[]): string {
  const right = verdicts.filter((verdict) => verdict === 'pass').length;
  return `${right} of ${verdicts.length}`;
}
