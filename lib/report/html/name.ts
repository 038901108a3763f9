import { html, type Markup } from './markup.ts';

/** Returns a name such as `sleep.full`, whose role stands out: what is before the dot is the same all over the page. */
export function nameOf(name: string): Markup {
  const dot = name.indexOf('.') + 1;
  return html`<span class="kind">${name.slice(0, dot)}</span>${name.slice(dot)}`;
}

/** Returns a pair of such names, as one reads it. */
export function pairOf({ client, server }: { client: string; server: string }): Markup {
  return html`<span class="pair">${nameOf(client)} <span class="to">→</span> ${nameOf(server)}</span>`;
}
