import { CoreV1Api } from '@kubernetes/client-node';
import { defaultLimits } from '../limits.ts';
import type { Kube } from './connect.ts';
import { refusalOf } from './refusal.ts';
import type { Container } from './session.ts';
import { within } from './within.ts';

/** A busy mesh must not fill the memory: of more lines these are the newest. */
const LINES = 20_000;

/**
 * Returns what a container has logged lately.
 * @param sinceMs how far back; it is the kubelet that counts it, so clocks need not agree
 * @throws UsageError where the user may not read it; InconclusiveError where the API server or the kubelet is out of order
 */
export async function logOf(kube: Kube, { namespace, pod, container }: Container, sinceMs: number): Promise<string> {
  const name = `the log of Pod ${namespace}/${pod}`;
  const sinceSeconds = Math.ceil(sinceMs / 1000) + 1;
  const api = kube.config.makeApiClient(CoreV1Api);
  try {
    const read = api.readNamespacedPodLog({ name: pod, namespace, container, sinceSeconds, tailLines: LINES });
    return await within(read, defaultLimits.apiLookMs, `${kube.label}, asked for ${name},`);
  } catch (error) {
    throw refusalOf(kube.label, `does not show ${name}`, error);
  }
}
