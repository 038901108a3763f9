import type { Question } from '../model/types.ts';
import { pairWords } from '../results/place.ts';
import type { AskStep, Role } from './suite.ts';

/** The roles that have a sleep pod, and those that have an httpbin. */
export const clients: readonly Role[] = ['full', 'legacy'];
export const servers: readonly Role[] = ['full', 'partial', 'legacy'];

const SERVICE_PORT = 8000;

export interface Pair {
  client: Role;
  server: Role;
}

export const everyPair: Pair[] = clients.flatMap((client) => servers.map((server) => ({ client, server })));

/** Returns the pairs that a step asks: its own, else every client and every server. */
export function pairsOf(step: AskStep): Pair[] {
  return step.pairs ?? everyPair;
}

/** Returns what people call the two, such as `sleep.full` and `httpbin.partial`. */
export function namesOf({ client, server }: Pair): { client: string; server: string } {
  return { client: `sleep.${client}`, server: `httpbin.${server}` };
}

/** Returns a pair's name, such as `sleep.full → httpbin.partial`. */
export function idOf(pair: Pair): string {
  return pairWords(namesOf(pair));
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
