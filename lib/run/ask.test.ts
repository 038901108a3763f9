import { jest } from '@jest/globals';
import { type FakeApi, fakeApi, pathOf } from '../kube/api-fixtures.ts';
import { RUN_LABEL } from '../kube/ownership.ts';
import type { Clock } from '../probe/fixtures.ts';
import type { CellResult } from '../results/types.ts';
import { askStep, unaskedStep } from './ask.ts';
import { askersOn, configMap, namespaces, runOn } from './fixtures.ts';
import type { Run } from './run.ts';
import type { AskStep, Manifest } from './suite.ts';

let api: FakeApi;
let clock: Clock;
let run: Run;

beforeEach(async () => {
  clock = { now: 0 };
  jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
  api = await fakeApi([configMap]);
  run = runOn(api, { askers: askersOn(clock, api, conformant) });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.close();
});

/** A mesh that does what the task says, at once. */
const conformant: Parameters<typeof askersOn>[2] = (client, server, has, nth) => {
  const { mtls } = (has('httpbin') as { spec?: { mtls?: { mode: string } } } | undefined)?.spec ?? {};
  const sidecar = server === 'full' || (server === 'partial' && nth % 2 === 0);
  if (client === 'legacy') return server === 'full' && mtls?.mode === 'STRICT' ? 56 : 'p';
  if (server !== 'full') return sidecar ? 'm' : 'p';
  if (mtls?.mode !== 'DISABLE') return 'm';
  return has('httpbin-full-mtls') === undefined ? 'p' : 503;
};

const step = (...objects: Manifest[]): AskStep => ({ kind: 'ask', title: objects.join(' and ') || 'nothing', objects });
const notPassed = (cells: CellResult[]) =>
  cells.filter(({ verdict }) => verdict !== 'pass').map(({ client, server, why }) => `${client} → ${server}: ${why}`);
const names = () => [...api.stored.values()].map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

test('steps follow each other, each with its own objects in force and no others', async () => {
  const found = names();
  for (const [objects, there] of [
    [[], []],
    [['strict'], ['PeerAuthentication httpbin']],
    [
      ['disable', 'rule-istio-mutual'],
      ['DestinationRule httpbin-full-mtls', 'PeerAuthentication httpbin'],
    ],
    [['disable'], ['PeerAuthentication httpbin']],
    [[], []],
  ] as [Manifest[], string[]][]) {
    const result = await askStep(run, step(...objects));
    expect(result.cells.map(({ verdict, why }) => [verdict, why])).toEqual(
      result.cells.map(() => ['pass', expect.any(String)]),
    );
    expect(names()).toEqual([...there, ...found].sort());
    expect(run.inForce.map(({ metadata }) => metadata.namespace)).toEqual(objects.map(() => namespaces.full));
  }
});

test('the result tells the objects in roles, what changes, and when it arrived', async () => {
  const result = await askStep(run, step('strict'));
  expect(result).toMatchObject({ objects: ['PeerAuthentication full/httpbin'], autoMtls: true });
  expect(result.cells.filter(({ changes }) => changes)).toMatchObject([
    { client: 'sleep.legacy', server: 'httpbin.full' },
  ]);
  expect(result.propagation).toMatchObject({ firstRightMs: expect.any(Number), flaps: 0 });
  expect((await askStep(run, step('strict'))).propagation).toBeUndefined();
});

