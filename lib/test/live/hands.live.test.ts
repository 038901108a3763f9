import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { KubeObject } from '../../model/types.ts';
import { detect, type Istio } from '../../platform/istio/detect.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { create, deleteByUid, list, mergePatch, read } from '../../platform/kube/objects.ts';
import { KEEP_LABEL, RUN_LABEL } from '../../platform/kube/ownership.ts';
import { populate, prepare } from '../../run/start.ts';
import { topology } from '../../scenario/topology.ts';
import { LIVE } from './cluster.ts';
import {
  inFull,
  judge,
  kubeconfig,
  mesh,
  peerAuthentication,
  run,
  runNamespaces,
  start,
  sweep,
  until,
} from './harness.ts';

// A run touches only what is its own: what others write, own or hold stays as it is.

const root = fileURLToPath(new URL('../../..', import.meta.url));
const meshWide = ['--suite', 'auto-off', '--mesh-wide'];

let kube: Kube;
let out: string;
let configMap: Istio['configMap'];
let asFound: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
  ({ configMap } = await detect(kube));
  asFound = await meshText();
});
afterAll(() => rm(out, { recursive: true }));

const made: KubeObject[] = [];
afterEach(async () => {
  for (const object of made.splice(0).toReversed()) await deleteByUid(kube, object);
  await edit(() => asFound);
  await until(async () => (await runNamespaces(kube)).length === 0);
});

const isOff = async (): Promise<boolean> => !(await detect(kube)).mesh.autoMtls;
const strictIsApplied = async (): Promise<boolean> => (await inFull(kube, peerAuthentication)).length > 0;

describe('the mesh configuration', () => {
  test('what others write into it while automatic mutual TLS is off stays, and is no failure', async () => {
    const judged = judge(out, ...meshWide);
    await until(isOff);
    const theirs = 'accessLogFile: /dev/stdout # theirs\n';
    await edit((text) => theirs + text);
    const { exitCode, results } = await judged;
    expect(await meshText()).toBe(theirs + asFound);
    expect(whys(results)).toContain('accessLogFile is "/dev/stdout", was left out');
    expect(exitCode).toBe(0);
  });

  test('what others make of the very field makes wrong answers inconclusive', async () => {
    const judged = judge(out, ...meshWide);
    await until(isOff);
    await edit((text) => text.replace('enableAutoMtls: false', 'enableAutoMtls: true'));
    const { exitCode, all } = await judged;
    expect(all).toContain('was changed by somebody else since the run began: enableAutoMtls is true, was false');
    expect(exitCode).toBe(3);
  });

  test('a run waits for another that has it off', async () => {
    const { first, second, waits } = await twoRuns();
    await until(waits);
    first.kill('SIGCONT');
    const { exitCode, all } = await second;
    expect(all).toMatch(/mesh: 0 of 300 s waited for the run of process \d+ on \S+, which changes the mesh/);
    expect(all).not.toContain('switch it on');
    expect(exitCode).toBe(0);
    await first;
    expect(await meshText()).toBe(asFound);
  });

  test('a run that waits repairs where the other dies, and goes on', async () => {
    const { first, second, waits } = await twoRuns();
    await until(waits);
    first.kill('SIGKILL');
    await first;
    const { exitCode, all } = await second;
    expect(all).toContain('the mesh configuration that a dead run had changed is as it was before');
    expect(exitCode).toBe(0);
    expect(await meshText()).toBe(asFound);
  });

  test('a killed run whose parent has not reaped it is dead', async () => {
    const command = [process.execPath, '--experimental-vm-modules', 'lib/cli.ts', 'test', ...meshWide];
    // The shell becomes a program that knows of no child.
    const script = '"$@" >/dev/null 2>&1 & echo $!; exec sleep 600';
    const shell = ['-c', script, 'sh', ...command, '--kubeconfig', await kubeconfig(), '--out', out];
    const parent = execa('sh', shell, { cwd: root, reject: false, env: { GITHUB_STEP_SUMMARY: '' } });
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    await until(isOff);
    process.kill(pid, 'SIGKILL');
    const { exitCode, all } = await run('--suite', 'permissive');
    // A zombie's number is taken still.
    expect(process.kill(pid, 0)).toBe(true);
    expect(all).toContain('the mesh configuration that a dead run had changed is as it was before');
    expect(exitCode).toBe(0);
    expect(await meshText()).toBe(asFound);
    parent.kill('SIGKILL');
    await parent;
  });
});

