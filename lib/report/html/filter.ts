import type { Summary } from '../../results/index.ts';
import { html, type Markup } from './markup.ts';

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
