import type { Client } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import { pairsIn, type Requirement } from '../select.ts';
import { counted } from './table.ts';
import { resultNames } from './words.ts';

/** How many pairs are named. */
const MOST = 50;

/** Whether what is required is so, for people. */
export interface RequiredWords {
  sentence: string;
  /** The first pairs that are not, each as `--except` names it, and how many more there are. */
  pairs: readonly { name: string; result: string }[];
  rest: number;
}

/**
 * Returns in words which pairs are not mutual TLS, although they must be.
 * @param when a word for the time that is meant, such as `afterwards`
 */
export function requiredWords(
  { violations, excepted }: Requirement,
  names: ReadonlyMap<Client, string>,
  when = '',
): RequiredWords {
  const then = when === '' ? '' : ` ${when}`;
  const but =
    excepted > 0 ? `, but of ${counted(excepted, 'pair')} that ${excepted === 1 ? 'is' : 'are'} excepted` : '';
  const count = pairsIn(violations);
  const pairs = violations
    // Each of them has a client at least.
    .slice(0, MOST)
    .flatMap(({ clients, server, why }) =>
      clients
        .slice(0, MOST)
        .map((client) => ({ name: `${names.get(client)}>${nameOfServer(server)}`, result: resultNames[why] })),
    )
    .slice(0, MOST);
  const sentence =
    count === 0
      ? `Required: mutual TLS. No request is answered without it${then}${but}.`
      : `Required: mutual TLS. ${counted(count, 'pair')} ${count === 1 ? 'is' : 'are'} not${then}:`;
  return { sentence, pairs, rest: count - pairs.length };
}

/** Returns what requiredWords says as lines. */
export function requiredText({ sentence, pairs, rest }: RequiredWords): string {
  return [
    sentence,
    ...pairs.map(({ name, result }) => `  ${name}  ${result}`),
    ...(rest > 0 ? [`  and ${rest.toLocaleString('en')} more; --print json has all`] : []),
  ].join('\n');
}
