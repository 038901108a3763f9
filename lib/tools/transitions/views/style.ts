import { base, html, type Sheet } from '../../../report/index.ts';

/** The parts of a page of transitions below its headline: how to reach each aim, and the table of paths. */
const transitions = html`
body { overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; margin-block-start: 1.5rem; }
.lines { padding: 0; list-style: none; margin-block-start: 0.4rem; }
.lines li { padding: 0.35rem 0.9rem; border-inline-start: 4px solid var(--line); background: var(--sheet); }
.lines li + li { margin-block-start: 2px; }
.lines b { font-weight: 650; }
.scroll { position: relative; overflow-x: auto; margin-block-start: 1.5rem; }
.paths { font-size: 0.875rem; width: 100%; min-width: 52rem; }
.paths :is(th, td) { vertical-align: top; padding: 0.4rem 0.9rem 0.4rem 0; border-block-end: 1px solid var(--line); text-align: start; }
.paths thead th { color: var(--quiet); font-size: 0.75rem; }
.paths tbody th { width: 24rem; font-weight: 400; }
.paths :is(.lost, .sent) { white-space: nowrap; }
.paths .some .lost { font-weight: 650; }
.paths .sent { color: var(--quiet); }
.paths .fail .mark { color: var(--fail); }
.paths .inconclusive .mark { color: var(--inconclusive); }
.notes { padding: 0; list-style: none; color: var(--quiet); }
.quiet { color: var(--quiet); font-size: 0.8125rem; margin-block-start: 0.5rem; }
@media print {
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; }
}
`;

/** The style of a page of transitions. */
export const transitionsSheet: Sheet = {
  styles: html`${base}${transitions}`,
  hash: 'sha256-SjROxjemnY3o2YySfkrqBmAZlPPxCci5DF6yfOih78U=',
};
