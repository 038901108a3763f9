import type { SyncStatus } from '../../mesh/index.ts';

/**
 * Returns what the istiods say of some proxies.
 * @param proxies as `<pod>.<namespace>`
 * @returns what each istiod says, and the proxies that none of them knows
 */
export function syncOf(
  said: { istiod: string; all: SyncStatus[] }[],
  proxies: string[],
): { istiods: { istiod: string; proxies: SyncStatus[] }[]; unknown: string[] } {
  const istiods = said.map(({ istiod, all }) => ({
    istiod,
    proxies: all.filter(({ proxy = '' }) => proxies.includes(proxy)),
  }));
  const known = istiods.flatMap((one) => one.proxies.map(({ proxy }) => proxy));
  return { istiods, unknown: proxies.filter((proxy) => !known.includes(proxy)) };
}
