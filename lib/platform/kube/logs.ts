import { CoreV1Api } from '@kubernetes/client-node';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connection/connect.ts';
import { refusalOf } from './connection/refusal.ts';
import type { ContainerRef } from './connection/session.ts';
import { within } from './connection/within.ts';

/** The default of the maximum number of lines, so that a busy mesh's log does not fill the memory. */
const LINES = 20_000;

/**
 * Returns the recent log of a container.
 * @param sinceMs how far back; the kubelet applies it, so this machine's clock does not matter
 * @param tailLines the maximum number of lines; the newest are returned
 * @throws UsageError if the user may not read it; InconclusiveError if the API server or the kubelet fails
 */
export async function logOf(
  kube: Kube,
  { namespace, pod, container }: ContainerRef,
  sinceMs: number,
  tailLines = LINES,
): Promise<string> {
  const name = `the log of Pod ${namespace}/${pod}`;
  const sinceSeconds = Math.ceil(sinceMs / 1000) + 1;
  const api = kube.config.makeApiClient(CoreV1Api);
  try {
    const read = api.readNamespacedPodLog({ name: pod, namespace, container, sinceSeconds, tailLines });
    return await within(read, defaultLimits.apiLookMs, `${kube.label}, asked for ${name},`);
  } catch (error) {
    throw refusalOf(kube.label, `does not show ${name}`, error);
  }
}
