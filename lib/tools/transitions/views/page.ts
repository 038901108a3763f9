import { factList, html, type Markup, measuredFacts, page } from '../../../report/index.ts';
import type { PathResult, Transitions } from '../types.ts';
import { adviceOf, type BestWay } from './advice.ts';
import { transitionsSheet } from './style.ts';
import { costOf, headlineOf, pathWords, remarksOf, verdictOf } from './words.ts';

/**
 * Returns transitions as one HTML file, which opens from disk, loads nothing and runs no script: how to reach each aim
 * without losing a request, then each path with what it cost.
 */
export function htmlTransitions(transitions: Transitions): string {
  const { paths, schema, exitCode } = transitions;
  return page(
    `${headlineOf(transitions)} – automtls`,
    html`${headline(transitions)}<main class="wrap">
${advice(adviceOf([transitions]))}${table(paths)}</main>
<footer class="wrap">${factList([
      ['exit code', html`${exitCode}`],
      ['schema', html`${schema}`],
    ])}</footer>
`,
    transitionsSheet,
  );
}

const verdicts = { 0: 'pass', 1: 'fail', 3: 'inconclusive' } as const;
const marks = { measured: '', fail: '✗', inconclusive: '?' };

function headline(transitions: Transitions): Markup {
  return html`<header class="top ${verdicts[transitions.exitCode]}"><div class="wrap">
<p class="product"><b>automtls</b> what a change of policy costs</p>
<h1><span>${headlineOf(transitions)}</span></h1>
${measuredFacts(transitions)}
</div></header>
`;
}

function advice(all: BestWay[]): Markup {
  if (all.length === 0) return html``;
  return html`<h2>Without losing a request</h2>
<ul class="lines">${all.map(({ aim, ends, best, direct }) => html`<li><b>To ${aim}</b> (${ends}): ${best}${direct === undefined ? '' : ` ${direct}`}</li>`)}</ul>
`;
}

function table(paths: PathResult[]): Markup {
  const heads = ['Path', 'Lost', 'Of', 'When', 'Longest', 'Codes'];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Paths">
<table class="paths"><caption class="vh">Each path (row), and what was lost on it</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>
${paths.map(row)}</tbody></table>
</div>
<p class="quiet">Lost is any answer but a complete 200, the least and the most in one attempt. When: from the first lost answer of all attempts to the last, since the API call of the change. Longest: the longest time in which every request was lost. A race: the model says that the client is refused while one sidecar knows of the change and the other does not.</p>
`;
}

function row(path: PathResult): Markup {
  const verdict = verdictOf(path);
  const cost = costOf(path);
  const { lost = '?', sent = '', window = '', longest = '', codes = '' } = cost ?? {};
  const remarks = remarksOf(path).map((one) => html`<li>${one}</li>`);
  return html`<tr class="${verdict} ${lost === '0' ? 'none' : 'some'}"><th scope="row"><span class="mark" aria-hidden="true">${marks[verdict]}</span> ${pathWords(path)}${remarks.length > 0 ? html`<ul class="notes">${remarks}</ul>` : ''}</th><td class="lost">${lost}</td><td class="sent">${sent}</td><td>${window}</td><td>${longest}</td><td>${codes}</td></tr>
`;
}
