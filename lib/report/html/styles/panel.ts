import { html, type Markup } from '../markup.ts';

/** The drawer of a cell. */
const drawer = html`
.panel { position: fixed; inset: 0 0 0 auto; width: min(44rem, 100vw); height: 100dvh; max-height: none; margin: 0; padding: 1.1rem 1.4rem 2rem; overflow-y: auto; overscroll-behavior: contain; border: 0; border-inline-start: 1px solid var(--line); background: var(--sheet); color: var(--ink); font-weight: 400; font-size: 0.9375rem; box-shadow: 0 0 3rem rgb(0 0 0 / 0.25); }
.panel:focus-visible { outline-offset: -3px; }
.panel-head { display: flex; justify-content: space-between; align-items: start; gap: 1rem; }
.panel .where { color: var(--quiet); font-size: 0.875rem; }
.panel h4 { font-size: 1.125rem; line-height: 1.35; font-weight: 600; }
.panel h4 .pair { font-size: 1em; white-space: normal; }
.panel h5 { font-size: 0.8125rem; font-weight: 650; margin-block: 1.1rem 0.25rem; }
.panel h5 .quiet { font-weight: 400; }
.verdict { display: flex; gap: 0.6rem; margin-block-start: 0.8rem; padding: 0.55rem 0.8rem; border-radius: 4px; background: var(--sunk); }
.verdict.pass { background: var(--pass-ground); }
.verdict.fail { background: var(--fail-ground); }
.verdict.inconclusive { background: var(--inconclusive-ground); }
.panel li + li { margin-block-start: 0.4rem; }
.panel .quiet { font-size: 0.875rem; font-family: var(--sans); }
.panel pre + p { margin-block-start: 0.5rem; }
.reasons code { font-size: 0.8125rem; margin-inline-end: 0.4em; }
.seen { width: 100%; }
.seen th { color: var(--quiet); font-family: var(--sans); font-size: 0.8125rem; }
.seen :is(th, td) { padding: 0.2rem 0 0.2rem 1rem; border-bottom: 1px solid var(--line); text-align: end; white-space: nowrap; }
.seen :is(th, td):first-child { padding-inline-start: 0; text-align: start; white-space: normal; overflow-wrap: anywhere; width: 60%; }
@media (prefers-reduced-motion: no-preference) {
  .panel { transition: translate 0.16s ease-out, overlay 0.16s allow-discrete, display 0.16s allow-discrete; translate: 2rem 0; }
  .panel:popover-open { translate: 0 0; }
  @starting-style { .panel:popover-open { translate: 2rem 0; } }
}
`;

/** The filter by verdict: a matrix keeps its shape, and parts without a matching cell or check are hidden. */
function filtered(verdict: string): Markup {
  return html`
:root:has(#show-${verdict}:checked) {
  & :is(.suite, .step, .checks, .overview li):not(:has([data-verdict="${verdict}"])) { display: none; }
  & :is(li, tr)[data-verdict]:not([data-verdict="${verdict}"]) { display: none; }
  & td[data-verdict]:not([data-verdict="${verdict}"]) { background: none; border: 1px solid var(--line); & > * { visibility: hidden; } }
}`;
}

const narrow = html`
@media (max-width: 62rem) {
  .beside { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 34rem) {
  .matrix th .kind { display: none; }
  .matrix > * > tr > th { padding-inline: 0.35rem; }
  .matrix > * > tr > th:first-child { width: 3.9rem; }
  .matrix td > button { padding: 0.3rem 0.35rem; gap: 0.3rem; font-size: 0.8125rem; }
  .account { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
  .account dd { margin-block-end: 0.5rem; }
  .timeline { font-size: 0.75rem; }
  .timeline th:first-child { width: 7.3rem; padding-inline-end: 0.4rem; }
  .timeline :is(th, td):nth-child(n + 3) { width: 3.9rem; }
  .filter { font-size: 0.8125rem; }
  .filter label { padding-inline: 0.45rem; }
  .axis text:nth-of-type(even) { display: none; }
}
@media print {
  .filter, .legend, button.more, [popover] { display: none; }
  .step, .finding { break-inside: avoid; }
  .suite h2, h3 { break-after: avoid; }
  * { print-color-adjust: exact; }
}
`;

export const panel = html`${drawer}${['pass', 'fail', 'inconclusive'].map(filtered)}${narrow}`;
