import type { TrafficKey } from './types.ts';

/** A place in a run: a cell, or a check if it has no traffic. */
export interface Place extends Partial<TrafficKey> {
  suite: string;
  /** The step's title. */
  step: string;
}

/** Returns a string that identifies a place. */
export function keyOf({ suite, step, client, server, port, protocol, subset }: Place): string {
  return JSON.stringify([suite, step, client, server, port, protocol, subset]);
}

/** Returns a place for display, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeWords({ suite, step, client, server }: Place): string {
  const pair = client === undefined || server === undefined ? [] : [pairWords({ client, server })];
  return [suite, step, ...pair].join(' › ');
}

/** Returns a pair for display, such as `sleep.legacy → httpbin.full`. */
export function pairWords({ client, server }: Pick<TrafficKey, 'client' | 'server'>): string {
  return `${client} → ${server}`;
}

/** Returns traffic with its port, protocol and subset, such as `sleep.legacy → http://httpbin.full:8000`. */
export function trafficWords({ client, server, port, protocol, subset }: TrafficKey): string {
  return pairWords({ client, server: `${protocol}://${server}:${port}${subsetWords(subset)}` });
}

/**
 * Returns a step's traffic with short server names such as `httpbin.full`; ports, protocols and subsets only if it has several.
 */
export function named<T extends TrafficKey>(traffic: T[]): T[] {
  const ports = new Set(traffic.map(({ port }) => port)).size > 1;
  const protocols = new Set(traffic.map(({ protocol }) => protocol)).size > 1;
  return traffic.map((one) => ({
    ...one,
    server: `${protocols ? `${one.protocol}://` : ''}${one.server}${ports ? `:${one.port}` : ''}${subsetWords(one.subset)}`,
  }));
}

/** Returns every name that `named` may give traffic, whatever else its step asks. */
export function namesOf({ client, server, port, protocol, subset }: TrafficKey): string[] {
  return ['', `${protocol}://`].flatMap((scheme) =>
    ['', `:${port}`].map((end) => pairWords({ client, server: `${scheme}${server}${end}${subsetWords(subset)}` })),
  );
}

function subsetWords(subset: string | undefined): string {
  return subset === undefined ? '' : ` (${subset})`;
}
