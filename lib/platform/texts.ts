/**
 * Returns a copy of JSON data in which every string value is changed; field names stay.
 * @param except names of fields whose values stay unchanged, including everything inside them
 */
export function mapTexts<T>(value: T, change: (text: string) => string, except: ReadonlySet<string> = new Set()): T {
  const copy = (one: unknown): unknown => {
    if (typeof one === 'string') return change(one);
    if (Array.isArray(one)) return one.map(copy);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, field]) => [name, except.has(name) ? field : copy(field)]),
    );
  };
  return copy(value) as T;
}

/** Returns at most this many texts, and one more text with the number of the rest. */
export function atMost(texts: readonly string[], most: number): string[] {
  return texts.length <= most ? [...texts] : [...texts.slice(0, most), `and ${texts.length - most} more`];
}
