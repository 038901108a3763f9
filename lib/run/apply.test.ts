import type { Run } from '../mesh/run.ts';
import { destinationRule } from '../model/fixtures.ts';
import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { applyStep } from './apply.ts';
import { namespaces, runOn } from './fixtures.ts';

let api: FakeApi;
let run: Run;

beforeEach(async () => {
  api = await fakeApi();
  run = runOn(api);
});

afterEach(() => api.close());

const rule = (name: string): KubeObject => ({
  ...destinationRule(`${namespaces.full}/${name}`, 'httpbin'),
  apiVersion: 'networking.istio.io/v1',
});
const older = rule('all');
const younger = rule('some');

/** Returns when each applied object was made, in their order. */
const made = () => run.mesh.applied.map(({ metadata }) => metadata.creationTimestamp ?? '');

test('objects whose ages matter get them, also if one of them is there and older', async () => {
  await applyStep(run, [younger], true);
  const [before = ''] = made();
  await applyStep(run, [older, younger], true, 'in-order');
  const [first = '', second = ''] = made();
  expect(first > before).toBe(true);
  expect(second > first).toBe(true);
});

test('those that have them are left as they are', async () => {
  await applyStep(run, [older, younger], true, 'in-order');
  const before = made();
  const { changed } = await applyStep(run, [older, younger], true, 'in-order');
  expect(made()).toEqual(before);
  expect(changed).toBe(false);
});
