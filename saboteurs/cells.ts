const clients = ['sleep.full', 'sleep.legacy'];
const servers = ['httpbin.full', 'httpbin.partial', 'httpbin.legacy'];

/** Every pair of the task. */
export const everyPair = clients.flatMap((client) => servers.map((server) => `${client} → ${server}`));

/** Returns the pairs of one client. */
export function from(client: string): string[] {
  return everyPair.filter((pair) => pair.startsWith(`${client} `));
}

/** Returns the pairs of one server. */
export function to(server: string): string[] {
  return everyPair.filter((pair) => pair.endsWith(` ${server}`));
}

export const fullToFull = 'sleep.full → httpbin.full';
export const fullToPartial = 'sleep.full → httpbin.partial';
export const fullToLegacy = 'sleep.full → httpbin.legacy';
export const legacyToFull = 'sleep.legacy → httpbin.full';
export const legacyToPartial = 'sleep.legacy → httpbin.partial';
