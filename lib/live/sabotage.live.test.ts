import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { detect } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { amend, create, erase } from '../kube/objects.ts';
import type { KubeObject, PeerAuthentication } from '../model/types.ts';
import type { AskResult, CheckResult, Results } from '../results/types.ts';
import { admission, inFull, judge, mesh, peerAuthentication as policyKind, run, until } from './harness.ts';

let kube: Kube;
let out: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

test('a healthy mesh: the strict suite is green', async () => {
  const { exitCode, all } = await judge(out, '--suite', 'strict');
  expect(all).toMatch(/\n\d+ passed, 0 failed$/);
  expect(all).not.toContain('\u001b');
  expect(exitCode).toBe(0);
});

test('STRICT withheld on its way to the mesh: red, for the pair that it should have refused', async () => {
  const sabotage = admission(
    'automtls-live-strict',
    { group: 'security.istio.io', resource: 'peerauthentications' },
    'object.spec.mtls.mode == "STRICT"',
    'Object{spec: Object.spec{mtls: Object.spec.mtls{mode: "PERMISSIVE"}}}',
  );
  const probe = peerAuthentication('default');
  const { exitCode, results } = await sabotaged(
    sabotage,
    async () => modeOf(await dryRun(probe)) === 'PERMISSIVE',
    () => judge(out, '--suite', 'strict'),
  );
  expect(exitCode).toBe(1);
  const wrong = cellsOf(results).filter(({ verdict }) => verdict !== 'pass');
  expect(wrong.map(({ client, server }) => `${client} → ${server}`)).toEqual(['sleep.legacy → httpbin.full']);
  expect(asksOf(results).flatMap(({ notes = [] }) => notes)).toEqual([
    'Something changed PeerAuthentication full/httpbin on its way into the API server: spec.mtls.mode is "PERMISSIVE", not "STRICT" as applied',
  ]);
  expect(wrong[0]?.why).toBe('expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text');
});

test('the PeerAuthentication deleted by somebody else during its step: no failure of the mesh', async () => {
  const judged = judge(out, '--suite', 'strict');
  const [policy] = await until(async () => {
    const found = await inFull(kube, policyKind);
    return found.length > 0 && found;
  });
  await erase(kube, policy as KubeObject);
  const { exitCode, all } = await judged;
  expect(all).toContain('PeerAuthentication full/httpbin was deleted by somebody else during the step');
  expect(exitCode).toBe(3);
});

test('the sidecar left out of full/httpbin: nothing is asked, and it says what is missing', async () => {
  const sabotage = admission(
    'automtls-live-sidecar',
    { group: '', resource: 'pods' },
    'object.metadata.?labels[?"app"].orValue("") == "httpbin" && (request.namespace.startsWith("full-") || request.namespace == "default")',
    'Object{metadata: Object.metadata{labels: {"sidecar.istio.io/inject": "false"}}}',
  );
  const probe = pod('default');
  const { exitCode, results, all } = await sabotaged(
    sabotage,
    async () => (await dryRun(probe)).metadata.labels?.['sidecar.istio.io/inject'] === 'false',
    () => judge(out, '--suite', 'strict'),
  );
  expect(exitCode).toBe(1);
  expect(checksOf(results).find(({ verdict }) => verdict === 'fail')?.why).toContain(
    'full/httpbin is READY 1/1, not 2/2: it has no sidecar',
  );
  expect(cellsOf(results).every(({ verdict, asked }) => verdict === 'inconclusive' && asked === 0)).toBe(true);
  expect(all).toContain('not asked: ');
});

test('automatic mutual TLS off: refuses to start, and says where it is switched', async () => {
  const { configMap } = await detect(kube);
  const found = configMap.data['mesh'] as string;
  const off = parseDocument(found);
  off.set('enableAutoMtls', false);
  await setMesh(configMap, off.toString());
  const { exitCode, all } = await run('--suite', 'strict');
  await setMesh(configMap, found);
  expect(all).toContain('automatic mutual TLS switched off (enableAutoMtls in ConfigMap istio-system/istio)');
  expect(exitCode).toBe(2);
});

async function sabotaged<T>(objects: KubeObject[], acts: () => Promise<boolean>, work: () => Promise<T>): Promise<T> {
  for (const object of objects) await create(kube, object, 'live');
  try {
    await until(acts);
    return await work();
  } finally {
    for (const object of objects.toReversed()) await erase(kube, object);
  }
}

function peerAuthentication(namespace: string): KubeObject {
  const spec = { selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode: 'STRICT' } };
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'probe', namespace },
    spec,
  } as KubeObject;
}

function pod(namespace: string): KubeObject {
  const spec = { containers: [{ name: 'httpbin', image: 'httpbin' }] };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'probe', namespace, labels: { app: 'httpbin' } },
    spec,
  } as KubeObject;
}

/** Returns the object as the API server would store it. */
async function dryRun(object: KubeObject): Promise<KubeObject> {
  return (await kube.objects.create(object as never, undefined, 'All')) as unknown as KubeObject;
}

function modeOf(object: KubeObject): string | undefined {
  return (object as PeerAuthentication).spec?.mtls?.mode;
}

async function setMesh({ apiVersion, kind, metadata: { name, namespace } }: KubeObject, text: string): Promise<void> {
  await amend(kube, { apiVersion, kind, metadata: { name, namespace: namespace as string }, data: { mesh: text } });
}

function asksOf({ suites }: Results) {
  return suites.flatMap(({ steps }) => steps.filter((step): step is AskResult => step.kind === 'ask'));
}

function cellsOf(results: Results) {
  return asksOf(results).flatMap(({ cells }) => cells);
}

function checksOf({ suites }: Results) {
  return suites.flatMap(({ steps }) => steps.filter((step): step is CheckResult => step.kind === 'check'));
}
