import { lookAtOthers, type Others } from '../../mesh/others.ts';
import { everyPolicy } from '../../mesh/policies.ts';
import { type Learned, type Run, settingOf } from '../../mesh/run.ts';
import { lookAtServing } from '../../mesh/serving.ts';
import type { KubeObject } from '../../model/types.ts';
import { logicalNames } from '../../model/world/rename.ts';
import { create, deleteByUid, list, mergePatch } from '../../platform/kube/objects.ts';
import { RUN_LABEL } from '../../platform/kube/ownership.ts';
import { checks } from '../../run/checks/checks.ts';
import { type Prepared, populate, prepare } from '../../run/start.ts';
import { topology } from '../../scenario/topology.ts';
import { canAct, foreignAmong, foreignChanges } from '../../verdict/judge/mesh/foreign.ts';
import { acting, likelyCauses } from '../../verdict/judge/mesh/others.ts';
import { isRunning, podsOf } from '../../verdict/judge/mesh/pods.ts';
import { labelled } from '../../verdict/judge/mesh/reach.ts';
import { replacements } from '../../verdict/judge/mesh/replaced.ts';
import { servingProblems } from '../../verdict/judge/mesh/serving.ts';
import { reasonWords, type VerdictReason, verdictOf, whyOf } from '../../verdict/reasons.ts';
import type { Pod } from '../../verdict/record/looked.ts';
import { kubeconfig, pod as podKind, until } from './harness.ts';

/** What a run sees of its cluster beside the answers, on a run of its own that somebody else meddles with. */

