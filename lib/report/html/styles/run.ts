import { html } from '../markup.ts';

/** The parts of a run's page below its headline: failures, the overview, and the suites. */
export const run = html`
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 600; }

.wrong { margin-block-start: 1.75rem; }
.finding { margin-block-start: 0.75rem; padding: 0.9rem 1.1rem 1rem; background: var(--sheet); border: 1px solid var(--edge); border-radius: 6px; }
.finding.fail { --edge: var(--fail); }
.finding.inconclusive { --edge: var(--inconclusive); border-style: dashed; }
.finding h3 .pair { font-size: 1em; font-weight: 600; white-space: normal; }
.finding h3 .mark { color: var(--edge); margin-inline-end: 0.3em; }
.finding .where { color: var(--quiet); }
.account { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr); gap: 0.4rem 1rem; margin-block: 0.75rem; }
.account dt { color: var(--quiet); }
.account ul { padding: 0; list-style: none; }
.account .rule { color: var(--quiet); margin-inline-start: 0.4em; }
.account b + .quiet { margin-inline-start: 0.35em; }
button.more, .close { border: 1px solid var(--line); border-radius: 4px; background: var(--sunk); padding: 0.25rem 0.7rem; }
button.more:hover, .close:hover { border-color: var(--quiet); }
p.more { margin-block-start: 0.75rem; }

.symptoms { padding-inline-start: 1.1rem; margin-block: 0.4rem; }
.finding details { margin-block-start: 0.4rem; }
.finding summary { cursor: pointer; }
.cards { list-style: none; padding: 0; margin-block-start: 0.4rem; font-size: 0.875rem; }
.card { border: 0; padding: 0; background: none; color: var(--link); text-align: start; text-decoration: underline; cursor: pointer; }
.card .pair { white-space: normal; }

.overview { margin-block-start: 1.25rem; }
.scroll { position: relative; overflow-x: auto; padding: 2px; }
.scroll + .scroll { margin-block-start: 0.75rem; }
.grid { font-size: 0.8125rem; line-height: 1.2; }
.grid :is(th, td) { padding: 1px; white-space: nowrap; }
.grid th[scope="row"] { padding-inline-end: 0.75rem; }
.grid th[scope="colgroup"] { padding-inline: 3px 0.5rem; }
.grid th[scope="colgroup"], .grid thead td:first-child { vertical-align: bottom; }
.grid th[scope="col"] { color: var(--quiet); text-align: center; font-size: 0.75rem; }
.grid td:empty { min-width: 3px; }
.grid .checks-of { padding-inline-start: 3px; color: var(--quiet); }
.grid :is(button, .checks-of a) { display: inline-block; width: 1.5rem; height: 1.2rem; margin-inline-end: 1px; padding: 0; border: 1px solid transparent; border-radius: 2px; text-align: center; text-decoration: none; font-size: 0.75rem; line-height: 1.1rem; background: var(--pass-ground); color: var(--pass); }
.grid :is(button, a).fail { background: light-dark(#b02a0b, #a5330f); color: #fff; font-weight: 700; }
.grid :is(button, a).inconclusive { background: var(--inconclusive-ground); color: var(--inconclusive); border: 1px dashed var(--inconclusive); font-weight: 700; }
.grid :is(button, a):hover { outline: 2px solid var(--link); }

.filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; align-items: center; gap: 0.3rem; margin: 1.5rem 0 0; padding: 0.6rem 0; border: 0; background: var(--page); min-width: 0; }
.filter legend { float: left; padding: 0; margin-inline-end: 0.5rem; color: var(--quiet); }
.filter span { position: relative; }
.filter label { display: block; padding: 0.2rem 0.7rem; border: 1px solid var(--line); border-radius: 4px; background: var(--sheet); cursor: pointer; }
.filter b { font-weight: 600; }
.filter :checked + label { background: var(--ink); border-color: var(--ink); color: var(--page); }
.filter :disabled + label { color: var(--quiet); background: none; cursor: default; opacity: 0.7; }
.filter :focus-visible + label { outline: 3px solid var(--link); outline-offset: 2px; }

.legend { margin-block: 0.25rem 0; color: var(--quiet); font-size: 0.875rem; }
.legend p { max-width: 80ch; margin-block: 0.4rem; }
.legend dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0.2rem 2rem; }
.legend dl div { display: flex; gap: 0.75rem; }
.legend dt { flex: 0 0 7.5rem; color: var(--ink); }

.suite { margin-block-start: 2rem; }
.suite h2 { border-bottom: 1px solid var(--line); padding-block-end: 0.35rem; }
.suite .title { font-weight: 400; color: var(--quiet); margin-inline-start: 0.35em; }
.suite .skipped { margin-block-start: 0.6rem; }
.checks { list-style: none; padding: 0; margin-block-start: 0.75rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); gap: 0.5rem 2rem; }
.checks li { display: flex; gap: 0.6rem; }
.checks li > div { min-width: 0; overflow-wrap: anywhere; }
.checks .why { color: var(--quiet); font-size: 0.875rem; }
.checks .fail .why, .checks .inconclusive .why { color: inherit; }
.tried { margin-block: 0.4rem; font-size: 0.875rem; }
.tried :is(th, td) { padding: 0.2rem 0.75rem 0.2rem 0; text-align: start; vertical-align: top; }
.tried th { font-weight: 400; }
.tried thead th { color: var(--quiet); }
.tried td.pass .mark { color: var(--pass); }
.tried td.fail { color: var(--fail); font-weight: 600; }
.tried td.not-tried { color: var(--quiet); }
.tried :is(p, ul) { font-weight: 400; color: var(--ink); padding: 0; list-style: none; }
.checks li:has(.tried) { grid-column: 1 / -1; }
.step { margin-block-start: 1.25rem; }
.noted { margin: 0.25rem 0; }
.force { color: var(--quiet); font-size: 0.875rem; }
.force code, .force b { color: var(--ink); }
.beside { display: grid; grid-template-columns: minmax(0, 58fr) minmax(0, 42fr); gap: 0.75rem 2.5rem; align-items: start; margin-block-start: 0.5rem; }
.beside > p { align-self: center; }

.matrix { width: 100%; table-layout: fixed; }
.matrix > * > tr > th { padding: 0.3rem 0.6rem; background: var(--page); }
.matrix > * > tr > th:first-child { width: 7.5rem; padding-inline-start: 0; }
.matrix > thead > tr > th { padding-block-start: 0; }
.corner { color: var(--quiet); font-family: var(--sans); font-size: 0.75rem; }
.matrix > tbody > tr > td { padding: 0; border: 1px solid var(--line); background: var(--sheet); height: 1px; }
.matrix td > button { display: flex; gap: 0.5rem; width: 100%; height: 100%; min-height: 2.2rem; padding: 0.4rem 0.6rem; border: 0; background: none; text-align: start; font-size: 0.9375em; line-height: 1.35; }
.matrix td > button:hover { background: var(--sunk); }
.matrix td.pass > button > .mark { color: var(--pass); }
.matrix > tbody > tr > td.fail { background: light-dark(#b02a0b, #a5330f); border-color: light-dark(#b02a0b, #a5330f); color: #fff; }
.matrix td.fail > button { font-weight: 600; }
.matrix td.fail > button:hover { background: light-dark(#8f2006, #8f2a0a); }
.matrix > tbody > tr > td.inconclusive { background: var(--inconclusive-ground); border: 2px dashed var(--inconclusive); }
.matrix td.inconclusive > button > .mark { color: var(--inconclusive); }
.matrix td:has(> :popover-open) { outline: 3px solid var(--link); outline-offset: -1px; }

.timeline { width: 100%; table-layout: fixed; font-size: 0.8125rem; }
.timeline caption { text-align: start; color: var(--quiet); padding-block-end: 0.3rem; }
.timeline :is(th, td) { padding: 0.05rem 0.6rem 0.05rem 0; vertical-align: middle; }
.timeline th:first-child { width: 8.1rem; }
.timeline :is(th, td):nth-child(n + 3) { width: 4.2rem; text-align: end; padding-inline: 0; white-space: nowrap; }
.timeline thead th { color: var(--quiet); font-size: 0.75rem; }
.timeline .kind { display: none; }
.timeline .pair { white-space: normal; }
.timeline .steady { color: var(--quiet); }
svg { display: block; overflow: visible; }
.bar .base { stroke: var(--line); }
.bar .right { fill: var(--pass-bar); stroke: var(--pass-bar); }
.bar .wrong { fill: url(#hatch); stroke: var(--fail); stroke-width: 1.5; }
.bar .not-observed { fill: none; stroke: var(--inconclusive); stroke-width: 1.5; stroke-dasharray: 3 2; }
.bar .first-right { stroke: var(--ink); stroke-width: 1.5; }
.bar .last-wrong { stroke: var(--fail); stroke-width: 2; }
.axis line { stroke: var(--quiet); }
.axis text { fill: var(--quiet); font-size: 11px; }
.patterns .ground { fill: var(--fail-ground); }
.patterns .stripe { fill: var(--fail); }
`;
