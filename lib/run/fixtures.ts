import { type Learned, nothingAsked, nothingOnMesh, type OnMesh, type Run, settingOf } from '../mesh/run.ts';
import { servingOf } from '../mesh/serving-fixtures.ts';
import { type Watching, watchingOn } from '../mesh/watching.ts';
import type { KubeObject, ObjectChange } from '../model/types.ts';
import { parseRelease } from '../model/world/release.ts';
import { topologyOf } from '../model/world/topology.ts';
import { cleanupStack } from '../platform/cleanup-stack.ts';
import { type Istio, meshOf } from '../platform/istio/detect.ts';
import type { FakeApi } from '../platform/kube/api-fixtures.ts';
import { defaultLimits } from '../platform/limits.ts';
import { type Clock, type Mesh, markOf, printedCounts, printedOutbound, scripted } from '../probe/fixtures.ts';
import { thorough } from '../probe/phases/strategy.ts';
import type { ProbeClient } from '../probe/types.ts';
import { workloadObjects } from '../scenario/manifests.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { AskStep } from '../scenario/suite.ts';
import { namespacesOf, topology as topologyNamed } from '../scenario/topology.ts';
import { idOf } from '../scenario/traffic.ts';
import { usualSensitivity } from '../verdict/judge/answers/sensitivity.ts';
import { judgeCheck } from '../verdict/judge.ts';
import type { Seen } from '../verdict/judgement.ts';
import { whyOf } from '../verdict/reasons.ts';
import { recorded } from '../verdict/record/fixtures.ts';
import type { CheckReasons } from './checks/check-reasons.ts';

/** Runs for unit tests. */

export const id = 'ab12c3';
const task = topologyNamed('auto-mtls');
export const namespaces = namespacesOf([task], id) as Record<'full' | 'partial' | 'legacy', string>;

/** A step that asks all traffic of the task's topology. */
export const asking = (step: AskStep): Scenario => ({ traffic: task.traffic, ...step });

export const meshText = '# as found\nenableAutoMtls: true\ntrustDomain: cluster.local\n';
export const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio' },
  data: { mesh: meshText },
};

/** Returns what a check found, as a report tells it: judged by what a record has of it, with its reasons in words. */
export function told(run: Run, { objects, ...seen }: CheckReasons) {
  const { verdict, reasons } = judgeCheck(settingOf(run), recorded(seen));
  return { verdict, why: whyOf(reasons), ...(objects && { objects }) };
}

/** An answer that no step expects, so the arrival of any change can be seen. */
const otherwise: Seen = { observation: { kind: 'other', status: 418 }, count: 1, counted: 1, firstMs: 0, lastMs: 0 };

/** What differs from an ordinary run, and from what it has on the mesh. */
export type RunChanges = Partial<Omit<Run, 'mesh'>> & { mesh?: Partial<OnMesh> };

/** A run on a fake API server, with nothing applied and, by default, no clients. Its watches have not begun. */
export function runOn(api: FakeApi, { mesh, ...changes }: RunChanges = {}): Run {
  const istio: Istio = {
    version,
    mesh: meshOf(meshText, version, 'istio-system'),
    policyApi: 'security.istio.io',
    configMap,
    istiod: { namespace: 'istio-system', labels: 'app=istiod' },
    injectionLabel: { key: 'istio-injection', value: 'enabled' },
  };
  return {
    id,
    cluster: { provider: 'current', name: 'test', kubeconfig: '/k', owned: false },
    kube: api.kube,
    istio,
    topologies: [task],
    namespaces,
    topology,
    limits: defaultLimits,
    strategy: thorough,
    sensitivity: usualSensitivity,
    asks: new Map(),
    seed: 1,
    variations: new Map(),
    signal: new AbortController().signal,
    onProgress: () => {},
    cleanup: cleanupStack(),
    mesh: { ...nothingOnMesh(istio), ...mesh },
    probeClients: new Map(),
    made,
    watching: watchingOn({ kube: api.kube, istio }),
    ...changes,
  };
}

/** Watches that have seen these changes, and are behind in this. */
export function seeing(changes: ObjectChange[], behind: string[] = []): Watching {
  return {
    begin: async () => {},
    changes: async () => ({ changes, behind }),
    unwatched: () => undefined,
    stop: () => {},
  };
}

/** What a run knows that has asked every pair of the task once, on a mesh where others have nothing. */
export function learnedWith(changes: Partial<Learned> = {}): Learned {
  return {
    ...nothingAsked({ foreign: [], others: { objects: [], unread: [], listed: new Map() } }),
    observed: new Map(task.traffic.map((one) => [idOf(one), { seen: [otherwise] }])),
    ...changes,
  };
}

const version = '1.31.0';
const topology = topologyOf(workloadObjects([task], namespaces), parseRelease(version));
const { serving, made } = servingOf(topology, id);
/** The objects of a run on a cluster once its pods are ready. */
export const servingObjects: KubeObject[] = [
  ...made,
  ...serving.replicaSets,
  ...serving.pods,
  ...serving.slices.map((slice) => ({ ...slice, kind: 'EndpointSlice' })),
];

