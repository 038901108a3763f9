import { parse } from 'yaml';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import { defaultLimits } from '../../platform/limits.ts';
import { configMap, namespaces, runOn, servingObjects } from '../../run/fixtures.ts';
import type { Traffic } from '../../scenario/traffic.ts';
import { diagnose } from './diagnose.ts';

const pair: Traffic = { from: 'full/sleep', to: 'full/httpbin', port: 8000, protocol: 'http' };
const policy = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'istio-system', name: 'default', managedFields: [{ manager: 'kubectl' }] },
};

// The fake API server has no exec, so nothing can be read in a sidecar: lib/test/live has what is.
let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi([configMap, ...servingObjects, policy]);
});
afterEach(() => api.close());

test('what can be read is kept, and what cannot is named with the reason', async () => {
  const files = await diagnose(runOn(api), pair);
  expect([...files.keys()].map((name) => name.replace(/^(client|server)-.*\./, '$1-POD.')).sort()).toEqual([
    ...['client-POD.yaml', 'istiod.yaml', 'not-read.yaml', 'policies.yaml', 'server-POD.yaml', 'serving.yaml'],
  ]);
  const policies = parse(files.get('policies.yaml') ?? '');
  expect(policies.PeerAuthentication).toMatchObject([{ metadata: { namespace: 'istio-system', name: 'default' } }]);
  expect(files.get('policies.yaml')).not.toContain('managedFields');
  const serving = parse(files.get('serving.yaml') ?? '');
  expect(serving.services.map(({ metadata }: typeof policy) => metadata.namespace)).toEqual([namespaces.full]);
  expect(serving.endpointSlices).toHaveLength(1);
  expect(serving.pods[0]).toMatchObject({ namespace: namespaces.full, labels: expect.any(Object) });
  const unread = parse(files.get('not-read.yaml') ?? '') as string[];
  expect(unread).toContainEqual(expect.stringMatching(/^the configuration of the sidecar of full-ab12c3\/httpbin/));
});

test('a cluster that shows nothing is no error, and every part says so', async () => {
  api.refusal = () => ({ code: 403, message: 'forbidden' });
  const files = await diagnose(runOn(api), pair);
  const unread = parse(files.get('not-read.yaml') ?? '') as string[];
  expect(unread.map((one) => one.split(':')[0]).sort()).toEqual([
    ...['AuthorizationPolicy', 'DestinationRule', 'PeerAuthentication', 'ServiceEntry', 'Sidecar'],
    'the pods and endpoints',
  ]);
});

test('nor is a pair that there is not', async () => {
  const files = await diagnose(runOn(api), { ...pair, to: 'full/nobody' });
  expect(files.get('not-read.yaml')).toContain('this pair: there is no Service full-ab12c3/nobody');
});

test.each([
  ['an interrupted run', { signal: AbortSignal.abort(new Error('interrupted')) }, 'interrupted'],
  ['a run with no time for it', { limits: { ...defaultLimits, diagnosisMs: 0 } }, 'timeout'],
])('%s ends it at once, and what is missing is named', async (_, changes, why) => {
  const begunAt = performance.now();
  const files = await diagnose(runOn(api, changes), pair);
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  expect(files.get('not-read.yaml')).toMatch(new RegExp(`the pods and endpoints: stopped, .*${why}`));
});