test('a mesh that does not refuse fails just that pair', async () => {
  run = runOn(api, {
    askers: askersOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' ? 'p' : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await askStep(run, step('strict'));
  expect(cells.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
    {
      client: 'sleep.legacy',
      server: 'httpbin.full',
      verdict: 'fail',
      repro: [expect.stringContaining('STRICT'), expect.any(String)],
    },
  ]);
});

test('a step that changes no pair says that nothing showed its arrival', async () => {
  await askStep(run, step('strict'));
  const { notes } = await askStep(run, { ...step('strict'), pairs: [{ client: 'legacy', server: 'legacy' }] });
  expect(notes).toEqual(['The step changes no pair that was asked, so nothing showed that it arrived']);
  expect((await askStep(run, step())).notes).toBeUndefined();
});

test('a foreign policy counts', async () => {
  const foreign = {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { namespace: 'istio-system', name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  };
  run.foreign = [foreign];
  const { cells } = await askStep(run, {
    ...step(),
    pairs: [
      { client: 'legacy', server: 'full' },
      { client: 'legacy', server: 'legacy' },
    ],
  });
  expect(cells).toMatchObject([
    { verdict: 'fail', expectation: { outcomes: [{ outcome: { kind: 'reset' } }] } },
    { verdict: 'pass' },
  ]);
});

test('a refusal that is asked alone has its control all the same, which is no cell of the step', async () => {
  const { cells } = await askStep(run, { ...step('strict'), pairs: [{ client: 'legacy', server: 'full' }] });
  expect(cells).toMatchObject([{ client: 'sleep.legacy', server: 'httpbin.full', verdict: 'pass' }]);
  expect(cells[0]?.seen).toMatchObject([{ sight: { kind: 'refused', curlExit: 56 } }]);
});

test('a server that refuses where it should answer fails, though it is asked alone', async () => {
  run = runOn(api, {
    askers: askersOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' && server === 'full' ? 56 : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await askStep(run, { ...step(), pairs: [{ client: 'legacy', server: 'full' }] });
  expect(cells).toMatchObject([
    { client: 'sleep.legacy', server: 'httpbin.full', verdict: 'fail', why: expect.stringContaining('curl exit 56') },
  ]);
});

describe('where the cluster refuses one of a step’s objects', () => {
  beforeEach(async () => {
    await askStep(run, step());
    api.refusal = (call) => (/PATCH .*destinationrules/.test(call) ? { code: 400, message: 'no' } : undefined);
    await expect(askStep(run, step('disable', 'rule-disable'))).rejects.toThrow('400: no');
    api.refusal = undefined;
  });

  test('the next step still removes the others', async () => {
    expect(names()).toContain('PeerAuthentication httpbin');
    const { cells } = await askStep(run, step());
    expect(names()).toEqual(['ConfigMap istio']);
    expect(notPassed(cells)).toEqual([]);
  });
});

test('a removal that fails is tried again by the next step', async () => {
  await askStep(run, step('strict'));
  api.refusal = (call) => (call.startsWith('DELETE') ? { code: 500, message: 'busy' } : undefined);
  await expect(askStep(run, step())).rejects.toThrow('500: busy');
  api.refusal = undefined;
  await askStep(run, step());
  expect(names()).toEqual(['ConfigMap istio']);
});

test('an object of that name that is not the run’s is never touched', async () => {
  const [kept] = [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: { namespace: namespaces.full, name: 'httpbin' },
    },
  ];
  await api.close();
  api = await fakeApi([kept as never]);
  await expect(askStep(runOn(api), step('strict'))).rejects.toThrow('is not this run');
  expect(api.stored.get(pathOf(kept as never))?.metadata.labels?.[RUN_LABEL]).toBeUndefined();
});

test('auto mTLS is switched for the step and back after it', async () => {
  run = runOn(api, {
    askers: askersOn(clock, api, (client, server, has, nth) => {
      const off = (has('istio') as typeof configMap | undefined)?.data.mesh.includes('enableAutoMtls: false');
      return off ? 'p' : conformant(client, server, has, nth);
    }),
  });
  const off = await askStep(run, { ...step(), autoMtls: false });
  expect(notPassed(off.cells)).toEqual([]);
  expect(off.autoMtls).toBe(false);
  const on = await askStep(run, step());
  expect(notPassed(on.cells)).toEqual([]);
  expect(api.stored.get(pathOf(configMap))).toMatchObject({ data: configMap.data });
});

test('a step that was not asked says what would have been expected, and passes nothing', () => {
  const result = unaskedStep(run, step('strict'), 'not asked: no pod');
  expect(result.cells).toHaveLength(6);
  for (const cell of result.cells)
    expect(cell).toMatchObject({ verdict: 'inconclusive', why: 'not asked: no pod', asked: 0 });
  expect(result.cells[3]).toMatchObject({ client: 'sleep.legacy', server: 'httpbin.full', changes: true });
  expect(result.cells[3]?.expectation.outcomes[0]?.outcome).toMatchObject({ kind: 'reset' });
  expect(api.calls).toEqual([]);
});
