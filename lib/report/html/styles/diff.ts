import { html } from '../markup.ts';

/** What a comparison shows besides its headline. */
export const diff = html`
main > section { margin-block-start: 1.75rem; }
.sides { margin-block-start: 0.9rem; font-size: 0.875rem; }
.sides :is(th, td) { padding: 0.1rem 2.25rem 0.1rem 0; vertical-align: top; }
.sides th[scope="row"] { color: var(--quiet); }
.sides b { font-weight: 600; margin-inline-end: 0.35em; }
.sides thead th { font-weight: 650; }
.changes { width: 100%; margin-block-start: 0.6rem; background: var(--sheet); border: 1px solid var(--line); }
.changes :is(th, td) { padding: 0.5rem 0.9rem; border-block-start: 1px solid var(--line); text-align: start; vertical-align: top; }
.changes thead th { border: 0; color: var(--quiet); font-size: 0.8125rem; }
.changes .where { color: var(--quiet); font-size: 0.875rem; }
.changes .unexplained > th { box-shadow: inset 4px 0 var(--fail); }
.changes .unexplained td b { color: var(--fail); }
.changes td b { font-weight: 600; }
.changes ul { list-style: none; padding: 0; margin-block-start: 0.25rem; font-size: 0.875rem; }
.told { display: flex; gap: 0.5rem; }
.arrivals { width: 100%; margin-block-start: 0.5rem; font-size: 0.875rem; }
.arrivals :is(th, td) { padding: 0.15rem 1.5rem 0.15rem 0; white-space: nowrap; }
.arrivals td:nth-child(-n + 3) { text-align: end; }
.arrivals thead th:nth-child(n + 2) { text-align: end; }
.arrivals :is(th, td):last-child { width: 100%; padding-inline-end: 0; }
.arrivals thead :is(th, td) { color: var(--quiet); font-size: 0.8125rem; }
.arrival .a { fill: var(--quiet); }
.arrival .b { fill: var(--link); }
.keys i { display: inline-block; width: 0.9em; height: 0.45em; }
.keys .a { background: var(--quiet); }
.keys .b { background: var(--link); margin-inline-start: 0.7em; }
@media (max-width: 48rem) {
  .changes thead { position: absolute; clip-path: inset(50%); }
  .changes tr { display: grid; grid-template-columns: 1fr 1fr; padding-block: 0.4rem; border-block-start: 1px solid var(--line); }
  .changes :is(th, td) { border: 0; padding-block: 0.2rem; }
  .changes th, .changes td:last-child { grid-column: 1 / -1; }
  .changes .unexplained > th { box-shadow: none; }
  .sides :is(th, td) { padding-inline-end: 0.75rem; }
  .arrivals th[scope="row"] { white-space: normal; }
  .arrivals :is(th, td) { padding-inline-end: 0.6rem; }
  .arrivals :is(th, td):last-child { width: 30%; }
}
`;
