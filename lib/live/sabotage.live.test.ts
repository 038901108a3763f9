import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { detect } from '../istio/detect.ts';
import type { Kube } from '../kube/connect.ts';
import { deleteByUid, mergePatch } from '../kube/objects.ts';
import type { KubeObject, PeerAuthentication } from '../model/types.ts';
import type { CheckResult, Results } from '../results/types.ts';
import {
  admission,
  asksOf,
  cellsOf,
  dryRun,
  inFull,
  judge,
  mesh,
  pastTheSidecar,
  peerAuthentication as policyKind,
  run,
  sabotaged,
  until,
} from './harness.ts';

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

test('traffic led past the sidecar of httpbin.full: red, for the pairs that are wrong', async () => {
  const { exitCode, results } = await pastTheSidecar(kube, () => judge(out, '--suite', 'strict'));
  expect(exitCode).toBe(1);
  const [strict] = asksOf(results);
  const wrong = strict?.cells.filter(({ verdict }) => verdict !== 'pass');
  expect(wrong?.map(({ client, server }) => `${client} → ${server}`)).toEqual([
    'sleep.full → httpbin.full',
    'sleep.legacy → httpbin.full',
  ]);
  expect(wrong?.[1]).toMatchObject({
    verdict: 'fail',
    why: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
  });
});

/** What admission policies turn into something else, suites that do not look the same with it, and how it is told. */
const alterations: [string, string, KubeObject, [string, string], string][] = [
  [
    'STRICT into PERMISSIVE',
    'strict',
    peerAuthentication('default', 'STRICT'),
    ['object.spec.mtls.mode == "STRICT"', 'spec: Object.spec{mtls: Object.spec.mtls{mode: "PERMISSIVE"}}'],
    'spec.mtls.mode is "PERMISSIVE", not "STRICT" as applied',
  ],
  [
    'PERMISSIVE into DISABLE, with which the answers fit',
    'destination-rule',
    peerAuthentication('default', 'PERMISSIVE'),
    ['object.spec.mtls.mode == "PERMISSIVE"', 'spec: Object.spec{mtls: Object.spec.mtls{mode: "DISABLE"}}'],
    'spec.mtls.mode is "DISABLE", not "PERMISSIVE" as applied',
  ],
  [
    'ISTIO_MUTUAL into SIMPLE, with which some answers fit',
    'destination-rule',
    destinationRule('default', 'ISTIO_MUTUAL'),
    [
      'object.spec.trafficPolicy.tls.mode == "ISTIO_MUTUAL"',
      'spec: Object.spec{trafficPolicy: Object.spec.trafficPolicy{tls: Object.spec.trafficPolicy.tls{mode: "SIMPLE"}}}',
    ],
    'spec.trafficPolicy.tls.mode is "SIMPLE", not "ISTIO_MUTUAL" as applied',
  ],
];

test.each(alterations)(
  'admission turns %s: no pass of that step, and no failure of the mesh',
  async (_, suite, probe, [when, how], said) => {
    const [group = ''] = probe.apiVersion.split('/');
    const resource = `${probe.kind.toLowerCase()}s`;
    const sabotage = admission('automtls-live-altered', { group, resource }, when, `Object{${how}}`);
    const { exitCode, results } = await sabotaged(
      kube,
      sabotage,
      async () =>
        JSON.stringify(((await dryRun(kube, probe)) as PeerAuthentication).spec) !==
        JSON.stringify((probe as PeerAuthentication).spec),
      () => judge(out, '--suite', suite),
    );
    const altered = cellsOf(results).filter(({ why }) => why.includes(said));
    expect(altered.length).toBeGreaterThanOrEqual(6);
    expect(new Set(altered.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
    expect(cellsOf(results).filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(exitCode).toBe(3);
  },
);

test('the PeerAuthentication deleted by somebody else during its step: no failure of the mesh', async () => {
  const judged = judge(out, '--suite', 'strict');
  const [policy] = await until(async () => {
    const found = await inFull(kube, policyKind);
    return found.length > 0 && found;
  });
  await deleteByUid(kube, policy as KubeObject);
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
    kube,
    sabotage,
    async () => (await dryRun(kube, probe)).metadata.labels?.['sidecar.istio.io/inject'] === 'false',
    () => judge(out, '--suite', 'strict'),
  );
  expect(exitCode).toBe(1);
  expect(checksOf(results).find(({ verdict }) => verdict === 'fail')?.why).toContain(
    'full/httpbin is READY 1/1, not 2/2: it has no sidecar',
  );
  expect(cellsOf(results).every(({ verdict, requests }) => verdict === 'inconclusive' && requests === 0)).toBe(true);
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

function peerAuthentication(namespace: string, mode: string): KubeObject {
  const spec = { selector: { matchLabels: { app: 'httpbin' } }, mtls: { mode } };
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'probe', namespace },
    spec,
  } as KubeObject;
}

function destinationRule(namespace: string, mode: string): KubeObject {
  const spec = { host: 'httpbin.default.svc.cluster.local', trafficPolicy: { tls: { mode } } };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
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

async function setMesh({ apiVersion, kind, metadata: { name, namespace } }: KubeObject, text: string): Promise<void> {
  await mergePatch(kube, {
    apiVersion,
    kind,
    metadata: { name, namespace: namespace as string },
    data: { mesh: text },
  });
}

function checksOf({ suites }: Results) {
  return suites.flatMap(({ steps }) => steps.filter((step): step is CheckResult => step.kind === 'check'));
}
