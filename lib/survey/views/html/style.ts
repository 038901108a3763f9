import { base, html, type Sheet } from '../../../report/index.ts';

// Each result has a colour, a fill and a sign of its own: the sign tells it in a cell, the fill where several share one.

const results = html`
:root {
  --mtls: light-dark(#0b6b51, #6fd3b1);
  --mtls-ground: light-dark(#c9e8dc, #17463a);
  --plain: light-dark(#9c2f06, #ffb08f);
  --plain-ground: light-dark(#fbd3bf, #5d2a12);
  --broken: light-dark(#8f1030, #ff9db0);
  --broken-ground: light-dark(#fbd5dc, #5b1526);
  --refused: light-dark(#3f454d, #c3c9d1);
  --refused-ground: light-dark(#e3e5e8, #343b43);
  --mixed: light-dark(#6b4d00, #f2cf6b);
  --mixed-ground: light-dark(#f7e3a4, #4d3d0c);
  --unknown: light-dark(#5b3ea6, #c9b8fb);
  --unknown-ground: light-dark(#e9e2fa, #342a58);
  --none: light-dark(#5a616b, #9ba4af);
  --none-ground: light-dark(#f1f1ed, #22272c);
  --fill-mtls: linear-gradient(var(--mtls-ground), var(--mtls-ground));
  --fill-plain: repeating-linear-gradient(0deg, light-dark(#f0a27f, #8f4524) 0 2px, var(--plain-ground) 2px 6px);
  --fill-broken: repeating-linear-gradient(45deg, light-dark(#d97a8d, #a83d55) 0 2px, var(--broken-ground) 2px 6px);
  --fill-refused: linear-gradient(light-dark(#b9bdc4, #565f69), light-dark(#b9bdc4, #565f69));
  --fill-mixed: repeating-linear-gradient(135deg, light-dark(#dfb843, #8a6d14) 0 3px, var(--mixed-ground) 3px 6px);
  --fill-unknown: repeating-linear-gradient(90deg, light-dark(#b9a6ee, #6a57ad) 0 1px, var(--unknown-ground) 1px 5px);
  --fill-none: linear-gradient(var(--none-ground), var(--none-ground));
}
.is-mtls { --own: var(--mtls); --own-ground: var(--mtls-ground); }
.is-plain { --own: var(--plain); --own-ground: var(--plain-ground); }
.is-broken { --own: var(--broken); --own-ground: var(--broken-ground); }
.is-refused { --own: var(--refused); --own-ground: var(--refused-ground); }
.is-mixed { --own: var(--mixed); --own-ground: var(--mixed-ground); }
.is-unknown { --own: var(--unknown); --own-ground: var(--unknown-ground); }
.is-none { --own: var(--none); --own-ground: var(--none-ground); }
.shares rect.is-mtls { fill: light-dark(#7cc4aa, #2d7d66); }
.shares rect.is-plain { fill: url(#fill-plain); }
.shares rect.is-broken { fill: url(#fill-broken); }
.shares rect.is-refused { fill: light-dark(#8d949d, #565f69); }
.shares rect.is-mixed { fill: url(#fill-mixed); }
.shares rect.is-unknown { fill: url(#fill-unknown); }
.shares rect.is-none { fill: url(#fill-none); }
#fill-plain .ground { fill: light-dark(#fbd3bf, #5d2a12); }
#fill-plain .ink { fill: light-dark(#d9622f, #c9683f); }
#fill-broken .ground { fill: light-dark(#fbd5dc, #5b1526); }
#fill-broken .ink { fill: light-dark(#b3324d, #c95a72); }
#fill-mixed .ground { fill: light-dark(#f7e3a4, #4d3d0c); }
#fill-mixed .ink { fill: light-dark(#c99a12, #b28f26); }
#fill-unknown .ground { fill: light-dark(#e9e2fa, #342a58); }
#fill-unknown .ink { fill: light-dark(#5b3ea6, #a48df0); }
#fill-none .ground { fill: light-dark(#f1f1ed, #22272c); }
#fill-none .ink { fill: light-dark(#b9b9b2, #4a525a); }
`;

