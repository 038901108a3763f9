import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { KubeObject } from '../../model/types.ts';
import type { CellResult } from '../../results/types.ts';
import { foundSteps } from '../../scenario/found.ts';
import { writeFound } from './found.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
});
afterEach(() => rm(folder, { recursive: true }));

const policy = (name: string): KubeObject => ({
  apiVersion: 'security.istio.io/v1beta1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'fuzz-full', name },
});
const wrong = { client: 'sleep.fuzz-full', server: 'httpbin.fuzz-full', port: 8000, protocol: 'http', why: '503' };
const found = { objects: [policy('a')], autoMtls: true, cells: [wrong as CellResult] };
const where = { name: 'istio-1.31-dev-seed-7', seed: 7, path: '12', version: '1.31-dev' };
const traffic = [{ from: 'fuzz-full/sleep', to: 'fuzz-full/httpbin', port: 8000, protocol: 'http' }];

test('what was found is replayed with the pairs that were wrong, and removed', async () => {
  expect(basename(await writeFound(found, where, folder))).toBe('istio-1.31-dev-seed-7.yaml');
  expect(foundSteps(folder)).toEqual([
    { kind: 'ask', title: 'seed 7 on Istio 1.31-dev', objects: [policy('a')], autoMtls: true, traffic },
    { kind: 'ask', title: 'all removed', objects: [], traffic },
  ]);
});

test('what was wrong only after another stack is replayed after it, each with its setting of auto mTLS', async () => {
  const after = { objects: [policy('b')], autoMtls: true };
  await writeFound({ ...found, autoMtls: false, after }, where, folder);
  const [first, second] = foundSteps(folder);
  expect(first).toMatchObject({ title: 'seed 7 on Istio 1.31-dev, before', objects: [policy('b')], autoMtls: true });
  expect(second).toMatchObject({ objects: [policy('a')], autoMtls: false });
});

test('where nothing was found there is nothing to ask', () => {
  expect(foundSteps(folder)).toEqual([]);
  expect(foundSteps(join(folder, 'none'))).toEqual([]);
});
