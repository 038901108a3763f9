import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { detect } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { create, deleteByUid, list, mergePatch, read } from '../kube/objects.ts';
import { openSession } from '../kube/session.ts';
import { defaultLimits } from '../limits.ts';
import type { KubeObject } from '../model/types.ts';
import { isRunning as isReady, type Pod } from '../run/pods.ts';
import {
  admission,
  asksOf,
  cellsOf,
  dryRun,
  inFull,
  judge,
  kubeconfig,
  mesh,
  peerAuthentication,
  pod,
  resultsIn,
  run,
  runNamespaces,
  sabotaged,
  start,
  until,
} from './harness.ts';

// Meshes that are wrong, and once were green; meshes that are right, and once were red.

let kube: Kube;
let out: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

describe('a mesh that is wrong now and then is red', () => {
  test.each([10, 5])('%d %% of all answers of sidecars are 503', async (percent) => {
    const fault = {
      name: 'fault',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
        abort: { http_status: 503, percentage: { numerator: percent, denominator: 'HUNDRED' } },
      },
    };
    const hcm = {
      name: 'envoy.filters.network.http_connection_manager',
      subFilter: { name: 'envoy.filters.http.router' },
    };
    const filter = envoyFilter('automtls-live-fault', undefined, {
      applyTo: 'HTTP_FILTER',
      match: { context: 'SIDECAR_INBOUND', listener: { filterChain: { filter: hcm } } },
      patch: { operation: 'INSERT_BEFORE', value: fault },
    });
    const { exitCode, results } = await sabotaged(
      kube,
      [filter],
      async () => true,
      () => judge(out, '--suite', 'permissive,strict'),
    );
    expect(exitCode).toBe(1);
    const failed = cellsOf(results).filter(({ verdict }) => verdict === 'fail');
    expect(failed.map(({ why }) => why).join('\n')).toMatch(/\d+ of \d+ answers after the step had arrived were 503/);
    expect(failed.map(({ why }) => why).join('\n')).toContain('EnvoyFilter istio-system/automtls-live-fault');
  });

  test('one pod without a sidecar behind httpbin.full: named, and no step with it is a pass', async () => {
    const judged = judge(out, '--suite', 'strict,disable');
    const server = await until(async () =>
      (await inFull(kube, pod)).find(({ metadata }) => metadata.labels?.['app'] === 'httpbin'),
    );
    const { spec } = server as KubeObject & {
      spec: { containers: { name: string; image: string; ports?: unknown }[] };
    };
    const [app] = spec.containers.filter(({ name }) => name === 'httpbin');
    await create(
      kube,
      {
        ...{ apiVersion: 'v1', kind: 'Pod' },
        metadata: {
          ...{ namespace: server.metadata.namespace as string, name: 'intruder' },
          labels: { app: 'httpbin', 'sidecar.istio.io/inject': 'false' },
        },
        spec: {
          containers: [{ name: 'httpbin', image: app?.image, imagePullPolicy: 'IfNotPresent', ports: app?.ports }],
        },
      } as KubeObject,
      'live',
    );
    const { exitCode, results } = await judged;
    expect(exitCode).toBe(3);
    const last = asksOf(results).at(-1);
    for (const { verdict, why } of last?.cells ?? []) {
      expect(verdict).toBe('inconclusive');
      expect(why).toMatch(/is also served by pod full-\w+\/intruder \(10\.[0-9.]+\), which the run did not make/);
    }
  });
});

describe('a header is not taken at its word', () => {
  test('plain text with a forged X-Forwarded-Client-Cert that the server’s sidecar forwards', async () => {
    const hcm = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
    const forward = envoyFilter('automtls-live-forward', 'httpbin', {
      applyTo: 'NETWORK_FILTER',
      match: {
        context: 'SIDECAR_INBOUND',
        listener: { filterChain: { filter: { name: 'envoy.filters.network.http_connection_manager' } } },
      },
      patch: {
        operation: 'MERGE',
        value: { typed_config: { '@type': hcm, forward_client_cert_details: 'ALWAYS_FORWARD_ONLY' } },
      },
    });
    const value =
      'By=spiffe://a/b;Hash=c;Subject="";URI=spiffe://cluster.local/ns/%ENVIRONMENT(POD_NAMESPACE)%/sa/sleep';
    const forge = envoyFilter('automtls-live-forge', 'sleep', {
      applyTo: 'VIRTUAL_HOST',
      match: { context: 'SIDECAR_OUTBOUND' },
      patch: {
        operation: 'MERGE',
        value: { request_headers_to_add: [{ header: { key: 'x-forwarded-client-cert', value } }] },
      },
    });
    const label = 'security.istio.io/tlsMode';
    const strip = admission(
      'automtls-live-strip',
      { group: '', resource: 'pods' },
      'object.metadata.?labels[?"app"].orValue("") == "httpbin"',
      `Object{metadata: Object.metadata{labels: {"${label}": "disabled"}}}`,
    );
    const probe = {
      ...{
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'probe', namespace: 'default', labels: { app: 'httpbin' } },
      },
      spec: { containers: [{ name: 'httpbin', image: 'httpbin' }] },
    };
    const { exitCode, results } = await sabotaged(
      kube,
      [forward, forge, ...strip],
      async () => (await dryRun(kube, probe)).metadata.labels?.[label] === 'disabled',
      () => judge(out, '--suite', 'permissive'),
    );
    const [cell] = cellsOf(results);
    expect(cell?.seen.map(({ observation }) => observation.kind)).toEqual(['mtls']);
    expect(cell?.verdict).not.toBe('pass');
    expect(cell?.why).toContain(
      'X-Forwarded-Client-Cert says mutual TLS, but the server’s sidecar counted no TLS connection'.replace('’', "'"),
    );
    expect(exitCode).not.toBe(0);
  });

  test('X-Forwarded-Client-Cert sanitised: mutual TLS, identity not shown, which is no failure', async () => {
    const { exitCode, results } = await withMesh(
      (config) => config.setIn(['defaultConfig', 'proxyHeaders', 'forwardedClientCert'], 'SANITIZE'),
      () => judge(out, '--suite', 'strict'),
    );
    expect(exitCode).toBe(3);
    expect(cellsOf(results)[0]).toMatchObject({
      ...{ client: 'sleep.full', server: 'httpbin.full', verdict: 'inconclusive' },
      why: expect.stringContaining('mutual TLS, identity not shown'),
    });
    expect(cellsOf(results).filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  });
});

