import { html } from '../markup.ts';

/** Colours, type and elements of all pages. Colour-blind readers can tell bluish green, vermilion and violet apart. */
export const base = html`
:root {
  color-scheme: light dark;
  --page: light-dark(#fafaf8, #14171a);
  --sheet: light-dark(#ffffff, #1b1f23);
  --sunk: light-dark(#f1f1ed, #22272c);
  --ink: light-dark(#1b1d20, #e4e6e9);
  --quiet: light-dark(#5a616b, #9ba4af);
  --line: light-dark(#dcdcd6, #333a41);
  --link: light-dark(#1a4f8b, #8ab8ee);
  --pass: light-dark(#0b6b51, #56c7a2);
  --pass-ground: light-dark(#e3f2ec, #16332b);
  --pass-bar: light-dark(#6fb49d, #3f8f75);
  --fail: light-dark(#b02a0b, #ff9272);
  --fail-ground: light-dark(#fce9e2, #43200f);
  --inconclusive: light-dark(#5b3ea6, #bba6f7);
  --inconclusive-ground: light-dark(#efeafa, #2b2447);
  --sans: -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  scroll-padding-top: 4rem;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 400 0.9375rem/1.5 var(--sans); font-variant-numeric: tabular-nums; overflow-wrap: break-word; }
.wrap { max-width: 80rem; margin-inline: auto; padding-inline: clamp(0.875rem, 3vw, 2rem); }
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure { margin: 0; }
ul, ol { padding-inline-start: 1.1rem; }
a { color: var(--link); text-underline-offset: 0.15em; }
code, pre, .pair, .matrix th { font-family: var(--mono); font-size: 0.875em; }
pre { margin: 0.35rem 0 0; padding: 0.6rem 0.75rem; background: var(--sunk); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4; font-size: 0.8125rem; }
pre.command { user-select: all; }
table { border-collapse: collapse; }
th { font-weight: 400; text-align: start; }
button { font: inherit; color: inherit; cursor: pointer; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
.quiet { color: var(--quiet); }
.kind, .to { color: var(--quiet); }
.pair { white-space: nowrap; }
.plain { list-style: none; padding: 0; }
.vh, .filter input { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.patterns { position: absolute; }
.mark { font-family: "DejaVu Sans", "Segoe UI Symbol", "Apple Symbols", var(--sans); font-weight: 700; }
.pass > .mark { color: var(--pass); }
.fail > .mark { color: var(--fail); }
.inconclusive > .mark { color: var(--inconclusive); }

.top { background: var(--sheet); border-bottom: 1px solid var(--line); padding-block: 1.1rem 1.25rem; }
.product { color: var(--quiet); font-size: 0.8125rem; }
.product b { color: var(--ink); margin-inline-end: 0.5em; }
h1 { display: flex; align-items: center; gap: 0.9rem; margin-block: 0.9rem 0.75rem; font-size: clamp(1.375rem, 1rem + 1.8vw, 2rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
h1 .mark { flex: none; display: grid; place-items: center; width: 1.7em; height: 1.7em; border-radius: 0.3em; color: var(--sheet); background: var(--verdict); }
.top.pass { --verdict: var(--pass); }
.top.fail { --verdict: var(--fail); }
.top:is(.inconclusive, .interrupted) { --verdict: var(--inconclusive); }
.counts { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; }
.counts b { font-weight: 650; }
.counts .none { color: var(--quiet); }
.counts .pass b { color: var(--pass); }
.counts .fail b { color: var(--fail); }
.counts .inconclusive b { color: var(--inconclusive); }
.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2.25rem; margin-block: 0.9rem 0; font-size: 0.875rem; }
.facts dt { color: var(--quiet); font-size: 0.75rem; }
.facts b { font-weight: 600; margin-inline-end: 0.35em; }
.remarks { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.15rem 1rem; margin-block-start: 0.9rem; font-size: 0.875rem; }
.remarks dt { color: var(--quiet); grid-column: 1; }
.remarks dd { grid-column: 2; max-width: 90ch; }
.remarks .errors { color: var(--inconclusive); font-weight: 600; }
footer { margin-block: 3rem 2rem; padding-block-start: 0.5rem; }
footer .facts { border-top: 1px solid var(--line); padding-block-start: 0.9rem; }
`;
