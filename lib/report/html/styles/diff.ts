import { html } from '../markup.ts';

/** The parts of a comparison below its headline. */
export const diff = html`
main > section { margin-block-start: 1.75rem; }
.sides { margin-block-start: 0.9rem; font-size: 0.875rem; overflow-wrap: anywhere; }
.sides :is(th, td) { padding: 0.1rem 2.25rem 0.1rem 0; vertical-align: top; }
.sides th[scope="row"] { color: var(--quiet); white-space: nowrap; }
.sides b { font-weight: 600; margin-inline-end: 0.35em; }
.sides thead th { font-weight: 650; }
.only { columns: 2 24rem; margin-block-start: 0.3rem; }
.changes { width: 100%; table-layout: fixed; overflow-wrap: anywhere; margin-block-start: 0.6rem; background: var(--sheet); border: 1px solid var(--line); }
.changes :is(th, td) { padding: 0.5rem 0.9rem; border-block-start: 1px solid var(--line); text-align: start; vertical-align: top; }
.changes th:first-child { width: 26%; }
.changes :is(th, td):is(:nth-child(2), :nth-child(3)) { width: 18%; }
.changes .pair { white-space: normal; }
.changes thead th { border: 0; color: var(--quiet); font-size: 0.8125rem; }
.changes .where { color: var(--quiet); font-size: 0.875rem; }
.changes .unexplained > th { box-shadow: inset 4px 0 var(--fail); }
.changes .unexplained td b { color: var(--fail); }
.changes td b { font-weight: 600; }
.changes ul { list-style: none; padding: 0; margin-block-start: 0.25rem; font-size: 0.875rem; }
.told { display: flex; gap: 0.5rem; }
.arrivals { width: 100%; table-layout: fixed; margin-block-start: 0.5rem; font-size: 0.875rem; overflow-wrap: anywhere; }
.arrivals :is(th, td) { padding: 0.15rem 1.5rem 0.15rem 0; }
.arrivals th:first-child { width: 28rem; }
.arrivals :is(th, td):is(:nth-child(2), :nth-child(3)) { width: 5.5rem; text-align: end; white-space: nowrap; }
.arrivals :is(th, td):last-child { padding-inline-end: 0; }
.arrivals thead :is(th, td) { color: var(--quiet); font-size: 0.8125rem; }
.arrival .a { fill: var(--quiet); }
.arrival .b { fill: var(--link); }
.keys i { display: inline-block; width: 0.9em; height: 0.45em; }
.keys .a { background: var(--quiet); }
.keys .b { background: var(--link); margin-inline-start: 0.7em; }
@media (max-width: 48rem) {
  .changes thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .changes tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); padding-block: 0.4rem; border-block-start: 1px solid var(--line); }
  .changes :is(th, td) { border: 0; padding-block: 0.2rem; }
  .changes :is(th, td):is(:nth-child(n)) { width: auto; }
  .changes th:first-child, .changes td:last-child { grid-column: 1 / -1; }
  .changes .unexplained > th { box-shadow: none; }
  .changes tbody td:nth-child(2)::before { content: "A"; color: var(--quiet); font-size: 0.8125rem; }
  .changes tbody td:nth-child(3)::before { content: "B"; color: var(--quiet); font-size: 0.8125rem; }
  .sides :is(th, td) { padding-inline-end: 0.75rem; }
  .arrivals :is(th, td) { padding-inline-end: 0.6rem; }
  .arrivals th:first-child { width: 40%; }
  .arrivals :is(th, td):is(:nth-child(2), :nth-child(3)) { width: 4.2rem; }
}
`;
