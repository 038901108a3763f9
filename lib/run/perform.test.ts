import { jest } from '@jest/globals';
import type { Run } from '../mesh/run.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { RUN_LABEL } from '../platform/kube/ownership.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { CheckName, CheckStep } from '../scenario/suite.ts';
import { asking, configMap, id, learnedWith, namespaces, probeClientsOn, type RunChanges, runOn } from './fixtures.ts';
import { performStep } from './perform.ts';

/** Returns the result of a step alone. */
const resultOf = async (run: Run, step: Scenario | CheckStep, learned = learnedWith()) =>
  (await performStep(run, learned, step)).result;

let api: FakeApi;
beforeEach(async () => {
  api = await fakeApi([configMap]);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.close();
});

const ask = asking({ kind: 'ask', title: 'asked', objects: ['strict'] });
const check = (name: CheckName): CheckStep => ({ kind: 'check', title: name, check: name });

describe('what keeps the harness from seeing makes a step inconclusive and says why', () => {
  test('a cluster that refuses', async () => {
    api.refusal = () => ({ code: 403, message: 'you may not' });
    const result = await resultOf(runOn(api), ask);
    expect(result).toMatchObject({ kind: 'ask', title: 'asked' });
    const cells = result.kind === 'ask' ? result.cells : [];
    expect(cells).toHaveLength(6);
    for (const cell of cells) {
      expect(cell).toMatchObject({ verdict: 'inconclusive', why: expect.stringContaining('you may not') });
    }
    expect(await resultOf(runOn(api), check('ready'))).toEqual({
      kind: 'check',
      title: 'ready',
      ms: expect.any(Number),
      verdict: 'inconclusive',
      reasons: [
        { code: 'step-failed', error: expect.stringMatching(/^test \(.*\) does not list Pod: 403: you may not\.$/) },
      ],
      why: expect.stringContaining('does not list Pod: 403: you may not'),
    });
  });

  test('a client without a shell', async () => {
    const result = await resultOf(runOn(api), ask);
    expect(result.kind === 'ask' && result.cells[0]).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringMatching(/^no probe client for (full|legacy)\/sleep$/),
    });
  });
});

describe('a blocked run asks nothing and passes nothing', () => {
  test('where it was blocked at set-up', async () => {
    const clock = { now: 0 };
    jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
    const run = runOn(api, { probeClients: probeClientsOn(clock, api, () => 'p') });
    const result = await resultOf(run, { ...ask, objects: [] }, learnedWith({ blocked: 'no pod' }));
    const cells = result.kind === 'ask' ? result.cells : [];
    expect(cells.map(({ verdict, why }) => [verdict, why])).toEqual(
      cells.map(() => ['inconclusive', 'not asked: no pod']),
    );
    expect(cells).toHaveLength(6);
    expect(api.calls).toEqual([]);
  });

  test.each<[CheckName, string]>([
    ['ready', 'full/httpbin is 0/0, not 2/2'],
    ['mesh-default', 'remove PeerAuthentication istio-system/default'],
    ['no-destination-rules', 'DestinationRule istio-system/rule matches a host of the run'],
    ['auto-mtls', 'has automatic mutual TLS switched off'],
  ])('where %s is not as it must be', async (name, why) => {
    const foreign = [
      {
        apiVersion: 'security.istio.io/v1',
        kind: 'PeerAuthentication',
        metadata: { namespace: 'istio-system', name: 'default' },
        spec: { mtls: { mode: 'STRICT' } },
      },
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'DestinationRule',
        metadata: { namespace: 'istio-system', name: 'rule' },
        spec: { host: `httpbin.${namespaces.full}.svc.cluster.local` },
      },
    ];
    await api.close();
    const istiod = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace: 'istio-system', name: 'istiod', labels: { app: 'istiod' } },
      spec: {
        selector: { matchLabels: { app: 'istiod' } },
        template: { spec: { containers: [{ name: 'discovery', image: 'istio/pilot:1.31.0' }] } },
      },
    };
    // All of this has appeared since the run began.
    api = await fakeApi([{ ...configMap, data: { mesh: 'enableAutoMtls: false\n' } } as never, istiod, ...foreign]);
    const run = runOn(api);
    const { result, learned } = await performStep(run, learnedWith(), check(name));
    expect(result).toMatchObject({ verdict: 'inconclusive', why: expect.stringContaining(why) });
    expect(learned.blocked).toContain(why);
    const asked = await resultOf(run, ask, learned);
    expect(asked.kind === 'ask' && asked.cells.every(({ verdict }) => verdict === 'inconclusive')).toBe(true);
  });

  test('and where it could not be told', async () => {
    const run = runOn(api);
    api.refusal = () => ({ code: 500, message: 'etcd is gone' });
    const { result, learned } = await performStep(run, learnedWith(), check('ready'));
    expect(result).toMatchObject({ verdict: 'inconclusive' });
    expect(learned.blocked).toContain('etcd is gone');
  });

  test('what blocked it first is told', async () => {
    api.refusal = () => ({ code: 500, message: 'etcd is gone' });
    const { learned } = await performStep(runOn(api), learnedWith({ blocked: 'no pod' }), check('ready'));
    expect(learned.blocked).toBe('no pod');
  });

  test('what is checked at the end blocks nothing', async () => {
    const run = runOn(api);
    run.cleanup.add('a', async () => Promise.reject(new Error('it holds')));
    const { result, learned } = await performStep(run, learnedWith(), check('torn-down'));
    expect(result).toMatchObject({ verdict: 'inconclusive', why: 'a failed: it holds' });
    expect(learned.blocked).toBeUndefined();
  });
});

