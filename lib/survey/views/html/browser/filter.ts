import type { PageData } from '../page-data.ts';

/** What of the mesh is shown. Empty texts leave out nothing. */
export interface Filter {
  /** Pairs whose client or server has this in its name. */
  search: string;
  from: string;
  to: string;
  /** Ids of results; none means all. */
  results: readonly string[];
}

export const everything: Filter = { search: '', from: '', to: '', results: [] };

/** Returns the part of the page's address that says what is shown. */
export function hashOf({ search, from, to, results }: Filter): string {
  const named = Object.entries({ search, from, to, show: results.join(' ') }).filter(([, value]) => value !== '');
  return new URLSearchParams(named).toString();
}

/** Reads the part of an address that says what is shown. */
export function filterIn(hash: string, data: PageData): Filter {
  const named = new URLSearchParams(hash.replace(/^#/, ''));
  const known = new Set(data.results.map(({ id }) => id));
  return {
    search: named.get('search') ?? '',
    from: named.get('from') ?? '',
    to: named.get('to') ?? '',
    results: (named.get('show') ?? '').split(' ').filter((id) => known.has(id)),
  };
}

/** Returns whether a name has a text in it, in whatever case. */
export function hasText(text: string): (name: string) => boolean {
  const wanted = text.trim().toLowerCase();
  return (name) => name.toLowerCase().includes(wanted);
}

/**
 * Returns what a pattern means, as on the command line: with `*` for anything, or a name; a Service means all its ports.
 * What is none of these, such as the beginning of a name, means all that have it in their names.
 */
export function matcherOf(pattern: string, names: readonly string[]): (name: string) => boolean {
  const text = pattern.trim();
  if (text.includes('*')) {
    const parts = text.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const expression = new RegExp(`^${parts.join('.*')}(:\\d+)?$`);
    return (name) => expression.test(name);
  }
  const isNamed = (name: string): boolean => name === text || name.startsWith(`${text}:`);
  return names.some(isNamed) ? isNamed : hasText(text);
}
