import { base, diff, html, type Sheet } from '../../../report/index.ts';

/** The parts of a night below its headline: the table of releases and steps, regressions and changes. */
const night = html`
body { overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 600; margin-block-start: 1.1rem; scroll-margin-block-start: 1rem; }
.lines { padding: 0; list-style: none; margin-block-start: 0.4rem; }
.lines li { padding: 0.35rem 0.9rem; border-inline-start: 4px solid var(--line); background: var(--sheet); }
.lines li + li { margin-block-start: 2px; }
.lines.fail li { border-color: var(--fail); }
.lines.inconclusive li { border-color: var(--inconclusive); }
section > p.quiet { margin-block-start: 0.5rem; }

.scroll { position: relative; overflow-x: auto; margin-block-start: 1.5rem; padding-block-end: 0.4rem; }
.releases { font-size: 0.875rem; border-collapse: separate; border-spacing: 0; }
.releases :is(th, td) { white-space: nowrap; }
.releases .suite { padding: 0 0.2rem 0.25rem; font-weight: 650; font-size: 0.75rem; text-align: start; vertical-align: bottom; }
.releases .title { vertical-align: bottom; padding: 0 1px 0.35rem; height: 13rem; }
.releases .title > span { display: block; width: 1.625rem; max-height: 12.6rem; overflow: hidden; text-overflow: ellipsis; writing-mode: vertical-rl; rotate: 180deg; font-size: 0.75rem; line-height: 1.625rem; color: var(--quiet); }
.releases .title b { color: var(--ink); font-weight: 650; }
.releases .fact { vertical-align: bottom; padding: 0 0.75rem 0.35rem 0; color: var(--quiet); font-size: 0.75rem; }
.releases .step { padding: 1px; }
.releases :is(.suite, .title, .step).first { padding-inline-start: 0.6rem; }
.releases tbody :is(th, td):not(.step) { padding: 0 0.75rem 0 0; }
.releases tbody th { position: sticky; inset-inline-start: 0; background: var(--page); }
.releases tbody th b { font-weight: 650; }
.releases .took { text-align: end; }
.releases .why { white-space: normal; min-width: 16rem; color: var(--quiet); overflow-wrap: anywhere; }
.releases tr.pass .mark { color: var(--pass); }
.releases tr.fail .verdict { color: var(--fail); font-weight: 600; }
.releases tr.inconclusive .verdict { color: var(--inconclusive); font-weight: 600; }
.releases tr.missing .verdict { color: var(--quiet); font-style: italic; }
.releases tbody tr:hover > * { background: var(--sunk); }

.box { display: grid; grid-auto-flow: column; place-content: center; width: 1.625rem; height: 1.375rem; border-radius: 3px; border: 1px solid transparent; text-decoration: none; color: inherit; }
.box i { font-style: normal; font-weight: 700; font-size: 0.75rem; }
.box.pass { background: var(--pass-ground); color: var(--pass); }
.box.fail { background: light-dark(#b02a0b, #a5330f); color: #fff; }
.box.inconclusive { background: var(--inconclusive-ground); border: 2px dashed var(--inconclusive); color: var(--inconclusive); }
.box.unasked { color: var(--quiet); }
.box.explained { border: 2px solid var(--link); color: var(--link); background: var(--sheet); }
.box.unexplained { border: 2px solid var(--fail); }
.box.unexplained:not(.fail) { background: var(--fail-ground); color: var(--fail); }
.box.unexplained.fail { border-color: var(--ink); }
a.box:hover { outline: 2px solid var(--ink); }

.key { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem 1.4rem; margin-block-start: 0.6rem; padding: 0; list-style: none; color: var(--quiet); font-size: 0.8125rem; }
.key li { display: flex; align-items: center; gap: 0.5rem; }
@media print {
  .scroll { overflow: visible; }
  * { print-color-adjust: exact; }
}
`;

/** The style of a night. */
export const nightSheet: Sheet = {
  styles: html`${base}${diff}${night}`,
  hash: 'sha256-LbFWamnRTNkvlb3q1iiIEjYz29EKUjbc6ZPxlhw+HVw=',
};
