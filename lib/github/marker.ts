/** Returns a text that carries a state out of sight of its readers; by it the text is known again, too. */
export function withState(name: string, state: Record<string, string>, text: string): string {
  return `<!-- ${name} ${JSON.stringify(state)} -->\n${text}`;
}

/** Returns the state that a text carries: empty where somebody has edited it, undefined where there is none. */
export function stateIn(name: string, text: string): Record<string, string> | undefined {
  const [, json] = new RegExp(`<!-- ${name} (.*?) -->`).exec(text) ?? [];
  if (json === undefined) return undefined;
  try {
    return Object.fromEntries(Object.entries(JSON.parse(json)).map(([key, value]) => [key, String(value)]));
  } catch {
    return {};
  }
}
