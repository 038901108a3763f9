import type { Impostor } from '../../model/index.ts';
import type { ProbeClient } from '../../probe/index.ts';
import type { ImpostorCounts } from '../../verdict/index.ts';
import { ADMIN_PORT } from './envoy.ts';
import { answeringPorts } from './kinds.ts';

/** How long Envoy may take to tell. */
const SECONDS = 2;

const url = `http://127.0.0.1:${ADMIN_PORT}/stats?filter=(ssl.connection_error|downstream_rq_total)$`;

/**
 * Asks the impostors' Envoy what each has counted since it started.
 * @returns undefined for one of which it does not tell
 */
export async function seenByImpostors(
  client: ProbeClient,
  batchMs: number,
): Promise<(impostor: Impostor) => ImpostorCounts | undefined> {
  const { stdout } = await client.run(`curl -s -g -m ${SECONDS} '${url}'`, SECONDS * 1000 + batchMs);
  const values = new Map([...stdout.matchAll(/^(\S+): (\d+)$/gm)].map(([, name, value]) => [name, Number(value)]));
  return (impostor) => {
    const port = answeringPorts[impostor];
    const ended = values.get(`listener.0.0.0.0_${port}.ssl.connection_error`);
    const requests = values.get(`http.at-${port}.downstream_rq_total`);
    return ended === undefined || requests === undefined ? undefined : { ended, requests };
  };
}