const parts = html`
/* What has the focus is not behind the filter, which stays. */
:root { scroll-padding-top: 7rem; }
h1 { --verdict: var(--own); font-size: clamp(1.25rem, 1rem + 1vw, 1.625rem); }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; }
h3 { font-size: 1rem; line-height: 1.4; font-weight: 600; }
main section { margin-block-start: 1.5rem; scroll-margin-block-start: 1rem; }
section > p.quiet { max-width: 90ch; font-size: 0.875rem; margin-block: 0.3rem 0.5rem; }
header .open { margin-block-start: 0.6rem; font-size: 0.875rem; }
.shares { display: block; border-radius: 3px; overflow: hidden; }
button { border: 1px solid var(--line); border-radius: 4px; background: var(--sheet); padding: 0.2rem 0.6rem; }
button:hover:enabled { border-color: var(--quiet); }
button:disabled { color: var(--quiet); opacity: 0.65; cursor: default; }
.filters { position: sticky; top: 0; z-index: 3; background: var(--page); padding-block: 0.5rem; font-size: 0.875rem; }
.choices, .fields { display: flex; flex-wrap: wrap; align-items: center; gap: 0.35rem; }
.legend { margin-block-start: 0.3rem; }
.fields { gap: 0.35rem 0.9rem; margin-block-start: 0.45rem; }
.fields label { display: flex; align-items: center; gap: 0.4rem; color: var(--quiet); }
.fields input { font: inherit; color: var(--ink); background: var(--sheet); border: 1px solid var(--quiet); border-radius: 4px; padding: 0.2rem 0.5rem; width: 12.5rem; }
.fields input::placeholder { color: var(--quiet); opacity: 1; }
.choices .mark { color: var(--own); }
.choices button:enabled { background: var(--own-ground); border-color: transparent; }
.choices button:enabled:hover { border-color: var(--own); }
.choices button[aria-pressed="true"] { background: var(--own); border-color: var(--own); color: var(--page); }
.choices button[aria-pressed="true"] .mark { color: inherit; }
.turn { display: flex; flex-wrap: wrap; gap: 0.4rem; align-items: center; font-size: 0.875rem; }
.turn:empty { display: none; }
`;

const matrix = html`
.scroll { position: relative; overflow-x: auto; padding: 3px 3px 0.5rem; }
.matrix { border-collapse: separate; border-spacing: 0; font-size: 0.8125rem; line-height: 1.25; }
.matrix tbody::before { content: ""; display: block; height: 5px; }
.matrix .corner { color: var(--quiet); font-size: 0.75rem; vertical-align: bottom; padding: 0 0.6rem 0.3rem 0; white-space: nowrap; }
.matrix th { font-family: var(--mono); font-size: 0.75rem; vertical-align: middle; }
.matrix .note { color: var(--quiet); font-family: var(--sans); font-size: 0.6875rem; margin-inline-start: 0.6em; white-space: nowrap; }
.matrix th > span:not(.note) { display: inline-block; vertical-align: middle; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.matrix .box-name { font-weight: 700; }
.matrix thead .box-name { padding: 0.1rem 0.3rem; border-block-end: 2px solid var(--quiet); max-width: 0; }
.matrix tbody .box-name { vertical-align: top; padding: 0.25rem 0.5rem 0 0.3rem; border-inline-end: 2px solid var(--quiet); }
.matrix tbody .box-name > span { max-width: 9rem; }
.matrix .name { cursor: pointer; }
.matrix .name:hover { text-decoration: underline; }
.matrix tbody .name { position: sticky; inset-inline-start: 0; z-index: 1; background: var(--page); padding: 0 0.5rem; white-space: nowrap; }
.matrix tbody tr:hover > .name { background: var(--sunk); }
.matrix tbody .name > .label { max-width: 15rem; }
.matrix .pairs, .matrix .not-shown { padding: 0; border: 1px solid var(--page); border-radius: 4px; text-align: center; cursor: pointer; }
.matrix .pairs { color: var(--own); background: var(--own-ground); }
.matrix .several { color: var(--ink); }
.matrix td.is-unknown { box-shadow: inset 0 0 0 1.5px var(--unknown); }
.matrix td.is-mixed { background: var(--fill-mixed); color: light-dark(#3d2c00, #fff3cf); }
.matrix td:hover, .matrix :focus-visible { outline: 2px solid var(--link); outline-offset: -1px; }
.matrix .not-shown { cursor: default; }
.matrix .first { border-inline-start: 8px solid var(--page); }
.matrix.narrow thead .name, .matrix .box-name.tall { text-align: center; vertical-align: bottom; padding: 0.35rem 0 0.2rem; }
.matrix.narrow thead .name > span, .matrix .box-name.tall > span { writing-mode: vertical-rl; rotate: 180deg; max-height: 9rem; margin-inline: auto; }
.matrix.narrow .pairs { width: 1.25rem; min-width: 1.25rem; height: 1.25rem; }
.matrix.roomy .pairs { width: 1.9rem; min-width: 1.9rem; height: 1.6rem; }
.matrix.narrow .pairs.first { width: calc(1.25rem + 7px); min-width: calc(1.25rem + 7px); }
.matrix.roomy .pairs.first { width: calc(1.9rem + 7px); min-width: calc(1.9rem + 7px); }
.matrix.wide thead .name { padding: 0.25rem 0.4rem; text-align: center; }
.matrix.wide .pairs { min-width: 7.5rem; max-width: 11rem; height: 1.9rem; padding-inline: 0.5rem; }
.matrix .part { margin-inline: 0.3em; white-space: nowrap; }
.matrix .words { margin-inline-start: 0.45em; color: var(--ink); }
`;

