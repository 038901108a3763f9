import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../model/types.ts';
import { detect } from '../../platform/istio/detect.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { create } from '../../platform/kube/objects.ts';
import { asksOf, cellsOf, inFull, judge, mesh, pastTheSidecar, pod, run, until } from './harness.ts';

// Verdicts and exit codes of whole runs. What a broken mesh does to every verdict is shown by `npm run prove`.

let kube: Kube;
let out: string;
beforeAll(async () => {
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterAll(() => rm(out, { recursive: true }));

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
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        namespace: server.metadata.namespace as string,
        name: 'intruder',
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

test('a pair that no step changes, alone: pairs asked beside it show what arrived, and all is green', async () => {
  const cell = ['--cell', 'sleep.full:httpbin.legacy'];
  const { exitCode, results } = await judge(out, '--suite', 'destination-rule', ...cell);
  expect(cellsOf(results).map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
  expect(exitCode).toBe(0);
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
