import type { Outcome } from '../../model/types.ts';
import { short } from '../words.ts';
import { html, type Markup } from './markup.ts';
import { meaning } from './words.ts';

const outcomes: Outcome[] = [
  { kind: 'mtls', identity: '' },
  { kind: 'plain' },
  { kind: 'unavailable' },
  { kind: 'reset', curlExits: [56] },
];

/** Returns how to read the rest, folded. */
export function legend(): Markup {
  return html`<details class="legend"><summary>How to read it</summary>
<p>Each row of a matrix is a client, each column a server; a cell says what the client got when it asked the server, and opens to tell why. In <b>full</b> everything has a sidecar, in <b>partial</b> one of two servers has one, in <b>legacy</b> nothing has.</p>
<dl>${outcomes.map((outcome) => html`<div><dt>${short(outcome)}</dt><dd>${meaning(outcome)}</dd></div>`)}</dl>
<p>A timeline begins with the API call that applied the step. It is narrow where the answers were right, hatched where they were wrong, and a dashed frame where the harness could not tell; its two marks are the first right answer and the last wrong one.</p>
</details>
`;
}
