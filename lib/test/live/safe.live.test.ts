import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { auditLog, down, up } from '../../platform/clusters/native/index.ts';
import { connect, type Kube } from '../../platform/kube/connection/connect.ts';
import { raw } from '../../platform/kube/connection/raw.ts';
import { create, deleteByUid, list } from '../../platform/kube/objects.ts';
import { readCluster } from '../../survey/read/cluster.ts';
import type { SurveyJson } from '../../survey/views/json.ts';
import { LIVE } from './cluster.ts';
import { startCommand, until } from './harness.ts';

// What `automtls check` does to a cluster, by the API server's own audit log, and what a cluster cannot do to it.

const name = `${LIVE}-audited`;
const reader = 'system:serviceaccount:default:reader';
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reader', namespace: 'default' } };
/** It may do everything, so that nothing but the program itself keeps it from doing so. */
const mayDoAll = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'reader' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'default' }],
} as KubeObject;

interface AuditEvent {
  verb: string;
  requestURI: string;
  user: { username: string };
  objectRef?: { resource?: string; subresource?: string };
  responseStatus?: { code?: number };
}

let folder: string;
/** The file of the reader's kubeconfig. */
let kubeconfig: string;
let admin: Kube;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-safe-'));
  const options = { istio: '1.31-dev', lasting: false, onProgress: () => {}, signal: new AbortController().signal };
  const cluster = await up({ name, audit: true, ...options });
  admin = await connect(cluster);
  await create(admin, account, 'live');
  await create(admin, mayDoAll, 'live');
  for (const object of hostile) await create(admin, object, 'live');
  kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, await kubeconfigOfReader(cluster.kubeconfig), { mode: 0o600 });
}, 180_000);

afterAll(async () => {
  await down({ name, onProgress: () => {} });
  await rm(folder, { recursive: true });
}, 60_000);

/** Returns a kubeconfig like another one, for the reader. */
async function kubeconfigOfReader(like: string): Promise<string> {
  const path = '/api/v1/namespaces/default/serviceaccounts/reader/token';
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
  const { status } = await raw<{ status: { token: string } }>(admin, path, { method: 'POST', body });
  const config = parse(await readFile(like, 'utf8'));
  for (const user of config.users) user.user = { token: status.token };
  return stringify(config);
}

/** Returns what the API server has written down of the reader's requests. */
async function audited(): Promise<AuditEvent[]> {
  const lines = (await readFile(auditLog(name), 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as AuditEvent).filter(({ user }) => user.username === reader);
}

/** What a terminal, a shell, a page or JavaScript might take for its own. */
const evil = '\u001b[2J$(touch /tmp/evil)`id`</script><script>alert(1)</script>';

/** Names that JavaScript's own objects have, and hostile text where Kubernetes takes any. */
const hostile: KubeObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'constructor',
      labels: { 'istio-injection': 'enabled', toString: 'valueOf' },
      annotations: { 'topology.istio.io/evil': evil },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'hasownproperty',
      namespace: 'constructor',
      annotations: { 'networking.istio.io/exportTo': evil },
    },
    spec: { selector: { toString: 'constructor' }, ports: [{ name: 'http', port: 80 }] },
  } as KubeObject,
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'valueof', namespace: 'constructor' },
    spec: { selector: { toString: 'constructor' }, ports: [{ name: 'http', port: 80 }] },
  } as KubeObject,
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'constructor', namespace: 'constructor' },
    spec: {
      selector: { matchLabels: { toString: 'constructor' } },
      template: {
        metadata: {
          labels: { toString: 'constructor', hasOwnProperty: 'constructor' },
          annotations: { 'traffic.sidecar.istio.io/evil': evil, 'example.com/password': 'hunter2' },
        },
        spec: {
          containers: [
            {
              name: 'constructor',
              image: 'docker.io/curlimages/curl:8.16.0',
              imagePullPolicy: 'IfNotPresent',
              command: ['sleep', 'infinity'],
              env: [{ name: 'PASSWORD', value: 'hunter2' }],
            },
          ],
        },
      },
    },
  } as KubeObject,
];

/** Its host is refused by istiod's webhook, but by nobody where that is not asked. */
const route = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'prototype', namespace: 'constructor' },
  spec: { hosts: ['valueof'], http: [{ route: [{ destination: { host: evil } }] }] },
} as KubeObject;

test('its requests are get and list alone, and none reads a Secret', async () => {
  const { exitCode, stdout } = await startCommand('check', '--kubeconfig', kubeconfig);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('valueof.constructor:80');
  const events = await audited();
  const resources = new Set(events.map(({ objectRef }) => objectRef?.resource));
  for (const resource of ['pods', 'services', 'namespaces', 'peerauthentications', 'destinationrules']) {
    expect(resources).toContain(resource);
  }
  expect(new Set(events.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
  expect(resources).not.toContain('secrets');
  expect(events.filter(({ objectRef }) => objectRef?.subresource !== undefined)).toEqual([]);
});

test('the log would show it: the reader may write and read Secrets, and then that is there', async () => {
  const own = await connect({ kubeconfig });
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'written', namespace: 'default' } };
  await create(own, map, 'live');
  await list(own, { apiVersion: 'v1', kind: 'Secret' });
  const events = await until(async () => {
    const found = await audited();
    return found.some(({ objectRef }) => objectRef?.resource === 'secrets') && found;
  });
  expect(events.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`)).toEqual(
    expect.arrayContaining(['create configmaps', 'list secrets']),
  );
});

test('what a cluster says is data: in text, and in JSON', async () => {
  const webhooks = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
  for (const webhook of await list(admin, webhooks)) await deleteByUid(admin, webhook);
  await until(() => create(admin, route, 'live').catch(() => undefined));
  for (const explain of [[], ['--explain']]) {
    const { exitCode, stdout } = await startCommand('check', '--kubeconfig', kubeconfig, ...explain);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('constructor');
    expect(stdout).toContain('␛[2J$(touch');
    expect(stdout).not.toContain('\u001b[2J');
    expect(stdout).not.toContain('hunter2');
  }
  const { exitCode, stdout } = await startCommand('check', '--kubeconfig', kubeconfig, '--print', 'json');
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain('\u001b');
  expect(stdout).not.toContain('hunter2');
  const { clients, servers } = JSON.parse(stdout) as SurveyJson;
  expect(clients.find(({ namespace }) => namespace === 'constructor')?.workloads).toEqual(['constructor']);
  const answers = servers.find(({ service }) => service === 'valueof')?.answers ?? [];
  expect(answers.flatMap(({ notJudged }) => notJudged).join()).toContain(`it leads to ${evil}`);
});

test('nothing of a pod is kept but what a mesh looks at', async () => {
  const { objects } = await readCluster(admin, { onProgress: () => {} });
  expect(JSON.stringify([...objects])).not.toContain('hunter2');
});
