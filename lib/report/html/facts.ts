import { html, type Markup } from './markup.ts';

/** Returns facts in a row, each with its label. */
export function factList(facts: [string, Markup][]): Markup {
  return html`<dl class="facts">${facts.map(([label, fact]) => html`<div><dt>${label}</dt><dd>${fact}</dd></div>`)}</dl>`;
}

/** Returns when something was, in UTC. */
export function moment(at: string): Markup {
  return html`<time datetime="${at}"><b>${at.slice(0, 10)}</b> ${at.slice(11, 19)} UTC</time>`;
}
