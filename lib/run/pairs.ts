import type { Question } from '../model/types.ts';
import type { AskStep, Role } from './suite.ts';

/** The roles that have a sleep pod, and those that have an httpbin. */
export const clients: readonly Role[] = ['full', 'legacy'];
export const servers: readonly Role[] = ['full', 'partial', 'legacy'];

const SERVICE_PORT = 8000;

export interface Pair {
  client: Role;
  server: Role;
}

/** Returns the pairs that a step asks: its own, else every client and every server. */
export function pairsOf(step: AskStep): Pair[] {
  return step.pairs ?? clients.flatMap((client) => servers.map((server) => ({ client, server })));
}

/** Returns a pair's name, such as `sleep.full → httpbin.partial`. */
export function idOf({ client, server }: Pair): string {
  return `sleep.${client} → httpbin.${server}`;
}

/** Returns a pair as a question to the model. */
export function questionOf({ client, server }: Pair, namespaces: Record<Role, string>): Question {
  return {
    client: { namespace: namespaces[client], name: 'sleep' },
    server: { namespace: namespaces[server], name: 'httpbin', port: SERVICE_PORT },
  };
}

/** Returns what the client asks. */
export function urlOf({ server }: Pair, namespaces: Record<Role, string>): string {
  return `http://httpbin.${namespaces[server]}:${SERVICE_PORT}/headers`;
}
