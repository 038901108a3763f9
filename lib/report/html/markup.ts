import { visible } from '../parts/visible.ts';

const source: unique symbol = Symbol('markup');

// Tagged templates of libraries (escape-goat, common-tags) return strings, which do not show whether they were escaped.

/** HTML that needs no escaping. Only `html` creates it, so an unescaped string cannot be used in its place. */
export interface Markup {
  readonly [source]: string;
}

type Value = Markup | string | number | readonly Value[];

/**
 * A template of HTML: the literal text stays as it is, values are escaped unless they are markup.
 * Put attributes in double quotes, and no values into the names of tags or attributes.
 */
export function html(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return { [source]: String.raw({ raw: parts }, ...values.map(written)) };
}

/** Returns markup as a string. */
export function sourceOf(markup: Markup): string {
  return markup[source];
}

/**
 * Returns data for a script of the page, as the JSON in a script element that is none. Every text in it is safe to
 * display, as one in markup is.
 */
export function dataMarkup(id: string, data: object): Markup {
  const text = JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? visible(value) : value));
  // Only a < could end the element.
  return {
    [source]: `<script type="application/json" id="${escaped(id)}">${text.replaceAll('<', '\\u003c')}</script>`,
  };
}

/**
 * Returns a script of the page's own. The page must allow it by its hash.
 * @throws Error if it holds what would end the element
 */
export function scriptMarkup(code: string): Markup {
  if (/<\/script|<!--/i.test(code)) throw new Error('The script holds the end of a script element.');
  return { [source]: `<script type="module">${code}</script>` };
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
