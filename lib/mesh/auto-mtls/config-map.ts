import pRetry from 'p-retry';
import { nameOf } from '../../model/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import type { Istio } from '../../platform/istio/index.ts';
import { ConflictError, type Kube, mergePatch, read } from '../../platform/kube/index.ts';
import type { Limits } from '../../platform/limits.ts';
import { autoMtlsIn, withAutoMtls } from './config.ts';

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
 * @param choose returns the value to set (undefined removes the field), given the current one and what has it
 * @returns the configuration that was stored; undefined if it had the value already
 * @throws ConflictError if others write all the time, UsageError if the cluster refuses
 */
export async function changeAutoMtls(
  { kube, istio, limits }: { kube: Kube; istio: Istio; limits: Pick<Limits, 'conflictRetries'> },
  choose: (now: unknown, map: Istio['configMap']) => unknown,
): Promise<Istio['configMap'] | undefined> {
  const once = async (): Promise<Istio['configMap'] | undefined> => {
    const map = await mapNow(kube, istio);
    const text = map?.data['mesh'];
    if (map === undefined || text === undefined) {
      throw new InconclusiveError(
        `${nameOf(istio.configMap)} has no mesh configuration any more: somebody took it away.`,
      );
    }
    const now = autoMtlsIn(text);
    const wanted = choose(now, map);
    if (wanted === now) return undefined;
    const { namespace, name, resourceVersion } = map.metadata;
    const metadata = { ...(namespace && { namespace }), name, ...(resourceVersion && { resourceVersion }) };
    const { apiVersion, kind } = istio.configMap;
    const patch = { apiVersion, kind, metadata, data: { mesh: withAutoMtls(text, wanted) } };
    return (await mergePatch(kube, patch)) as Istio['configMap'];
  };
  const retries = limits.conflictRetries;
  return pRetry(once, { ...pauses, retries, shouldRetry: ({ error }) => error instanceof ConflictError });
}

async function mapNow(kube: Kube, istio: Istio): Promise<Istio['configMap'] | undefined> {
  return (await read(kube, istio.configMap)) as Istio['configMap'] | undefined;
}
