import { meshOf } from '../istio/detect.ts';
import type { FakeApi } from '../kube/api-fixtures.ts';
import { parseRelease } from '../model/release.ts';
import { topologyOf } from '../model/topology.ts';
import type { KubeObject } from '../model/types.ts';
import type { Asker } from '../probe/converge.ts';
import { type Clock, type Mesh, patience, scripted } from '../probe/fixtures.ts';
import { workloadObjects } from './manifests.ts';
import { namespacesOf, type Run } from './run.ts';
import { unwinding } from './unwinding.ts';

/** Runs as their tests want them. */

export const id = 'ab12c3';
export const namespaces = namespacesOf(id);
export { roles } from './manifests.ts';

export const meshText = '# as found\nenableAutoMtls: true\ntrustDomain: cluster.local\n';
export const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio' },
  data: { mesh: meshText },
};

/** A run on an API server of the tests, with nothing in force and clients that a script answers. */
export function runOn(api: FakeApi, changes: Partial<Run> = {}): Run {
  const version = '1.31.0';
  return {
    id,
    cluster: { provider: 'current', name: 'test', kubeconfig: '/k', owned: false },
    kube: api.kube,
    istio: {
      version,
      mesh: meshOf(meshText, version, 'istio-system'),
      policyApi: 'security.istio.io',
      configMap,
      injectionLabel: { key: 'istio-injection', value: 'enabled' },
    },
    namespaces,
    topology: topologyOf(workloadObjects(namespaces), parseRelease(version)),
    patience,
    signal: new AbortController().signal,
    onProgress: () => {},
    unwinding: unwinding(),
    askers: new Map(),
    foreign: [],
    inForce: [],
    autoMtls: true,
    expected: new Map(),
    ...changes,
  };
}

/** Askers of both clients: each reply by the client, the server and what the API server has at that time. */
export function askersOn(
  clock: Clock,
  api: FakeApi,
  reply: (
    client: string,
    server: string,
    has: (name: string) => KubeObject | undefined,
    nth: number,
  ) => ReturnType<Mesh>,
): Run['askers'] {
  const has = (name: string) => [...api.stored.values()].find(({ metadata }) => metadata.name === name);
  const asker = (client: string): Asker => {
    const { run } = scripted(clock, (namespace, nth) => reply(client, namespace.replace(`-${id}`, ''), has, nth));
    return {
      run: async (script, timeoutMs) => {
        const { stdout } = await run(script, timeoutMs);
        return { stdout: stdout.replaceAll('/ns/full/', `/ns/${namespaces.full}/`) };
      },
    };
  };
  return new Map([
    ['full', asker('full')],
    ['legacy', asker('legacy')],
  ]);
}
