import { visible } from '../visible.ts';

const source: unique symbol = Symbol('markup');

// Tagged templates of libraries (escape-goat, common-tags) yield strings, which tell nobody whether they were escaped.

/** HTML that may be shown as it is. Only `html` makes it, so text that nobody has escaped cannot pass for it. */
export interface Markup {
  readonly [source]: string;
}

type Value = Markup | string | number | readonly Value[];

/**
 * A template of HTML: what is written in it stays, what is put into it is escaped, unless it is markup itself.
 * Attributes are to be in double quotes, and no value belongs into the name of a tag or of an attribute.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return { [source]: String.raw({ raw: parts }, ...values.map(written)) };
}

/** Returns the text of the markup, to be sent or stored. */
export function sourceOf(markup: Markup): string {
  return markup[source];
}

function written(value: Value): string {
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'number') return String(value);
  return source in value ? value[source] : value.map(written).join('');
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
