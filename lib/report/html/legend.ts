import type { Outcome } from '../../model/index.ts';
import type { Results } from '../../results/index.ts';
import { short } from '../parts/words.ts';
import { html, type Markup } from './markup.ts';
import { meaning } from './words.ts';

const outcomes: Outcome[] = [
  { kind: 'mtls', identity: '' },
  { kind: 'plain' },
  { kind: 'unavailable' },
  { kind: 'reset', curlExits: [56] },
];

/** The namespaces of the task, which a run of others' manifests does not have. */
const task = ['full', 'partial', 'legacy'];

/** Returns the legend of the page, folded. */
export function legend({ run }: Pick<Results, 'run'>): Markup {
  const namespaces = task.every((name) => name in run.namespaces)
    ? html` In <b>full</b> every workload has a sidecar, in <b>partial</b> one of two servers has one, in <b>legacy</b> none has.`
    : html``;
  return html`<details class="legend"><summary>How to read it</summary>
<p>The table at the top is the whole run: a row for each pair, a column for each step, ✓ passed, ✗ failed, ? inconclusive; select a mark for the card of its cell. Above the steps of a suite are its checks.</p>
<p>Each row of a matrix is a client, each column a server; a cell shows what the client got from the server; select it for the reasons.${namespaces}</p>
<dl>${outcomes.map((outcome) => html`<div><dt>${short(outcome)}</dt><dd>${meaning(outcome)}</dd></div>`)}</dl>
<p>A timeline starts with the API call that applied the step. It is narrow while the answers were right, hatched while they were wrong, and a dashed frame while nothing could be observed; its two marks are the first right answer and the last wrong one.</p>
</details>
`;
}
