import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { UsageError } from '../../platform/errors.ts';
import type { PairPattern } from '../../survey/index.ts';

// What the answers of a mesh must be, for commands that end with exit code 1 where they are not.

/** Returns the option that says what is required. */
export function requireOption(about: string) {
  return new Option('--require <WHAT>', about).choices(['mtls'] as const);
}

/** Returns the option that names pairs of which it is not required. */
export function exceptOption() {
  return new Option(
    '--except <PAIR...>',
    "with --require: pairs that need not be, as 'CLIENT>SERVER' or CLIENT:SERVER",
  ).argParser(pair);
}

/** @throws UsageError if there are exceptions from nothing */
export function assertRequired(required: 'mtls' | undefined, except: readonly PairPattern[]): void {
  if (except.length === 0 || required !== undefined) return;
  throw new UsageError('--except is for --require: name what is required, --require mtls.');
}

/**
 * Reads a pair as commands print it, such as `shop/*>cart.shop:8080`, `web.shop:cart.shop` or
 * `web.shop → http://cart.shop:8080`. A client is then of the form `namespace/name`.
 */
export function pair(text: string, before: PairPattern[] = []): PairPattern[] {
  const [, given = '', server = ''] =
    /^([^>→:]+?)(?:->|[>→:])(?:\w+:\/\/)?([^>→]+)$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (given === '' || server === '') throw new InvalidArgumentError("takes a pair, such as 'shop/web>cart.shop:8080'");
  const [, name, namespace] = /^([^/.]+)\.([^/.]+)$/.exec(given) ?? [];
  const client = given === 'outsider.outsider' ? 'outsider' : name === undefined ? given : `${namespace}/${name}`;
  return [...before, { text, client, server }];
}
