import type { Client } from '../../pairs/clients.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import { counted } from '../../views/table.ts';
import { clientNames } from '../../views/words.ts';
import type { Pair } from '../context.ts';
import type { Finding, Severity } from '../finding.ts';
import type { Lint } from '../lint.ts';

export const severities: readonly Severity[] = ['error', 'warning', 'note'];

/** How many pairs a person is shown. */
const SHOWN = 5;

/** Returns what says how pairs are called, such as `shop/web>cart.shop:80`. */
export function pairNames({ findings, accepted }: Lint): (pair: Pair) => string {
  const clients = [...findings, ...accepted].flatMap(({ pairs }) => pairs.map(({ client }) => client));
  const names: ReadonlyMap<Client, string> = clientNames([...new Set(clients)]);
  return ({ client, server }) => `${names.get(client)}>${nameOfServer(server)}`;
}

/** Returns which pairs a finding concerns: how many, and a few of them. */
export function pairsWords({ pairs }: Finding, nameOfPair: (pair: Pair) => string): string {
  if (pairs.length === 0) return 'No pair: no request that is judged depends on it.';
  const names = pairs.slice(0, SHOWN).map(nameOfPair);
  const rest = pairs.length - names.length;
  const more = rest > 0 ? ` and ${rest.toLocaleString('en')} more` : '';
  return `${counted(pairs.length, 'pair')}: ${names.join(', ')}${more}`;
}
