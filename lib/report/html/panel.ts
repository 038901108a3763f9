import type { ExpectedOutcome, Reason } from '../../model/index.ts';
import { type CellResult, causesOf } from '../../results/index.ts';
import {
  type Answer,
  adviceFor,
  counted,
  expectedWords,
  observationWords,
  outcomeWords,
  type Seen,
  shareWords,
  usual,
  type Verdict,
} from '../../verdict/index.ts';
import { answererWords } from '../parts/answered.ts';
import { duration, marks } from '../parts/words.ts';
import { pairMarkup } from './elements.ts';
import { axisEnd, intervalAxis, intervalBar, intervalWords } from './intervals.ts';
import { html, type Markup } from './markup.ts';
import { meaning, reasonFacts, verdictWords } from './words.ts';

/**
 * Returns all details of a cell, in a drawer that a button opens. It is a native popover, which Esc closes.
 * @param id the id that the buttons that open it refer to
 * @param place such as `strict › STRICT on httpbin.full`
 */
export function cellPanel(id: string, place: string, cell: CellResult): Markup {
  return html`<div class="panel" popover tabindex="-1" autofocus id="${id}" role="dialog" aria-labelledby="${id}-title">
<div class="panel-head">
<div><p class="where">${place}</p><h4 id="${id}-title">${pairMarkup(cell)}</h4></div>
<button type="button" class="close" popovertarget="${id}" popovertargetaction="hide">Close</button>
</div>
<p class="verdict ${cell.verdict}"><span class="mark" aria-hidden="true">${marks[cell.verdict]}</span> <span><b>${verdictWords[cell.verdict]}</b>: ${cell.why}</span></p>
${causeList(cell)}${adviceList(cell)}<h5>Expected</h5>
<ul class="plain">${cell.expectation.outcomes.map((one) => html`<li>${expectedOutcome(one)}</li>`)}</ul>
<h5>Because</h5>
<ol class="reasons">${cell.expectation.reasons.map(reasonItem)}</ol>
<h5>Observed</h5>
${seenTable(cell)}
<h5>Timeline <span class="quiet">since the API call</span></h5>
${timeline(cell)}
<h5>Evidence <span class="quiet">the first answer of each kind that counts</span></h5>
${evidenceList(cell)}
<h5>Reproduce it</h5>
<p class="quiet">In the namespaces of the run (they stay with <code>--keep</code>).</p>
${cell.repro.map((command) => html`<pre class="command">${command}</pre>`)}
<p>On a conforming mesh the result is ${expectedWords(cell.expectation.outcomes)}.</p>${besides(cell)}
</div>`;
}

function causeList(cell: CellResult): Markup {
  const likely = causesOf(cell).filter(({ effect }) => effect === 'cause');
  if (likely.length === 0) return html``;
  return html`<h5>${likely.length === 1 ? 'Likely cause' : 'Likely causes'}</h5>
<ul class="plain">${likely.map(({ text }) => html`<li>${text}</li>`)}</ul>
`;
}

function adviceList({ reasons }: CellResult): Markup {
  const advice = adviceFor(reasons);
  if (advice.length === 0) return html``;
  return html`<h5>What to do</h5>
<ul class="plain">${advice.map(({ code, text }) => html`<li>${text} <code>${code}</code></li>`)}</ul>
`;
}

/** Links to the files beside the report that belong to a cell. */
function besides({ script, diagnosis }: CellResult): Markup[] {
  const link = (words: string, path: string): Markup =>
    html`<p>${words}: <a href="${path}"><code>${path}</code></a></p>`;
  return [
    ...(script === undefined ? [] : [link('To reproduce it from nothing', script)]),
    ...(diagnosis === undefined ? [] : [link('Diagnosis', `${diagnosis}/`)]),
  ];
}

function expectedOutcome({ outcome, endpoints, share, rare }: ExpectedOutcome): Markup {
  const from = endpoints.length === 0 ? '' : ` from ${endpoints.join(', ')}`;
  const percent = Math.round(share * 100);
  const usually = percent < 100 ? `, ${percent} % of the requests` : '';
  const part = rare ? `, at most ${shareWords(share)} requests` : usually;
  return html`<b>${outcomeWords(outcome)}</b>${from}${part}<br><span class="quiet">${meaning(outcome)}</span>`;
}

function reasonItem(reason: Reason): Markup {
  return html`<li>${reason.text}<br><code>${reason.rule}</code> <span class="quiet">${reasonFacts(reason)}</span></li>`;
}

function seenTable({ seen, requests }: CellResult): Markup {
  if (seen.length === 0) return html`<p>Nothing, in ${counted(requests, 'request')}.</p>`;
  const row = (seen: Seen) => {
    const { observation, count, firstMs, lastMs } = seen;
    const who = answererWords(seen);
    return html`<tr><td>${observationWords(observation)}${who === '' ? '' : ` by ${who}`}</td><td>${count}</td><td>${duration(firstMs)}</td><td>${duration(lastMs)}</td></tr>`;
  };
  return html`<table class="seen"><thead><tr><th scope="col">answer</th><th scope="col">times</th><th scope="col">first</th><th scope="col">last</th></tr></thead>
<tbody>${seen.map(row)}</tbody></table>`;
}

function timeline(cell: CellResult): Markup {
  const end = axisEnd([cell]);
  const { verdict, wrong, flaps, missChance, expectation } = cell;
  const chance =
    verdict !== 'pass' && usual(expectation.outcomes).length > 1
      ? `, the probability of having missed an endpoint is ${missChance.toExponential(0)}`
      : '';
  // A bar that is the same from end to end shows no more than the words.
  const bar =
    new Set(cell.timeline.map(({ state }) => state)).size < 2
      ? ''
      : html`<div class="timeline">${intervalAxis(end)}${intervalBar(cell, end)}</div>
`;
  return html`${bar}<p>${intervalWords(cell)}. <span class="quiet">${wrong} of ${counted(cell.counted, 'counted answer')} ${wrong === 1 ? 'was' : 'were'} wrong, ${counted(flaps, 'flap')}${chance}.</span></p>`;
}

function evidenceList({ seen, verdict }: CellResult): Markup {
  const answers = seen.flatMap(({ observation, evidence }) =>
    evidence === undefined ? [] : [{ observation, evidence }],
  );
  if (answers.length === 0) return html`<p>None.</p>`;
  return html`<ul class="plain">${answers.map(({ observation, evidence }) => html`<li>${evidenceOf(observationWords(observation), evidence, LONGEST_BODY[verdict])}</li>`)}</ul>`;
}

/** The maximum length of a body; all of it is in results.json. Of a pair that passed, a glance is enough. */
const LONGEST_BODY: Record<Verdict, number> = { pass: 1_000, fail: 2_000, inconclusive: 2_000 };

function evidenceOf(observation: string, answer: Answer, longest: number): Markup {
  const { status, curlExit, curlMessage, ms, fresh, sent, body } = answer;
  const message = curlMessage === '' ? '' : html` (${curlMessage})`;
  const more = body.length - longest;
  const cut = more > 0 ? html`<p class="quiet">${more} more characters are in results.json.</p>` : '';
  const shown = body.trim().slice(0, longest);
  return html`<b>${observation}</b>: HTTP ${status}, curl exit ${curlExit}${message}${sent === undefined ? '' : html` to ${sent}`}, ${duration(ms)}${fresh ? '' : ', over a reused connection'}
${shown === '' ? html`<p class="quiet">No body.</p>` : html`<pre>${shown}</pre>`}${cut}`;
}