describe('what is not the mesh’s fault is not told as one', () => {
  test('a DestinationRule that somebody makes in the middle: named, and no failure', async () => {
    const judged = judge(out, '--suite', 'strict,disable');
    await until(async () => (await inFull(kube, peerAuthentication)).length > 0);
    const full = (await runNamespaces(kube)).find((name) => name.startsWith('full-')) as string;
    const spec = { host: `httpbin.${full}.svc.cluster.local`, trafficPolicy: { tls: { mode: 'DISABLE' } } };
    const metadata = { namespace: 'istio-system', name: 'automtls-live-foreign' };
    const rule = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec } as KubeObject;
    await create(kube, rule, 'live');
    const { exitCode, results } = await judged;
    await deleteByUid(kube, rule);
    expect(exitCode).toBe(3);
    expect(cellsOf(results).filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    const why = cellsOf(results).map((cell) => cell.why);
    expect(why.join('\n')).toContain('DestinationRule istio-system/automtls-live-foreign was made by somebody else');
  });

  test('istiod stands still while STRICT is applied: that step fails, and the next one passes nothing', async () => {
    const webhook = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
    const webhooks = (await list(kube, webhook)).filter(({ metadata }) => metadata.name.startsWith('istio'));
    const istiod = await istiodProcess();
    const child = start('--kubeconfig', await kubeconfig(), '--out', out, '--suite', 'permissive,strict');
    // The run waits until the sidecars know all endpoints and istiod stands still: only then can no step arrive.
    await until(async () => (await podsOfRun()).length === 6);
    child.kill('SIGSTOP');
    await until(async () => (await podsOfRun()).every(isReady));
    await until(knowsEndpoints);
    expect(await modesInFull()).toEqual([]);
    process.kill(istiod, 'SIGSTOP');
    try {
      // Without its webhook policies are stored though istiod does not answer.
      for (const one of webhooks) await deleteByUid(kube, one);
      child.kill('SIGCONT');
      await until(async () => (await modesInFull()).includes('STRICT'));
      await until(async () => (await modesInFull()).length === 0);
    } finally {
      process.kill(istiod, 'SIGCONT');
      child.kill('SIGCONT');
    }
    const { exitCode } = await child;
    const results = await resultsIn(out);
    for (const { metadata, ...one } of webhooks) {
      const { name, labels } = metadata;
      await create(kube, { ...one, metadata: { name, ...(labels && { labels }) } }, 'live');
    }
    const [strict, removed] = asksOf(results).slice(-2);
    expect(strict?.cells.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail', 'pass', 'pass']);
    for (const { verdict, why } of removed?.cells ?? []) {
      expect(verdict).toBe('inconclusive');
      expect(why).toContain('nothing shows that the step arrived');
    }
    expect(exitCode).toBe(1);
  });

  test('the client’s pod is replaced in the middle: it is found again, and costs no step its time', async () => {
    const judged = judge(out, '--suite', 'strict,disable');
    await until(async () => (await inFull(kube, peerAuthentication)).length > 0);
    const [client] = (await inFull(kube, pod)).filter(({ metadata }) => metadata.labels?.['app'] === 'sleep');
    await deleteByUid(kube, client as KubeObject);
    const { results } = await judged;
    const steps = asksOf(results);
    expect(steps.at(-1)?.cells.map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
    expect(steps.flatMap(({ notes = [] }) => notes).join('\n')).toContain('sleep.full');
  });
});

test('a pair that no step changes, alone: pairs asked beside it show what arrived, and all is green', async () => {
  const cell = ['--cell', 'sleep.full:httpbin.legacy'];
  const { exitCode, results } = await judge(out, '--suite', 'destination-rule', ...cell);
  expect(cellsOf(results).map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
  expect(exitCode).toBe(0);
});

test('no name resolves any more: nothing passes, nothing fails, and no step takes longer than its limits', async () => {
  const judged = judge(out, '--suite', 'strict');
  await until(async () => (await inFull(kube, peerAuthentication)).length > 0);
  await scale('kube-system', 'coredns', 0);
  const { exitCode, results } = await judged;
  await scale('kube-system', 'coredns', 1);
  expect(exitCode).toBe(3);
  expect(cellsOf(results).filter(({ verdict }) => verdict === 'fail')).toEqual([]);
  const last = asksOf(results).at(-1);
  expect(new Set(last?.cells.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
  const { arrivalMs, graceMs, sampleMs } = defaultLimits;
  for (const { ms } of asksOf(results)) expect(ms).toBeLessThan(arrivalMs + graceMs + sampleMs);
});

test('two runs at once, one of which switches auto mTLS off: the other waits, and is right', async () => {
  const [off, plain] = await Promise.all([
    run('--suite', 'auto-off', '--mesh-wide', '--out', out),
    (async () => {
      await until(async () => !(await detect(kube)).mesh.autoMtls);
      return run('--suite', 'strict', '--out', out);
    })(),
  ]);
  expect(plain.all).not.toContain('switch it on');
  expect([off.exitCode, plain.exitCode]).toEqual([0, 0]);
});

/** Returns the modes of the policies in the `full` namespace of a run under way. */
async function modesInFull(): Promise<(string | undefined)[]> {
  const policies = (await inFull(kube, peerAuthentication)) as (KubeObject & { spec: { mtls?: { mode: string } } })[];
  return policies.map(({ spec }) => spec.mtls?.mode);
}

/** Returns the pods of the run under way. */
async function podsOfRun(): Promise<Pod[]> {
  const namespaces = await runNamespaces(kube);
  return (await Promise.all(namespaces.map((namespace) => list<Pod>(kube, pod, { namespace })))).flat();
}

/** Whether sleep.full is answered by httpbin.full over mutual TLS, and by both kinds of httpbin.partial. */
async function knowsEndpoints(): Promise<boolean> {
  const pods = await podsOfRun();
  const [full, partial] = ['full-', 'partial-'].map((role) =>
    pods.map(({ metadata }) => metadata.namespace ?? '').find((namespace) => namespace.startsWith(role)),
  );
  const client = pods.find(({ metadata: { namespace, labels } }) => namespace === full && labels?.['app'] === 'sleep');
  const name = client?.metadata.name ?? '';
  const session = await openSession(kube, { namespace: full ?? '', pod: name, container: 'sleep' });
  const asked = (namespace: string | undefined, times: number): string =>
    `for i in $(seq ${times}); do curl -s http://httpbin.${namespace}:8000/headers | grep -c -i x-forwarded-client-cert; done`;
  const { stdout } = await session.run(`${asked(full, 1)}; ${asked(partial, 30)}`, 30_000);
  session.close();
  const [own, ...others] = stdout.trim().split('\n');
  return own === '1' && new Set(others).size === 2;
}

/** Returns the id, on this machine, of the process of istiod: a signal from inside its container would not reach it. */
async function istiodProcess(): Promise<number> {
  const [istiod] = await list(kube, pod, { namespace: 'istio-system', labels: 'app=istiod' });
  const mark = `POD_NAME=${istiod?.metadata.name}\0`;
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = ids.map((id) => readFile(`/proc/${id}/environ`, 'utf8').catch(() => ''));
  const found = (await Promise.all(environments)).findIndex((environment) => environment.includes(mark));
  return Number(ids[found]);
}

async function scale(namespace: string, name: string, replicas: number): Promise<void> {
  const metadata = { namespace, name };
  await mergePatch(kube, { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas } });
  await until(async () => {
    const found = (await read(kube, { apiVersion: 'apps/v1', kind: 'Deployment', metadata })) as KubeObject & {
      status?: { replicas?: number; readyReplicas?: number };
    };
    return (found.status?.replicas ?? 0) === replicas && (found.status?.readyReplicas ?? 0) === replicas;
  });
}

function envoyFilter(name: string, app: string | undefined, patch: unknown): KubeObject {
  const selector = app === undefined ? {} : { workloadSelector: { labels: { app } } };
  return {
    ...{ apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter' },
    metadata: { namespace: 'istio-system', name },
    spec: { ...selector, configPatches: [patch] },
  } as KubeObject;
}

/** Does some work while the mesh configuration is another. */
async function withMesh<T>(
  change: (config: ReturnType<typeof parseDocument>) => void,
  work: () => Promise<T>,
): Promise<T> {
  const { configMap } = await detect(kube);
  const { apiVersion, kind, metadata } = configMap;
  const found = configMap.data['mesh'] as string;
  const set = (text: string) =>
    mergePatch(kube, {
      ...{ apiVersion, kind, data: { mesh: text } },
      metadata: { name: metadata.name, namespace: metadata.namespace as string },
    });
  const config = parseDocument(found);
  change(config);
  await set(config.toString());
  try {
    return await work();
  } finally {
    await set(found);
  }
}
