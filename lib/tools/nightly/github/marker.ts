/** Returns a text with a state in a hidden comment, by which the text can also be recognised. */
export function withState(name: string, state: Record<string, string>, text: string): string {
  return `<!-- ${name} ${JSON.stringify(state)} -->\n${text}`;
}

/** Returns the state in a text: empty if somebody edited it and it is not valid JSON, undefined if there is none. */
export function stateIn(name: string, text: string): Record<string, string> | undefined {
  const [, json] = new RegExp(`<!-- ${name} (.*?) -->`).exec(text) ?? [];
  if (json === undefined) return undefined;
  try {
    return Object.fromEntries(Object.entries(JSON.parse(json)).map(([key, value]) => [key, String(value)]));
  } catch {
    return {};
  }
}
