import { isUnbegun, verdictsOf } from '../../results/summary.ts';
import type { Results, Summary } from '../../results/types.ts';
import type { Verdict } from '../../verdict/reasons.ts';
import { html, type Markup } from './markup.ts';
import { suiteId } from './places.ts';

/** Returns an overview of the suites, with a tick for each check and each cell and a link to the suite. */
export function overview({ suites }: Results): Markup {
  const items = suites.map((suite, nth) => {
    const { name, skipped, steps } = suite;
    if (isUnbegun(suite)) return html`<li><span><b>${name}</b> not started</span></li>`;
    const verdicts = verdictsOf(steps);
    return html`<li><a href="#${suiteId(nth)}"><b>${name}</b> <span class="ticks" aria-hidden="true">${verdicts.map((verdict) => html`<i data-verdict="${verdict}"></i>`)}</span> <span class="count">${skipped === undefined ? countWords(verdicts) : 'skipped'}</span></a></li>
`;
  });
  return html`<nav class="overview" aria-label="Suites"><ul>
${items}</ul></nav>
`;
}

/** Returns the filter for the suites below; it works with CSS only. */
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
