import { base, html, type Sheet } from '../../../report/index.ts';

/** The parts of a proof below its headline: the table of saboteurs. */
const prove = html`
body { overflow-wrap: anywhere; }
.error { margin-block-start: 1rem; color: var(--inconclusive); font-weight: 600; }
.scroll { position: relative; overflow-x: auto; margin-block-start: 1.5rem; }
.saboteurs { font-size: 0.875rem; width: 100%; min-width: 56rem; }
.saboteurs :is(th, td) { vertical-align: top; padding: 0.5rem 0.9rem 0.5rem 0; border-block-end: 1px solid var(--line); text-align: start; }
.saboteurs thead th { color: var(--quiet); font-size: 0.75rem; }
.saboteurs tbody th { width: 22rem; }
.saboteurs tbody th b { display: block; font-weight: 650; }
.saboteurs .outcome { white-space: nowrap; }
.saboteurs tr.pass .mark { color: var(--pass); }
.saboteurs tr.fail .outcome { color: var(--fail); font-weight: 600; }
.saboteurs .took { text-align: end; white-space: nowrap; }
.saboteurs td b { font-weight: 600; }
.saboteurs code { color: var(--quiet); }
.saboteurs summary { cursor: pointer; }
.saboteurs dl { margin-block-start: 0.3rem; }
.saboteurs dt { color: var(--quiet); }
.lines { padding: 0; list-style: none; margin-block-start: 0.4rem; }
.lines li { padding: 0.25rem 0.7rem; border-inline-start: 4px solid var(--fail); background: var(--sheet); }
.key { display: grid; gap: 0.2rem; margin-block-start: 1rem; padding: 0; list-style: none; color: var(--quiet); font-size: 0.8125rem; }
.key li > span { display: inline-block; min-width: 6.5rem; color: var(--ink); }
@media print {
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; }
}
`;

/** The style of a proof. */
export const proofSheet: Sheet = {
  styles: html`${base}${prove}`,
  hash: 'sha256-+az7igmK99oVtyH72+vysyjNs/0GjonvCYOq8+rowPc=',
};
