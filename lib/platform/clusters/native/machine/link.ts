import { execa } from 'execa';
import { withLock } from '../../../builds/index.ts';
import { freeSubnet, linkOf } from './subnet.ts';

/**
 * Links the host to a process's network namespace with a veth pair; returns the first three octets of its addresses.
 */
export async function layLink(name: string, pid: number): Promise<string> {
  const host = linkOf(name);
  return withLock('/run/lock/automtls-network', {}, async () => {
    const subnet = freeSubnet(name, await takenSubnets());
    // The inner end is created inside the namespace, so the link never outlives the namespace.
    await execa('ip', ['link', 'add', host, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)]);
    await execa('ip', ['address', 'add', `${subnet}.1/24`, 'dev', host]);
    await execa('ip', ['link', 'set', host, 'up']);
    return subnet;
  });
}

/** Returns the commands that configure the end inside the namespace. */
export function innerEnd(subnet: string): string[][] {
  return [
    ['ip', 'address', 'add', `${subnet}.2/24`, 'dev', 'eth0'],
    ['ip', 'link', 'set', 'eth0', 'up'],
    ['ip', 'route', 'add', 'default', 'via', `${subnet}.1`],
  ];
}

/** Removes the host's end. The kernel would keep it for a while after the namespace has ended. */
export async function removeLink(name: string): Promise<void> {
  await execa('ip', ['link', 'delete', linkOf(name)], { reject: false });
}

async function takenSubnets(): Promise<string[]> {
  const [addresses, routes] = await Promise.all([
    execa('ip', ['-json', '-4', 'address']),
    execa('ip', ['-json', '-4', 'route', 'show', 'table', 'all']),
  ]);
  const infos: { addr_info?: { local?: string; prefixlen?: number }[] }[] = JSON.parse(addresses.stdout);
  const destinations: { dst: string }[] = JSON.parse(routes.stdout || '[]');
  return [
    ...infos.flatMap(({ addr_info = [] }) => addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`)),
    ...destinations.map(({ dst }) => dst).filter((dst) => dst !== 'default'),
  ];
}