const below = html`
.boxes { list-style: none; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: 0.75rem; align-items: start; }
.box { padding: 0.65rem 0.85rem 0.75rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; font-size: 0.875rem; min-width: 0; overflow-wrap: anywhere; }
.box h3 { font-family: var(--mono); font-size: 0.9375rem; }
.box > * + * { margin-block-start: 0.35rem; }
.box .strict { color: var(--quiet); }
.box .strict.yes { color: var(--mtls); font-weight: 650; }
.box summary { cursor: pointer; }
.box .shares { height: 0.7rem; }
.box ul:not(.tally) { padding-inline-start: 1rem; margin-block-start: 0.25rem; font-family: var(--mono); font-size: 0.75rem; }
.box .is-unknown { color: var(--own); }
.tally { display: flex; flex-wrap: wrap; gap: 0 0.8rem; list-style: none; padding: 0; }
.tally .mark { color: var(--own); }
#not-judged li, #notes li { max-width: 100ch; overflow-wrap: anywhere; }
.about { position: fixed; inset: 0 0 0 auto; width: min(40rem, 100vw); max-width: none; height: 100dvh; max-height: none; margin: 0; padding: 1.1rem 1.4rem 2rem; overflow-y: auto; overscroll-behavior: contain; border: 0; border-inline-start: 1px solid var(--line); background: var(--sheet); color: var(--ink); box-shadow: 0 0 3rem rgb(0 0 0 / 0.25); overflow-wrap: anywhere; }
.about::backdrop { background: rgb(0 0 0 / 0.25); }
.about .close { float: inline-end; margin-inline-start: 1rem; }
.about h2.pair { white-space: normal; font-size: 1.0625rem; }
.about h3 { margin-block: 1rem 0.3rem; }
.about li + li { margin-block-start: 0.4rem; }
.about .verdict { display: flex; gap: 0.6rem; margin-block: 0.9rem; padding: 0.55rem 0.8rem; border-radius: 4px; background: var(--own-ground); }
.about .verdict .mark { color: var(--own); }
@media (max-width: 40rem) {
  .filters { position: static; }
  .fields label { flex: 1 1 100%; }
  .fields input { flex: 1; width: auto; min-width: 0; }
  .matrix tbody .name > .label, .matrix tbody .box-name > span { max-width: 6rem; }
  .matrix .note { display: block; margin: 0; }
}
@page { size: landscape; margin: 12mm; }
@media print {
  .filters, .turn, .box button, #not-judged button { display: none; }
  .scroll { overflow: visible; }
  .matrix.narrow .pairs { width: 0.9rem; min-width: 0.9rem; height: 0.9rem; font-size: 0.625rem; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .box, .matrix tr { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
`;

/** The style of the page of `automtls check`. */
export const surveySheet: Sheet = {
  styles: html`${base}${results}${parts}${matrix}${below}`,
  hash: 'sha256-HyFJqdMyu8XSyNd6bR0yf4Y4HdEhDWEsZJpUHzTrCnE=',
};