describe('the checks at the end', () => {
  test('nothing is left', async () => {
    expect(await resultOf(runOn(api), check('torn-down'))).toMatchObject({ verdict: 'pass' });
  });

  test('a policy is left', async () => {
    const metadata = { namespace: 'full', name: 'httpbin', labels: { [RUN_LABEL]: id } };
    await api.close();
    api = await fakeApi([{ apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication', metadata }]);
    expect(await resultOf(runOn(api), check('torn-down'))).toMatchObject({
      verdict: 'inconclusive',
      why: 'still there: PeerAuthentication full/httpbin',
    });
  });

  test('a namespace that somebody gave the label of the run stays, and is named', async () => {
    const labels = { [RUN_LABEL]: id };
    const [theirs, doubtful] = ['theirs', namespaces.full].map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    }));
    await api.close();
    api = await fakeApi([theirs as never]);
    expect(await resultOf(runOn(api), check('torn-down'))).toMatchObject({
      verdict: 'pass',
      why: expect.stringContaining('theirs carries its label, but the run did not make it'),
    });
    await api.close();
    api = await fakeApi([doubtful as never]);
    expect(await resultOf(runOn(api), check('torn-down'))).toMatchObject({
      verdict: 'inconclusive',
      why: `still there: ${namespaces.full}`,
    });
  });

  const asFound = async (found: string, changes: RunChanges = {}) => {
    const run = runOn(api, changes);
    run.istio.configMap = { ...configMap, data: { mesh: found } };
    return resultOf(run, check('mesh-as-found'));
  };
  const changed = { mesh: { lease: { rest: () => {} } } };

  test('the mesh is as it was found', async () => {
    expect(await asFound(configMap.data.mesh, changed)).toMatchObject({
      verdict: 'pass',
      why: 'ConfigMap istio-system/istio is unchanged',
    });
  });

  test('what others have changed of it is named, and no failure', async () => {
    expect(await asFound('enableAutoMtls: true\n', changed)).toMatchObject({
      verdict: 'pass',
      why: 'enableAutoMtls is as it was found; ConfigMap istio-system/istio was changed by somebody else since the run began: trustDomain is "cluster.local", was left out',
    });
    expect(await asFound('trustDomain: cluster.local\n', changed)).toMatchObject({
      verdict: 'pass',
      why: expect.stringContaining('enableAutoMtls is true, was left out'),
    });
  });

  test('what the run has set is left; but not where it has set nothing', async () => {
    await api.close();
    api = await fakeApi([{ ...configMap, data: { mesh: 'enableAutoMtls: false\n' } } as never]);
    expect(await asFound('enableAutoMtls: true\n', changed)).toMatchObject({
      verdict: 'fail',
      why: expect.stringContaining('is false, as the run has set it, not as it was found (true)'),
    });
    expect(await asFound('enableAutoMtls: true\n')).toMatchObject({
      verdict: 'pass',
      why: expect.stringContaining('changed by somebody else since the run began: enableAutoMtls is false, was true'),
    });
  });

  test('a mesh configuration that is gone says nothing', async () => {
    await api.close();
    api = await fakeApi();
    expect(await asFound('enableAutoMtls: true\n')).toMatchObject({ verdict: 'inconclusive' });
  });
});

test('a step that could not be asked leaves nothing known of what is applied and what serves', async () => {
  const learned = learnedWith({ serving: { pods: [], replicaSets: [], services: [], slices: [] }, blocked: 'no pod' });
  const blocked = await performStep(runOn(api), learned, ask);
  expect(blocked.learned).toEqual(learned);
  const { blocked: _, ...free } = learned;
  const thrown = await performStep(runOn(api), free, ask);
  expect(thrown.record).toMatchObject({ reason: { code: 'step-failed' } });
  expect(thrown.learned).toEqual({
    ...free,
    serving: undefined,
    observed: new Map(),
    stepFailed: 'no probe client for full/sleep',
  });
});

test('^C passes through, before a step and within it', async () => {
  const reason = new Error('interrupted');
  await expect(resultOf(runOn(api, { signal: AbortSignal.abort(reason) }), check('ready'))).rejects.toBe(reason);
  const controller = new AbortController();
  api.refusal = () => {
    controller.abort(reason);
    return { code: 500, message: 'etcd is gone' };
  };
  await expect(resultOf(runOn(api, { signal: controller.signal }), ask)).rejects.toBe(reason);
});