let prepared: Prepared;
let run: Run;
let learned: Learned;
const namespaceOf = (name: string): string => run.namespaces[name] as string;
beforeAll(async () => {
  prepared = await prepare({
    cluster: { provider: 'current', name: 'live', kubeconfig: await kubeconfig(), owned: true },
    topologies: [topology('auto-mtls')],
    meshWide: false,
    keep: false,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  ({ run, learned } = await populate(prepared, { keep: false }));
  expect(learned.blocked).toBeUndefined();
  await until(async () => (await problems()).length === 0);
}, 60_000);
afterAll(async () => {
  expect(await prepared.run.cleanup.unwind()).toEqual([]);
});

const named = (all: string[]) => all.map((one) => logicalNames(one, run.namespaces));
const words = (all: VerdictReason[]) => named(all.map(reasonWords));
const problems = async () => words(servingProblems(run, await lookAtServing(run)));

/** Returns a server's or a client's pod that runs. */
async function podOf(role: string, name: string): Promise<Pod> {
  const workload = run.topology.workloads.find((one) => one.name === name && one.namespace === run.namespaces[role]);
  const found = workload && podsOf(workload, await lookAtServing(run), run.made).find((pod) => isRunning(pod));
  if (found === undefined) throw new Error(`${role}/${name} has no pod that runs`);
  return found;
}

/** An object of somebody else, who may put the run's label on it. */
function strange(apiVersion: string, kind: string, path: string, more: Record<string, unknown>): KubeObject {
  const [namespace = '', name = ''] = path.split('/');
  const where = run.namespaces[namespace] ?? namespace;
  const labels = { ...(more['labels'] as object), [RUN_LABEL]: run.id };
  const { labels: _, ...fields } = more;
  return { apiVersion, kind, metadata: { namespace: where, name, labels }, ...fields };
}

/** Does something while objects of somebody else are there. */
async function beside<T>(objects: KubeObject[], deed: (stored: KubeObject[]) => Promise<T>): Promise<T> {
  const stored: KubeObject[] = [];
  try {
    for (const object of objects) stored.push(await create(run.kube, object, run.id));
    return await deed(stored);
  } finally {
    for (const object of stored) await deleteByUid(run.kube, object);
  }
}

const header = ({ apiVersion, kind, metadata: { name, namespace = '' } }: KubeObject, more: object = {}) => ({
  apiVersion,
  kind,
  metadata: { name, namespace, ...more },
});

describe('who serves', () => {
  test('a run that nobody meddles with has no problems, and a look takes a moment', async () => {
    expect(await problems()).toEqual([]);
    const times: number[] = [];
    for (let at = 0; at < 15; at += 1) {
      const begunAt = performance.now();
      servingProblems(run, await lookAtServing(run));
      times.push(performance.now() - begunAt);
    }
    const median = times.toSorted((a, b) => a - b)[7] as number;
    // Some 10 ms where nothing else runs.
    expect(median).toBeLessThan(500);
  });

  test('a pod of somebody else behind a Service, whatever its labels, is named while it serves', async () => {
    const { spec } = (await podOf('legacy', 'httpbin')) as unknown as { spec: { containers: { image: string }[] } };
    const intruder = strange('v1', 'Pod', 'full/intruder', {
      labels: { app: 'httpbin', 'sidecar.istio.io/inject': 'false', 'security.istio.io/tlsMode': 'istio' },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'httpbin', image: spec.containers[0]?.image, imagePullPolicy: 'IfNotPresent' }],
      },
    });
    const named = /^httpbin\.full is also served by pod full\/intruder \([0-9.]+\), which the run did not make$/;
    await beside([intruder], () =>
      until(async () => {
        const all = await problems();
        return all.length === 1 && named.test(all[0] ?? '');
      }),
    );
    await until(async () => (await problems()).length === 0);
  });

  test('an address that somebody wrote behind a Service is named, of a pod of the run as well', async () => {
    const own = await podOf('full', 'httpbin');
    const slice = (address: string) =>
      strange('discovery.k8s.io/v1', 'EndpointSlice', 'full/written', {
        labels: { 'kubernetes.io/service-name': 'httpbin' },
        addressType: 'IPv4',
        endpoints: [{ addresses: [address], conditions: { ready: true } }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      });
    await beside([slice('10.9.9.9')], async () => {
      expect(await problems()).toEqual([
        'httpbin.full is also served by 10.9.9.9, which is no pod of the run (EndpointSlice full/written)',
      ]);
    });
    const address = own.status?.podIPs?.[0]?.ip ?? '';
    await beside([slice(address)], async () => {
      expect(await problems()).toEqual([
        `httpbin.full is also served by pod full/${own.metadata.name} (${address}), as EndpointSlice full/written has it`,
      ]);
    });
  });

  test('a pod whose label for mutual TLS was taken away, or given to one without a sidecar, is named', async () => {
    const full = await podOf('full', 'httpbin');
    const legacy = await podOf('legacy', 'httpbin');
    await mergePatch(run.kube, header(full, { labels: { 'security.istio.io/tlsMode': null } }));
    await mergePatch(run.kube, header(legacy, { labels: { 'security.istio.io/tlsMode': 'istio' } }));
    expect(await problems()).toEqual([
      `pod full/${full.metadata.name} has a sidecar but not the label security.istio.io/tlsMode=istio`,
      `pod legacy/${legacy.metadata.name} has the label security.istio.io/tlsMode=istio but should have no sidecar`,
    ]);
    await mergePatch(run.kube, header(full, { labels: { 'security.istio.io/tlsMode': 'istio' } }));
    await mergePatch(run.kube, header(legacy, { labels: { 'security.istio.io/tlsMode': null } }));
    expect(await problems()).toEqual([]);
  });

  test('a Service whose selector or port was changed is named, with what it has now', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: namespaceOf('partial'), name: 'httpbin' },
    };
    await mergePatch(run.kube, { ...service, spec: { selector: { version: 'v1' } } });
    expect(await problems()).toContain(
      'Service partial/httpbin was changed by somebody else: spec.selector.version is "v1", which was not applied',
    );
    const gone = await podOf('partial', 'httpbin-nosidecar');
    await until(async () =>
      (await problems()).includes(`httpbin.partial is not served by pod partial/${gone.metadata.name}`),
    );
    await mergePatch(run.kube, { ...service, spec: { selector: { version: null } } });
    await until(async () => (await problems()).length === 0);
  });

  test('a pod that is deleted is named until its Deployment has another, which is as good, and told', async () => {
    const before = await lookAtServing(run);
    const old = await podOf('full', 'httpbin');
    await deleteByUid(run.kube, old);
    await until(async () => (await problems()).some((one) => one.includes('full/httpbin')));
    await until(async () => (await problems()).length === 0);
    const { metadata } = await podOf('full', 'httpbin');
    expect(words(replacements(run, before, await lookAtServing(run)).map(({ reason }) => reason))).toEqual([
      `Pods of Deployment full/httpbin were replaced: ${old.metadata.name} by ${metadata.name}`,
    ]);
  });
});

