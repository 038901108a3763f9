import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CoreV1Api } from '@kubernetes/client-node';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { stateDirectory } from '../../platform/clusters/native/kept/layout.ts';
import { clusterChoices } from '../../platform/clusters/registry.ts';
import { detect } from '../../platform/istio/detect.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { create, deleteByUid, mergePatch, read } from '../../platform/kube/objects.ts';
import { LIVE } from './cluster.ts';
import { kubeconfig, mesh, run, runNamespaces, start, startWith, until } from './harness.ts';

let kube: Kube;
let directory: string;
beforeAll(async () => {
  kube = await mesh();
  directory = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => expect(await runNamespaces(kube)).toEqual([]));

test.each([
  [['--suite', 'strickt'], 'Unknown suite "strickt" (did you mean strict?). Suites: setup, permissive'],
  [['--siute', 'strict'], "Unknown option '--siute' (did you mean --suite?)"],
  [['--cluster', 'cloud'], `--cluster must be one of ${clusterChoices.join(', ')}, not "cloud"`],
  [['--cluster', 'native', '--kind-image', 'x'], '--kind-image needs --cluster kind'],
  [['--cluster', 'current'], 'An existing cluster needs --kubeconfig FILE'],
  [['--kubeconfig', '/nowhere'], 'The kubeconfig /nowhere does not exist'],
  [['--out', '/proc/results'], 'Results cannot be written to /proc/results (ENOENT'],
  [['--out', '/sys/kernel'], 'Results cannot be written to /sys/kernel (E'],
])('%p is refused before anything is looked at', async (args, sentence) => {
  const { exitCode, all } = await start(...args);
  expect(all).toContain(sentence);
  expect(exitCode).toBe(2);
});

test.each(['XDG_CACHE_HOME', 'XDG_STATE_HOME'])('a native cluster where %s cannot be used', async (variable) => {
  for (const place of ['here', '/dev/null', '/proc/a', '/sys/kernel']) {
    const { exitCode, all } = await startWith({ [variable]: place }, 'cluster', 'up', '--native-name', 'never');
    expect(all).toMatch(new RegExp(`${variable} must be an absolute path|cannot be written .* set ${variable}`));
    expect(all).not.toMatch(/^ {4}at /m);
    expect(exitCode).toBe(2);
  }
});

test('a context that is not there', async () => {
  const { exitCode, all } = await run('--context', 'prod');
  expect(all).toContain(`has no context prod (it has automtls-${LIVE})`);
  expect(exitCode).toBe(2);
});

test('a suite that was asked for and may not run here', async () => {
  const { exitCode, all } = await run('--suite', 'auto-off');
  expect(all).toContain('The suite auto-off cannot run: it changes the mesh for everybody');
  expect(exitCode).toBe(2);
});

test('another Istio than the one that is there', async () => {
  const { exitCode, all } = await run('--istio', '1.30');
  expect(all).toContain('runs Istio 1.31-dev, not 1.30');
  expect(exitCode).toBe(2);
});

test('a name that another XDG_STATE_HOME has a cluster of: its owner, its state and the ways out are named', async () => {
  const { exitCode, all } = await startWith({ XDG_STATE_HOME: directory }, 'cluster', 'up', '--native-name', LIVE);
  expect(all).toMatch(new RegExp(`A native cluster ${LIVE} runs on this machine already: process \\d+ of \\w+`));
  expect(all).toContain(`with its state in ${stateDirectory(LIVE)}, not in ${directory}/automtls/${LIVE}`);
  expect(exitCode).toBe(2);
});

test('a native cluster is used by its name, and may be changed as one of this project’s own', async () => {
  const { exitCode, all } = await start('--cluster', 'native', '--native-name', LIVE, '--suite', 'auto-off');
  expect(all).toMatch(/\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
});

test('a mesh configuration that is not YAML', async () => {
  const { configMap } = await detect(kube);
  const { apiVersion, kind, metadata, data } = configMap;
  const { namespace, name } = metadata;
  const write = (mesh: string | undefined) =>
    mergePatch(kube, { apiVersion, kind, metadata: { ...(namespace && { namespace }), name }, data: { mesh } });
  await write(`${data['mesh']}\nbroken: [`);
  try {
    const { exitCode, all } = await run('--suite', 'strict');
    expect(all).toMatch(/The mesh configuration of .*, which is data\.mesh of ConfigMap .*, is not YAML \(/);
    expect(all).not.toContain('    at ');
    expect(exitCode).toBe(2);
  } finally {
    await write(data['mesh']);
  }
});

test('an istiod that is scaled to 0: it is said within seconds, and nothing was made', async () => {
  const metadata = { namespace: 'istio-system', name: 'istiod' };
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
  const ready = async (): Promise<number> =>
    ((await read(kube, deployment)) as { status?: { readyReplicas?: number } }).status?.readyReplicas ?? 0;
  await mergePatch(kube, { ...deployment, spec: { replicas: 0 } });
  try {
    await until(async () => (await ready()) === 0);
    const begunAt = performance.now();
    const { exitCode, all } = await run('--suite', 'strict');
    expect(all).toContain('Deployment istio-system/istiod is scaled to 0, so no pod can get a sidecar: kubectl');
    expect(exitCode).toBe(2);
    expect(performance.now() - begunAt).toBeLessThan(20_000);
  } finally {
    await mergePatch(kube, { ...deployment, spec: { replicas: 1 } });
    await until(async () => (await ready()) === 1);
  }
  expect((await run('--suite', 'strict')).exitCode).toBe(0);
});

test('an API server that does not answer', async () => {
  const { exitCode, all } = await start(
    '--kubeconfig',
    await altered((cluster) => {
      cluster['server'] = 'https://127.0.0.1:1';
    }),
  );
  expect(all).toContain('does not answer as it should (');
  expect(exitCode).toBe(2);
});

test('a user without the rights: all that are missing are named, and nothing was made', async () => {
  const rules = [
    { apiGroups: ['', 'apps'], resources: ['deployments', 'configmaps', 'namespaces'], verbs: ['get', 'list'] },
  ];
  const { exitCode, all } = await asUser(rules, (file) => start('--kubeconfig', file));
  expect(all).toContain('may not create, get, patch, delete, and list peerauthentications.security.istio.io; create, ');
  expect(all).toContain('; create, delete, and patch namespaces; ');
  expect(all).toContain('get and create pods/exec');
  expect(all).toContain('manifests/rights.yaml');
  expect(exitCode).toBe(2);
});

test('a user with the rights of manifests/rights.yaml may run everything', async () => {
  const file = await readFile(new URL('../../../manifests/rights.yaml', import.meta.url), 'utf8');
  const rules = parseAllDocuments(file).flatMap((document) => document.toJS().rules);
  const { exitCode, all } = await asUser(rules, (file) =>
    start('--kubeconfig', file, '--suite', 'strict,auto-off', '--mesh-wide', '--out', directory),
  );
  expect(all).toMatch(/\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
});

/** Does something as a user of the cluster who has the rules' rights and no others, given a kubeconfig of that user. */
async function asUser<T>(rules: unknown[], deed: (file: string) => PromiseLike<T>): Promise<T> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'somebody', namespace: 'default' } };
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name: 'automtls-live-somebody' };
  const role = { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules };
  const binding = {
    apiVersion: `${group}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
    subjects: [{ kind: 'ServiceAccount', name: 'somebody', namespace: 'default' }],
  };
  const made: KubeObject[] = [];
  for (const object of [account, role, binding]) made.push(await create(kube, object, 'live'));
  try {
    const { status } = await kube.config.makeApiClient(CoreV1Api).createNamespacedServiceAccountToken({
      name: 'somebody',
      namespace: 'default',
      body: { spec: { audiences: [], expirationSeconds: 600 } },
    });
    const file = await altered((_, user) => {
      for (const key of Object.keys(user)) delete user[key];
      user['token'] = status?.token;
    });
    return await deed(file);
  } finally {
    for (const object of made.toReversed()) await deleteByUid(kube, object);
  }
}

/** Returns a copy of the kubeconfig with its cluster and user changed. */
async function altered(
  change: (cluster: Record<string, unknown>, user: Record<string, unknown>) => void,
): Promise<string> {
  const config = parse(await readFile(await kubeconfig(), 'utf8'));
  change(config.clusters[0].cluster, config.users[0].user);
  const file = join(directory, 'kubeconfig');
  await writeFile(file, stringify(config));
  return file;
}
