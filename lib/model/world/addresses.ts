import { BlockList, isIP } from 'node:net';

/** Returns whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return isIP(text) !== 0;
}

/**
 * Returns whether an address is one of the given ones, or in one of the given ranges, such as `10.0.0.0/8`. What is
 * neither an address nor a range has none in it.
 */
export function isAmong(address: string, ranges: readonly string[]): boolean {
  if (!isAddress(address)) return false;
  const known = new BlockList();
  for (const range of ranges) {
    const [first = '', prefix] = range.split('/');
    const family = familyOf(first);
    if (family === undefined) continue;
    if (prefix === undefined) known.addAddress(first, family);
    else known.addSubnet(first, Number(prefix), family);
  }
  return known.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)];
}
