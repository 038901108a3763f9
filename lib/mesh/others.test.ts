import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { checks } from '../run/checks/checks.ts';
import { configMap, learnedWith, runOn, told } from '../run/fixtures.ts';
import type { Run } from './run.ts';

let api: FakeApi;
let run: Run;
beforeEach(async () => {
  api = await fakeApi([configMap]);
  run = runOn(api);
});
afterEach(() => api.close());

describe('the check', () => {
  const stored = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'istio-system', name: 'x' },
    spec: {},
  } as KubeObject;

  test('passes, and names what there is', async () => {
    expect(told(run, await checks.others(run, learnedWith()))).toEqual({
      verdict: 'pass',
      why: 'nothing but what the run makes',
    });
    await api.close();
    api = await fakeApi([stored]);
    run = runOn(api);
    expect(told(run, await checks.others(run, learnedWith()))).toEqual({
      verdict: 'pass',
      why: expect.stringContaining('AuthorizationPolicy istio-system/x acts on every workload'),
      objects: ['AuthorizationPolicy istio-system/x'],
    });
  });

  test('is inconclusive where the user may not look, and says so', async () => {
    api.refusal = (call) =>
      call.includes('authorizationpolicies') ? { code: 403, message: 'you may not' } : undefined;
    expect(told(run, await checks.others(run, learnedWith()))).toEqual({
      verdict: 'inconclusive',
      why: expect.stringMatching(/^not looked at: .* answers 403 to GET .*\/authorizationpolicies: you may not /),
    });
  });
});
