import { html, type Markup } from './markup.ts';

// Small pieces that every page is put together of.

/** Returns a name such as `sleep.full`, whose namespace stands out: what is before the dot is the same all over the page. */
export function nameMarkup(name: string): Markup {
  const dot = name.indexOf('.') + 1;
  return html`<span class="kind">${name.slice(0, dot)}</span>${name.slice(dot)}`;
}

/** Returns a pair of such names, as one reads it. */
export function pairMarkup({ client, server }: { client: string; server: string }): Markup {
  return html`<span class="pair">${nameMarkup(client)} <span class="to">→</span> ${nameMarkup(server)}</span>`;
}

/** Returns facts in a row, each with its label. */
export function factList(facts: [string, Markup][]): Markup {
  return html`<dl class="facts">${facts.map(([label, fact]) => html`<div><dt>${label}</dt><dd>${fact}</dd></div>`)}</dl>`;
}

/** Returns when something was, in UTC. */
export function moment(at: string): Markup {
  return html`<time datetime="${at}"><b>${at.slice(0, 10)}</b> ${at.slice(11, 19)} UTC</time>`;
}