const servingKinds = new Set(servingObjects.map(({ kind }) => kind));

/** The servers with a sidecar, in the order in which their counters are read. */
const counted = ['full', 'partial'] as const;

/** What a server's sidecar has counted. Each client with a sidecar keeps one connection of one kind to the server. */
interface Counts {
  total: number;
  tls: number;
  open?: 'tls' | 'plain' | undefined;
  /** The number of consecutive requests that did not use the open connection. */
  idle?: number;
}

/** Returns the address of a server's pod: of the one with a sidecar, or of the other one. */
function addressOf(server: string, isMeshed: boolean): string {
  const name = server === 'partial' && !isMeshed ? 'httpbin-nosidecar' : 'httpbin';
  const pod = serving.pods.find(
    ({ metadata }) => metadata.namespace === `${server}-${id}` && metadata.name === `${name}-1`,
  );
  return pod?.status?.podIPs?.[0]?.ip ?? '';
}

/** The probe clients. Each reply depends on the client, the server and the objects on the API server at that time. */
export function probeClientsOn(
  clock: Clock,
  api: FakeApi,
  reply: (
    client: string,
    server: string,
    has: (name: string) => KubeObject | undefined,
    nth: number,
  ) => ReturnType<Mesh>,
  { tlsIsPlain = false } = {},
): Run['probeClients'] {
  // Only policies count, not the objects of the run's workloads.
  const has = (name: string) =>
    [...api.stored.values()].find((object) => object.metadata.name === name && !servingKinds.has(object.kind));
  const counts = { full: { total: 0, tls: 0 } as Counts, partial: { total: 0, tls: 0 } as Counts };
  const count = (client: string, server: string, came: ReturnType<Mesh>): void => {
    const own = (counts as Record<string, Counts>)[server];
    if (own === undefined || typeof came === 'number') return;
    const kind = came === 'm' && !tlsIsPlain ? 'tls' : 'plain';
    // Plain text to httpbin.partial reaches the endpoint without a sidecar. An unused connection is closed eventually.
    if (server === 'partial' && came !== 'm') {
      own.idle = (own.idle ?? 0) + 1;
      if (own.idle > 10) own.open = undefined;
      return;
    }
    own.idle = 0;
    if (client === 'full' && own.open === kind) return;
    own.total += 1;
    if (kind === 'tls') own.tls += 1;
    if (client === 'full') own.open = kind;
  };
  /** What the sidecar of sleep.full sent, by server and by address. */
  const sent: Record<string, Record<string, { requests: number; tls: number }>> = {};
  const send = (server: string, came: ReturnType<Mesh>): void => {
    const own = sent[server] ?? {};
    const address = addressOf(server, came === 'm');
    const { requests, tls } = own[address] ?? { requests: 0, tls: 0 };
    sent[server] = { ...own, [address]: { requests: requests + 1, tls: came === 'm' ? 1 : tls } };
  };
  const outbound = (script: string): string => {
    const mark = markOf(script);
    const printed = Object.entries(sent).map(([server, own]) => {
      const cluster = `outbound|8000||httpbin.${server}-${id}.svc.cluster.local`;
      const counts = Object.values(own);
      const total = {
        requests: counts.reduce((sum, { requests }) => sum + requests, 0),
        connections: counts.reduce((sum, { tls }) => sum + tls, 0),
      };
      const handshakes = total.connections > 0 ? { handshakes: total.connections } : {};
      return Object.entries(own).map(([address, { requests, tls }]) =>
        printedOutbound(mark, { cluster, address }, { requests, connections: tls, ...handshakes, total }).split('\n'),
      );
    });
    const end = `${mark} 0 200`;
    const clusters = printed.flatMap((endpoints) => endpoints.flatMap((lines) => lines.slice(0, 3)));
    const statistics = printed.flatMap(([lines = []]) => lines.slice(4, -2));
    return [...clusters, end, ...statistics, end, ''].join('\n');
  };
  const probeClient = (client: string): ProbeClient => {
    const { run } = scripted(clock, (namespace, nth) => {
      const server = namespace.replace(`-${id}`, '');
      const came = reply(client, server, has, nth);
      count(client, server, came);
      if (client === 'full') send(server, came);
      return client === 'legacy' && server === 'full' && came === 'p' ? 'P' : came;
    });
    return {
      run: async (script, timeoutMs) => {
        if (script.includes(':15090/')) {
          return { stdout: counted.map((role) => printedCounts(counts[role], markOf(script))).join('') };
        }
        // What the client's sidecar counted is read in one line, alone or before the requests.
        const [head = '', ...requests] = script.split('\n');
        const isCounted = head.includes('localhost:15000/clusters');
        const sent15000 = isCounted ? outbound(head) : '';
        if (isCounted && requests.length === 0) return { stdout: sent15000 };
        const { stdout } = await run(isCounted ? requests.join('\n') : script, timeoutMs);
        return { stdout: sent15000 + stdout.replaceAll('/ns/full/', `/ns/${namespaces.full}/`) };
      },
    };
  };
  return new Map([
    ['full/sleep', probeClient('full')],
    ['legacy/sleep', probeClient('legacy')],
  ]);
}
