import { duration } from '../parts/words.ts';
import { html, type Markup } from './markup.ts';

// Small elements that all pages use.

/** Returns a name such as `sleep.full`, with only its namespace emphasised: the part before the dot rarely differs. */
export function nameMarkup(name: string): Markup {
  const dot = name.indexOf('.') + 1;
  return html`<span class="kind">${name.slice(0, dot)}</span>${name.slice(dot)}`;
}

/** Returns a pair of such names with an arrow between them. */
export function pairMarkup({ client, server }: { client: string; server: string }): Markup {
  return html`<span class="pair">${nameMarkup(client)} <span class="to">→</span> ${nameMarkup(server)}</span>`;
}

/** Returns a row of facts, each with its label. */
export function factList(facts: [string, Markup][]): Markup {
  return html`<dl class="facts">${facts.map(([label, fact]) => html`<div><dt>${label}</dt><dd>${fact}</dd></div>`)}</dl>`;
}

/** Returns when and where something was measured, for the head of a page. */
export function measuredFacts({
  startedAt,
  ms,
  istio,
  cluster,
}: {
  startedAt: string;
  ms: number;
  istio: { version: string };
  cluster: { provider: string; name: string; kubernetes: string };
}): Markup {
  return factList([
    ['Started', moment(startedAt)],
    ['Took', html`<b>${duration(ms)}</b>`],
    ['Istio', html`<b>${istio.version}</b>`],
    ['Cluster', html`<b>${cluster.provider}</b> ${cluster.name}, Kubernetes ${cluster.kubernetes}`],
  ]);
}

/** Returns a date and time in UTC. */
export function moment(at: string): Markup {
  return html`<time datetime="${at}"><b>${at.slice(0, 10)}</b> ${at.slice(11, 19)} UTC</time>`;
}
