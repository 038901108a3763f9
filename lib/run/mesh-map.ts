import pRetry from 'p-retry';
import { InconclusiveError } from '../errors.ts';
import type { Istio } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { mergePatch, read } from '../kube/objects.ts';
import { ConflictError } from '../kube/refusal.ts';
import type { Limits } from '../limits.ts';
import { nameOf } from '../model/name.ts';
import { autoMtlsIn, withAutoMtls } from './mesh-config.ts';

/**
 * Pauses between retries after a conflict. If somebody writes so often that every retry conflicts, waiting is no use.
 */
const pauses = { minTimeout: 10, maxTimeout: 500, randomize: true };

/** Returns the cluster's current mesh configuration (YAML), or undefined if it is gone. */
export async function meshNow(kube: Kube, istio: Istio): Promise<string | undefined> {
  return (await mapNow(kube, istio))?.data['mesh'];
}

/**
 * Sets enableAutoMtls in the current mesh configuration and changes nothing else. If somebody else writes at the same
 * time, reads and writes again, so that their change is kept.
 * @param choose returns the value to set (undefined removes the field), given the current one
 * @throws ConflictError if others write all the time, UsageError if the cluster refuses
 */
export async function changeAutoMtls(
  { kube, istio, limits }: { kube: Kube; istio: Istio; limits: Pick<Limits, 'conflictRetries'> },
  choose: (now: unknown) => unknown,
): Promise<void> {
  const once = async (): Promise<void> => {
    const map = await mapNow(kube, istio);
    const text = map?.data['mesh'];
    if (map === undefined || text === undefined) {
      throw new InconclusiveError(
        `${nameOf(istio.configMap)} has no mesh configuration any more: somebody took it away.`,
      );
    }
    const now = autoMtlsIn(text);
    const wanted = choose(now);
    if (wanted === now) return;
    const { namespace, name, resourceVersion } = map.metadata;
    const metadata = { ...(namespace && { namespace }), name, ...(resourceVersion && { resourceVersion }) };
    const { apiVersion, kind } = istio.configMap;
    await mergePatch(kube, { apiVersion, kind, metadata, data: { mesh: withAutoMtls(text, wanted) } });
  };
  const retries = limits.conflictRetries;
  await pRetry(once, { ...pauses, retries, shouldRetry: ({ error }) => error instanceof ConflictError });
}

async function mapNow(kube: Kube, istio: Istio): Promise<Istio['configMap'] | undefined> {
  return (await read(kube, istio.configMap)) as Istio['configMap'] | undefined;
}
