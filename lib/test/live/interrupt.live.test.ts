import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detect } from '../../platform/istio/detect.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { reasonGroups } from '../../verdict/index.ts';
import {
  inFull,
  judge,
  kubeconfig,
  mesh,
  peerAuthentication,
  pod,
  run,
  runNamespaces,
  start,
  sweep,
  until,
} from './harness.ts';

const codesAbout = (topic: string) => reasonGroups.find(({ title }) => title === topic)?.codes ?? {};
const ofAnswers = codesAbout('Answers');
const ofHarness = codesAbout('The harness');

let kube: Kube;
beforeAll(async () => {
  kube = await mesh();
});

const strictIsApplied = async (): Promise<boolean> => (await inFull(kube, peerAuthentication)).length > 0;
const podsAreThere = async (): Promise<boolean> => (await inFull(kube, pod)).length > 0;

test.each([
  ['while pods start', podsAreThere],
  ['in the middle of a step', strictIsApplied],
])('^C %s leaves nothing, and ends with 130', async (_, reached) => {
  const running = start('--kubeconfig', await kubeconfig(), '--suite', 'strict');
  await until(reached);
  running.kill('SIGINT');
  const { exitCode, all } = await running;
  expect(exitCode).toBe(130);
  expect(all).toContain('Interrupted: cleaning up.');
  expect(await runNamespaces(kube)).toEqual([]);
});

test('SIGKILL leaves what the next run sweeps, the mesh configuration included', async () => {
  const { configMap } = await detect(kube);
  const running = start('--kubeconfig', await kubeconfig(), '--suite', 'auto-off', '--mesh-wide');
  await until(async () => !(await detect(kube)).mesh.autoMtls);
  running.kill('SIGKILL');
  await running;
  const left = await runNamespaces(kube);
  expect(left).toHaveLength(3);

  const { exitCode, all } = await run('--suite', 'permissive');
  expect(all).toContain('the mesh configuration that a dead run had changed is as it was before');
  expect(all).toContain(`${left.join(', ')} are being deleted`);
  expect(exitCode).toBe(0);
  await until(async () => (await runNamespaces(kube)).length === 0);
  expect((await detect(kube)).configMap.data['mesh']).toBe(configMap.data['mesh']);
});

test('two runs at once do not disturb each other, and neither sweeps the other', async () => {
  const folders = await Promise.all(['a', 'b'].map((name) => mkdtemp(join(tmpdir(), `automtls-${name}-`))));
  const [a = '', b = ''] = folders;
  const ended = await Promise.all([judge(a, '--suite', 'strict'), judge(b, '--suite', 'destination-rule')]);
  for (const { exitCode, results } of ended) {
    // Two runs and what else goes on may be too much for a small machine, which then says so. Anything that the other
    // run could have done is no such thing.
    expect([0, 3]).toContain(exitCode);
    expect(results.summary.failed).toBe(0);
    expect(results.runErrors).toEqual([]);
    const codes = Object.keys(results.summary.inconclusiveBy);
    expect(codes.filter((code) => !Object.hasOwn({ ...ofAnswers, ...ofHarness }, code))).toEqual([]);
  }
  expect(await runNamespaces(kube)).toEqual([]);
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

test('a run that starts while another has automatic mutual TLS off waits for it, and changes nothing', async () => {
  const { configMap } = await detect(kube);
  const first = start('--kubeconfig', await kubeconfig(), '--suite', 'auto-off', '--mesh-wide');
  await until(async () => !(await detect(kube)).mesh.autoMtls);
  // It stands still until the second one waits, however fast it would be.
  first.kill('SIGSTOP');
  const second = start('--kubeconfig', await kubeconfig(), '--suite', 'permissive');
  const told = Promise.withResolvers<void>();
  let heard = '';
  second.all?.on('data', (text) => {
    heard += text;
    if (/waited for the run of process \d+ on /.test(heard)) told.resolve();
  });
  await Promise.race([told.promise, second]).finally(() => first.kill('SIGCONT'));
  expect(heard).toMatch(/waited for the run of process \d+ on /);
  expect([(await first).exitCode, (await second).exitCode]).toEqual([0, 0]);
  expect(heard).not.toContain('switch it on');
  expect((await detect(kube)).configMap.data['mesh']).toBe(configMap.data['mesh']);
});

test('a run in which another switches automatic mutual TLS off is not told to switch it on', async () => {
  const [off, other] = await Promise.all([
    run('--suite', 'auto-off', '--mesh-wide'),
    run('--suite', 'permissive,strict'),
  ]);
  expect(off.exitCode).toBe(0);
  expect([0, 3]).toContain(other.exitCode);
  expect(other.all).not.toContain('switch it on');
});

test('--keep leaves the namespaces, a later run leaves them alone, and a sweep takes them away', async () => {
  const out = await mkdtemp(join(tmpdir(), 'automtls-'));
  const { exitCode, all } = await judge(out, '--suite', 'permissive', '--keep');
  expect(exitCode).toBe(0);
  expect(all).toMatch(/, 1 skipped$/);
  const { run: kept } = JSON.parse(await readFile(join(out, 'latest/results.json'), 'utf8'));
  const names = Object.values(kept.namespaces).sort();
  expect(await runNamespaces(kube)).toEqual(names);
  await run('--suite', 'permissive');
  expect(await runNamespaces(kube)).toEqual(names);
  expect((await sweep()).all).toContain(`run ${kept.id}, kept`);
  await until(async () => (await runNamespaces(kube)).length === 0);
  await rm(out, { recursive: true });
});