describe('namespaces', () => {
  test('one that somebody gave a run’s label is named and left', async () => {
    await namespace('somebodys', { [RUN_LABEL]: 'abcdef', [KEEP_LABEL]: 'true' });
    const { exitCode, all } = await sweep();
    expect(all).toContain('somebodys carries the label automtls.dev/run=abcdef, but no run');
    expect(all).toContain('kubectl delete namespace somebodys');
    expect(exitCode).toBe(0);
    expect((await run('--suite', 'permissive')).exitCode).toBe(0);
    expect(await runNamespaces(kube)).toEqual(['somebodys']);
  });

  test('also where it is the label of a run under way', async () => {
    const judged = judge(out, '--suite', 'strict');
    await until(strictIsApplied);
    const [full = ''] = await runNamespaces(kube);
    await namespace('somebodys', { [RUN_LABEL]: full.replace('full-', '') });
    const { exitCode, results } = await judged;
    expect(whys(results)).toContain('somebodys carries its label, but the run did not make it');
    expect(exitCode).toBe(0);
    expect(await runNamespaces(kube)).toEqual(['somebodys']);
  });

  test('one that took the name of a dead run’s is not swept with the others', async () => {
    const running = start('--kubeconfig', await kubeconfig(), '--suite', 'strict');
    await until(strictIsApplied);
    running.kill('SIGKILL');
    await running;
    const [full = '', legacy = '', partial = ''] = await runNamespaces(kube);
    await deleteByUid(kube, header(partial));
    await until(async () => (await read(kube, header(partial))) === undefined);
    await namespace(partial, { [RUN_LABEL]: full.replace('full-', '') });
    const { all } = await sweep();
    expect(all).toContain(`dead: ${full}, ${legacy}, ${full.replace('full-', 'strangers-')} deleted`);
    expect(all).toContain(`${partial} carries the label`);
    expect(await runNamespaces(kube)).toEqual([partial]);
  });

  test('a sweep says that they are deleted once they are gone, and what holds those that are not', async () => {
    await run('--suite', 'permissive', '--keep', '--out', out);
    const [full = '', legacy, partial] = await runNamespaces(kube);
    const metadata = { name: 'held', namespace: full, finalizers: ['automtls.dev/live'] };
    const held = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    await create(kube, held, 'live');
    const first = await sweep();
    const left = await runNamespaces(kube);
    await mergePatch(kube, { ...held, metadata: { ...metadata, finalizers: null } } as never);
    const second = await sweep();
    const leftThen = await runNamespaces(kube);

    expect(first.all).toContain(`${legacy}, ${partial}, ${full.replace('full-', 'strangers-')} deleted`);
    expect(first.all).toMatch(new RegExp(`still there: ${full} \\(.*automtls\\.dev/live in 1 resource instances`));
    expect(first.exitCode).toBe(3);
    expect(left).toEqual([full]);
    expect(second.exitCode).toBe(0);
    expect(leftThen).toEqual([]);
  });

  test('nothing of them is left behind when they are ended by ourselves, of a kind of no preferred version either', async () => {
    const cluster = { provider: 'native', name: LIVE, kubeconfig: await kubeconfig(), owned: true } as const;
    const signal = new AbortController().signal;
    const prepared = await prepare({
      cluster,
      topologies: [topology('auto-mtls')],
      meshWide: false,
      keep: false,
      signal,
      onProgress: () => {},
    });
    const { run: one } = await populate(prepared, { keep: false });
    const kind = { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter' };
    const metadata = { namespace: one.namespaces['full'] as string, name: 'left-behind' };
    await create(kube, { ...kind, metadata, spec: {} } as KubeObject, one.id);
    expect(await list(kube, kind)).toHaveLength(1);
    expect(await one.cleanup.unwind()).toEqual([]);
    await until(async () => (await runNamespaces(kube)).length === 0);
    const left = await list(await mesh(), kind);
    for (const object of left) await deleteByUid(kube, object);
    expect(left).toEqual([]);
  });
});

test('a mesh that is not fit is told before anything is made, all that is unmet at once', async () => {
  const inRoot = (name: string) => ({ namespace: 'istio-system', name });
  const strict = {
    ...peerAuthentication,
    metadata: inRoot('default'),
    spec: { mtls: { mode: 'STRICT' } },
  };
  const rule = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: inRoot('everything'),
    spec: { host: '*.svc.cluster.local' },
  };
  for (const object of [strict, rule]) made.push(await theirs(object));
  const policies = await run('--suite', 'permissive');
  await edit((text) => `enableAutoMtls: false\n${text.replace(/^enableAutoMtls.*\n/m, '')}`);
  const all = await run('--suite', 'permissive');

  expect(policies.all).toContain('remove PeerAuthentication istio-system/default, or use another cluster');
  expect(policies.all).toContain('DestinationRule istio-system/everything matches a host of the run');
  expect(policies.exitCode).toBe(2);
  expect(all.all).toContain('automatic mutual TLS switched off');
  expect(all.all).toContain('remove PeerAuthentication istio-system/default');
  expect(all.all).toContain('DestinationRule istio-system/everything');
  expect(all.exitCode).toBe(2);
});

/** Two runs, of which the first has automatic mutual TLS off and goes on only when it is continued. */
async function twoRuns() {
  const first = start('--kubeconfig', await kubeconfig(), ...meshWide);
  await until(isOff);
  first.kill('SIGSTOP');
  const second = start('--kubeconfig', await kubeconfig(), '--suite', 'permissive');
  let told = '';
  let ended = false;
  second.all.on('data', (chunk: Buffer) => {
    told += chunk.toString();
  });
  second.finally(() => {
    ended = true;
  });
  return { first, second, waits: async () => ended || told.includes('waited for the run of') };
}

async function meshText(): Promise<string> {
  return ((await read(kube, configMap)) as typeof configMap).data['mesh'] as string;
}

/** Changes the mesh configuration as somebody else would. */
async function edit(change: (text: string) => string): Promise<void> {
  const { apiVersion, kind, metadata } = configMap;
  const header = { apiVersion, kind, metadata: { namespace: metadata.namespace as string, name: metadata.name } };
  await mergePatch(kube, { ...header, data: { mesh: change(await meshText()) } });
}

function header(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

/** Makes a namespace that no run made, with labels. */
async function namespace(name: string, labels: Record<string, string>): Promise<void> {
  const one = header(name);
  made.push(await theirs({ ...one, metadata: { ...one.metadata, labels } }));
}

/** Makes an object as somebody else would, with no label of ours that it does not have. */
async function theirs(object: KubeObject): Promise<KubeObject> {
  return (await kube.objects.create(object as never)) as unknown as KubeObject;
}

function whys({ suites }: Awaited<ReturnType<typeof judge>>['results']): string {
  return suites.flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'check' ? [step.why] : []))).join('\n');
}
