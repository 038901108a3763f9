import type { KubeObject } from '../../model/types.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { outputOf } from '../../platform/kube/connection/output.ts';
import { create, list, read, remove } from '../../platform/kube/objects.ts';
import { pod, until } from './harness.ts';

// A mesh of somebody else on the live tests' cluster: its objects, and what its pods get when they ask.

interface Pod extends KubeObject {
  status?: { phase?: string; podIP?: string; conditions?: { type: string; status: string }[] };
}

/** An object that may have pods, or be one. */
type Controller = KubeObject & { spec?: { replicas?: number; template?: object; containers?: object } };

const namespacesIn = (objects: readonly KubeObject[]) => objects.filter(({ kind }) => kind === 'Namespace');

/** Creates a mesh's objects, and waits until all of its pods are READY. Returns the pods. */
export async function deploy(kube: Kube, objects: readonly KubeObject[]): Promise<Pod[]> {
  for (const object of objects) await create(kube, object, 'live');
  const replicas = (objects as readonly Controller[])
    .filter(({ spec }) => spec?.template ?? spec?.containers)
    .reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);
  return until(async () => {
    const found = await Promise.all(
      namespacesIn(objects).map(({ metadata }) => list<Pod>(kube, pod, { namespace: metadata.name })),
    );
    const ready = found.flat().filter(({ status }) => isTrue(status?.conditions, 'Ready'));
    return ready.length >= replicas && ready;
  });
}

function isTrue(conditions: { type: string; status: string }[] = [], type: string): boolean {
  return conditions.some((one) => one.type === type && one.status === 'True');
}

/** Deletes a mesh, and waits until it is gone: what comes next on the cluster looks whether anything was left. */
export async function withdraw(kube: Kube, objects: readonly KubeObject[]): Promise<void> {
  const namespaces = namespacesIn(objects);
  for (const namespace of namespaces) await remove(kube, namespace, 'live');
  await until(async () => {
    const left = await Promise.all(namespaces.map((namespace) => read(kube, namespace)));
    return left.every((namespace) => namespace === undefined);
  });
}

/** Asked so often that one of two kinds of pods is missed about once in 10,000 times. */
const REQUESTS = 14;

/**
 * Returns the kinds of outcomes of some requests.
 * @param client a workload with curl, such as `shop/sleep`
 * @param server a Service port, such as `cart.shop:80`
 */
export async function askedBy(kube: Kube, client: string, server: string): Promise<string[]> {
  const [namespace = '', account = ''] = client.split('/');
  const pods = await list<Pod>(kube, pod, { namespace, labels: `app=${account}` });
  const [service = '', port = ''] = server.split(':');
  const script = `for i in $(seq ${REQUESTS}); do
    curl -s -m 5 -o /tmp/body -w '%{http_code} ' http://${service}.svc.cluster.local:${port}/headers
    grep -qi x-forwarded-client-cert /tmp/body && echo cert || echo none; : > /tmp/body
  done`;
  const where = { namespace, pod: pods[0]?.metadata.name ?? '', container: 'main' };
  const output = await outputOf(kube, where, ['sh', '-c', script], {
    most: 10_000,
    signal: AbortSignal.timeout(90_000),
  });
  return [...new Set(output.trim().split('\n').map(kindOf))].sort();
}

function kindOf(line: string): string {
  if (line === '200 cert') return 'mtls';
  // The sidecar's own port answers 404 to what it does not know.
  const kinds: Record<string, string> = {
    200: 'plain',
    404: 'plain',
    503: 'unavailable',
    403: 'denied',
    '000': 'reset',
  };
  const [code = ''] = line.split(' ');
  return kinds[code] ?? line;
}
