/** Where in a run something was found: a cell, or a check where client and server are absent. */
export interface Place {
  suite: string;
  /** The step's title. */
  step: string;
  client?: string;
  server?: string;
}

/** Returns what tells a place from all others. */
export function keyOf({ suite, step, client, server }: Place): string {
  return JSON.stringify([suite, step, client, server]);
}

/** Returns a place as people write it, such as `strict › STRICT on httpbin.full › sleep.legacy → httpbin.full`. */
export function placeWords({ suite, step, client, server }: Place): string {
  const pair = client === undefined || server === undefined ? [] : [pairWords({ client, server })];
  return [suite, step, ...pair].join(' › ');
}

/** Returns a pair as people write it, such as `sleep.legacy → httpbin.full`. */
export function pairWords({ client, server }: { client: string; server: string }): string {
  return `${client} → ${server}`;
}
