/**
 * Returns a copy of plain data, as JSON has it, with every text in it changed; the names of fields stay.
 * @param except names of fields that stay as they are, with all that is in them
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