describe('what else acts', () => {
  const check = async () => {
    const { reasons } = await checks.others(run, learned);
    return { verdict: verdictOf(reasons), why: whyOf(reasons) };
  };

  const labels = async () => labelled(settingOf(run), await lookAtServing(run));
  const causesSince = async (before: Others, now: Others) =>
    likelyCauses(settingOf(run), { before: before.objects, now, all: await labels() });

  test('nothing on a mesh that nobody uses', async () => {
    expect(await check()).toEqual({ verdict: 'pass', why: 'nothing but what the run makes' });
  });

  test('what acts on the run’s workloads or hosts is named; what does not is not', async () => {
    const network = 'networking.istio.io/v1';
    const others = [
      strange('security.istio.io/v1', 'AuthorizationPolicy', 'istio-system/refuses', {
        spec: { selector: { matchLabels: { 'security.istio.io/tlsMode': 'istio', app: 'httpbin' } }, rules: [] },
      }),
      strange('networking.istio.io/v1alpha3', 'EnvoyFilter', 'full/filter', {
        spec: { workloadSelector: { labels: { app: 'sleep' } }, configPatches: [] },
      }),
      strange(network, 'Sidecar', 'full/default', { spec: { egress: [{ hosts: ['./*'] }] } }),
      strange(network, 'VirtualService', 'default/routes', {
        spec: {
          hosts: [`httpbin.${namespaceOf('full')}.svc.cluster.local`],
          http: [{ directResponse: { status: 418 } }],
        },
      }),
      strange(network, 'ServiceEntry', 'default/entry', {
        spec: { hosts: ['*.svc.cluster.local'], ports: [{ number: 9999, name: 'http', protocol: 'HTTP' }] },
      }),
      strange(network, 'WorkloadEntry', 'partial/entry', { spec: { address: '10.9.9.9', labels: { app: 'httpbin' } } }),
      // It has the name of one of Istio's own, but was not there when the run began.
      strange('networking.istio.io/v1alpha3', 'EnvoyFilter', 'istio-system/stats-filter-1.20', { spec: {} }),
      // None of these can.
      strange('security.istio.io/v1', 'AuthorizationPolicy', 'default/other', { spec: { rules: [] } }),
      strange('networking.istio.io/v1alpha3', 'EnvoyFilter', 'istio-system/gateway', {
        spec: { workloadSelector: { labels: { istio: 'ingressgateway' } }, configPatches: [] },
      }),
      strange(network, 'VirtualService', 'default/other', {
        spec: { hosts: ['other.default.svc.cluster.local'], http: [{ directResponse: { status: 418 } }] },
      }),
    ];
    const before = await lookAtOthers(run);
    await beside(others, async ([, filter]) => {
      const { verdict, why } = await check();
      expect(verdict).toBe('pass');
      expect(why.split('; ').sort()).toEqual([
        'AuthorizationPolicy istio-system/refuses acts on full/httpbin, partial/httpbin: it can refuse requests with 403, or reset them',
        'EnvoyFilter full/filter acts on full/sleep: it can change anything that a sidecar does',
        'EnvoyFilter istio-system/stats-filter-1.20 acts on every workload: it can change anything that a sidecar does',
        'ServiceEntry default/entry names httpbin.full, httpbin.partial, httpbin.legacy: it can give a host other addresses and endpoints',
        "Sidecar full/default acts on every workload in full: it can hide a server from a client's sidecar, and change what a server's sidecar takes",
        'VirtualService default/routes names httpbin.full: it can send requests elsewhere, or answer them itself',
        'WorkloadEntry partial/entry is an endpoint of httpbin.partial: it can be one more endpoint of a Service',
      ]);
      const there = await lookAtOthers(run);
      const causes = await causesSince(before, there);
      expect(causes).toHaveLength(7);
      expect(causes.every(({ came }) => came)).toBe(true);
      await mergePatch(run.kube, {
        ...header(filter as KubeObject),
        spec: { workloadSelector: { labels: { app: 'httpbin' } } },
      });
      const [first, ...rest] = words((await causesSince(there, await lookAtOthers(run))).map(({ reason }) => reason));
      expect(first).toBe(
        'EnvoyFilter full/filter acts on full/httpbin: it can change anything that a sidecar does; it was changed during the run',
      );
      expect(rest).toHaveLength(6);
      expect(rest.every((one) => one.endsWith('; it was there when the run began'))).toBe(true);
    });
    const { objects } = await lookAtOthers(run);
    expect(acting(settingOf(run), objects, before.objects, await labels())).toEqual([]);
  });
});

