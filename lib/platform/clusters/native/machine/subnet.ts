import { createHash } from 'node:crypto';

/** Returns a 32-bit hash of the text. */
function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0);
}

/** Returns the name of the host's end of the cluster's link; the kernel allows 15 characters. */
export function linkOf(name: string): string {
  return `amtls-${numberOf(name).toString(16).padStart(8, '0')}`;
}

/** Returns the first three octets of a free 10.200–254.x.0/24; the same name gets the same one, unless it is taken. */
export function freeSubnet(name: string, taken: string[]): string {
  const ranges = taken.map(range);
  const candidates = 55 * 256;
  const first = numberOf(name) % candidates;
  for (let step = 0; step < candidates; step++) {
    const index = (first + step) % candidates;
    const prefix = `10.${200 + Math.floor(index / 256)}.${index % 256}`;
    const [low, high] = range(`${prefix}.0/24`);
    if (ranges.every(([from, to]) => high < from || to < low)) return prefix;
  }
  throw new Error('The host uses all of 10.200.0.0 to 10.254.255.255: free a /24 for the cluster.');
}

/** Returns the first and last address of a CIDR, as numbers. */
function range(cidr: string): [number, number] {
  const [address = '', bits = '32'] = cidr.split('/');
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const low = Math.floor(value / size) * size;
  return [low, low + size - 1];
}