describe('policies of others', () => {
  /** Those that were there when the run began, and those that a test takes for known. */
  let known: readonly KubeObject[];
  beforeAll(() => {
    known = learned.foreign;
  });
  const disturbances = async () => {
    const now = foreignAmong(await everyPolicy(run.kube), run.mesh.applied);
    const acting = foreignChanges(known, now).filter(({ before, now: since }) =>
      [before, since].some((object) => object && canAct(settingOf(run), object)),
    );
    return words(acting.map(({ object, deed, by }) => ({ code: 'policy-by-others', deeds: [{ object, deed, by }] })));
  };
  const rule = (name: string, host: string) =>
    strange('networking.istio.io/v1', 'DestinationRule', `default/${name}`, { spec: { host } });

  test('what was made, changed and deleted since the run began is told, whosever label it carries', async () => {
    expect(await disturbances()).toEqual([]);
    const host = `httpbin.${namespaceOf('full')}.svc.cluster.local`;
    await beside([rule('x', host), rule('other', 'other.default.svc.cluster.local')], async ([made]) => {
      expect(await disturbances()).toEqual(['DestinationRule default/x was made by somebody else during the run']);
      known = [...known, made as KubeObject];
      expect(await disturbances()).toEqual([]);
      await mergePatch(run.kube, {
        ...header(made as KubeObject),
        spec: { trafficPolicy: { tls: { mode: 'DISABLE' } } },
      });
      expect(await disturbances()).toEqual(['DestinationRule default/x was changed by somebody else during the run']);
    });
    expect(await disturbances()).toEqual(['DestinationRule default/x was deleted by somebody else during the run']);
    known = learned.foreign;
  });

  test('a policy of the whole mesh is told, one of another namespace is not, and the run’s own is not', async () => {
    const policy = (path: string) => strange('security.istio.io/v1', 'PeerAuthentication', path, { spec: {} });
    await beside([policy('istio-system/x'), policy('default/x'), policy('full/x')], async ([, , own]) => {
      run.mesh.applied = [own as KubeObject];
      expect(await disturbances()).toEqual([
        'PeerAuthentication istio-system/x was made by somebody else during the run',
      ]);
      run.mesh.applied = [];
    });
  });
});

describe('a client', () => {
  const probeClient = () => {
    const found = run.probeClients.get('full/sleep');
    if (found === undefined) throw new Error('no probe client');
    return found;
  };
  const host = async () => (await probeClient().run('hostname', 20_000)).stdout.trim();

  test('whose pod was deleted is asked again in the one that took its place, and that is noted', async () => {
    const old = await podOf('full', 'sleep');
    expect(await host()).toBe(old.metadata.name);
    run.mesh.notes = [];
    await deleteByUid(run.kube, old);
    const lost = probeClient().run('sleep 30', 40_000);
    await expect(lost).rejects.toThrow('was lost');
    const name = await host();
    expect(name).not.toBe(old.metadata.name);
    expect(named(run.mesh.notes)).toEqual([`sleep.full's pod was replaced: full/${old.metadata.name} by full/${name}`]);
  });

  test('without a pod answers nothing, within the time it was given', async () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: namespaceOf('full'), name: 'sleep' },
    };
    await mergePatch(run.kube, { ...deployment, spec: { replicas: 0 } });
    await until(
      async () => (await list(run.kube, podKind, { namespace: namespaceOf('full'), labels: 'app=sleep' })).length === 0,
    );
    await expect(probeClient().run(':', 500)).rejects.toThrow('was lost');
    const begunAt = performance.now();
    await expect(probeClient().run(':', 500)).rejects.toThrow(
      `sleep.${namespaceOf('full')} has no pod to ask from: there is none`,
    );
    expect(performance.now() - begunAt).toBeLessThan(1_000);
    await mergePatch(run.kube, { ...deployment, spec: { replicas: 1 } });
    expect(await host()).toMatch(/^sleep-/);
  });
});
