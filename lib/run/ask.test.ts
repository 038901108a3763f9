import { lookAtOthers } from '../mesh/others.ts';
import { everyPolicy } from '../mesh/policies.ts';
import { afterThrowing, type Learned, type Run } from '../mesh/run.ts';
import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi, pathOf } from '../platform/kube/api-fixtures.ts';
import { RUN_LABEL } from '../platform/kube/ownership.ts';
import { defaultLimits } from '../platform/limits.ts';
import { certificatesBody, hash, markOf, printed, simulatedClock } from '../probe/fixtures.ts';
import type { ProbeClient } from '../probe/types.ts';
import { causesOf, whyWithCauses } from '../results/causes.ts';
import type { CellResult } from '../results/types.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Traffic } from '../scenario/traffic.ts';
import type { EndpointSlice } from '../verdict/record/looked.ts';
import { askStep, unaskedStep } from './ask.ts';
import {
  asking,
  configMap,
  learnedWith,
  namespaces,
  probeClientsOn,
  type RunChanges,
  runOn,
  servingObjects,
} from './fixtures.ts';

let api: FakeApi;
let run: Run;
let learned: Learned;
const clock = simulatedClock();

/** Begins a run that knows this besides what every run of these tests does. */
function begin(changes: RunChanges, known: Partial<Learned> = {}): void {
  run = runOn(api, changes);
  learned = learnedWith(known);
}

/** Asks a step that begins with what those before it have learned, and returns its result alone. */
async function resultOfAsking(scenario: Scenario) {
  try {
    const { result, ...after } = await askStep(run, learned, scenario);
    ({ learned } = after);
    return result;
  } catch (error) {
    learned = afterThrowing(learned, 'thrown');
    throw error;
  }
}

beforeEach(async () => {
  api = await fakeApi([configMap, ...servingObjects]);
  begin({ probeClients: probeClientsOn(clock, api, conformant) });
});
afterEach(() => api.close());

/** A mesh that does what the task says, at once. */
const conformant: Parameters<typeof probeClientsOn>[2] = (client, server, has, nth) => {
  const { mtls } = (has('httpbin') as { spec?: { mtls?: { mode: string } } } | undefined)?.spec ?? {};
  const sidecar = server === 'full' || (server === 'partial' && nth % 2 === 0);
  if (client === 'legacy') return server === 'full' && mtls?.mode === 'STRICT' ? 56 : 'p';
  if (server !== 'full') return sidecar ? 'm' : 'p';
  if (mtls?.mode !== 'DISABLE') return 'm';
  return has('httpbin-full-mtls') === undefined ? 'p' : 503;
};

const step = (...objects: string[]): Scenario =>
  asking({ kind: 'ask', title: objects.join(' and ') || 'nothing', objects });
const pair = (client: string, server: string): Traffic => ({
  from: `${client}/sleep`,
  to: `${server}/httpbin`,
  port: 8000,
  protocol: 'http',
});
const notPassed = (cells: CellResult[]) =>
  cells.filter(({ verdict }) => verdict !== 'pass').map(({ client, server, why }) => `${client} → ${server}: ${why}`);
const cluster = new Set(servingObjects.map(pathOf));
const names = () =>
  [...api.stored]
    .filter(([path]) => !cluster.has(path))
    .map(([, { kind, metadata }]) => `${kind} ${metadata.name}`)
    .sort();

test('steps follow each other, each with its own objects and no others', async () => {
  const found = names();
  for (const [objects, there] of [
    [[], []],
    [['strict'], ['PeerAuthentication httpbin']],
    [
      ['disable', 'destination-rule-istio-mutual'],
      ['DestinationRule httpbin-full-mtls', 'PeerAuthentication httpbin'],
    ],
    [['disable'], ['PeerAuthentication httpbin']],
    [[], []],
  ] as [string[], string[]][]) {
    const result = await resultOfAsking(step(...objects));
    expect(result.cells.map(({ verdict, why }) => [verdict, why])).toEqual(
      result.cells.map(() => ['pass', expect.any(String)]),
    );
    expect(names()).toEqual([...there, ...found].sort());
    expect(run.mesh.applied.map(({ metadata }) => metadata.namespace)).toEqual(objects.map(() => namespaces.full));
  }
});

test('what a step teaches the next one is a value of its own: what it began with stays as it was', async () => {
  const probeClients = new Map(probeClientsOn(clock, api, conformant));
  const client = probeClients.get('full/sleep') as ProbeClient;
  probeClients.set('full/sleep', {
    run: async (script, timeoutMs) =>
      script.includes('config_dump')
        ? { stdout: printed('p', { body: certificatesBody(), mark: markOf(script) }) }
        : client.run(script, timeoutMs),
  });
  const known = () => ({ certificates: new Map([['full/sleep', new Set(['an older one'])]]) });
  begin({ probeClients }, known());
  const before = learned;
  await resultOfAsking(step('strict'));
  expect(before).toEqual(learnedWith(known()));
  expect(learned.serving).toBeDefined();
  expect(learned.certificates.get('full/sleep')).toEqual(new Set(['an older one', hash]));
  expect(learned.lastExpected.get('sleep.legacy → http://httpbin.full:8000')).toMatchObject({
    outcomes: [{ outcome: { kind: 'reset' } }],
  });
});

test('before a step, a pair whose endpoints all answer alike is asked only a few times', async () => {
  const before: Record<string, number> = {};
  const counting: typeof conformant = (client, server, has, nth) => {
    if (has('httpbin')?.kind !== 'PeerAuthentication')
      before[`${client} → ${server}`] = (before[`${client} → ${server}`] ?? 0) + 1;
    return conformant(client, server, has, nth);
  };
  begin({ probeClients: probeClientsOn(clock, api, counting) }, { observed: new Map() });
  await resultOfAsking(step('strict'));
  expect(before['legacy → full']).toBeGreaterThanOrEqual(defaultLimits.alikeAnswers);
  expect(before['legacy → full']).toBeLessThan(defaultLimits.baselineAnswers);
});

test('the result tells the objects in the topology’s names, what changes, and when it arrived', async () => {
  const result = await resultOfAsking(step('strict'));
  expect(result).toMatchObject({ objects: ['PeerAuthentication full/httpbin'], autoMtls: true });
  expect(result.cells.filter(({ changes }) => changes)).toMatchObject([
    { client: 'sleep.legacy', server: 'httpbin.full' },
  ]);
  expect(result.propagation).toMatchObject({ firstRightMs: expect.any(Number), flaps: 0 });
  expect((await resultOfAsking(step('strict'))).propagation).toBeUndefined();
});

test('a mesh that does not refuse fails just that pair', async () => {
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' ? 'p' : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await resultOfAsking(step('strict'));
  expect(cells.filter(({ verdict }) => verdict !== 'pass')).toMatchObject([
    {
      client: 'sleep.legacy',
      server: 'httpbin.full',
      verdict: 'fail',
      repro: [expect.stringContaining('STRICT'), expect.any(String)],
    },
  ]);
});

test('what acted all along is a cause of the failure, by its name, and no part of the reason', async () => {
  const metadata = { namespace: 'istio-system', name: 'flaky', uid: 'theirs', generation: 1 };
  await api.close();
  const policy = { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata, spec: {} } as KubeObject;
  api = await fakeApi([configMap, ...servingObjects, policy]);
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' ? 'p' : conformant(client, server, has, nth),
    ),
  });
  learned = learnedWith({ others: await lookAtOthers(run) });
  const { cells } = await resultOfAsking(step('strict'));
  const [failed] = cells.filter(({ verdict }) => verdict === 'fail');
  expect(causesOf(failed as CellResult)).toMatchObject([
    { effect: 'cause', objects: ['AuthorizationPolicy istio-system/flaky'] },
  ]);
  expect(failed?.why).not.toContain('flaky');
  expect(whyWithCauses(failed as CellResult)).toContain('; a likely cause: AuthorizationPolicy istio-system/flaky ');
  expect(cells.filter((cell) => causesOf(cell).length > 0)).toEqual([failed]);
});

test('a failure says where istiod’s log could not be read, and stays one', async () => {
  await api.close();
  const metadata = { namespace: 'istio-system', name: 'istiod-1', labels: { app: 'istiod' } };
  api = await fakeApi([configMap, ...servingObjects, { apiVersion: 'v1', kind: 'Pod', metadata }]);
  api.refusal = (call) => (call.endsWith('/log') ? { code: 403, message: 'you may not' } : undefined);
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' ? 'p' : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await resultOfAsking(step('strict'));
  const [failed, ...others] = cells.filter(({ verdict }) => verdict !== 'pass');
  expect(others).toEqual([]);
  expect(failed?.verdict).toBe('fail');
  expect(failed?.why).toMatch(/; istiod's log was not read, .* get pods\/log in istio-system /);
  // Without a wrong answer to explain, the log is not read.
  api.calls.length = 0;
  await resultOfAsking(step());
  expect(api.calls.filter((call) => call.endsWith('/log'))).toEqual([]);
});

test('a step that changes no pair says that nothing showed its arrival', async () => {
  const { notes } = await resultOfAsking({ ...step('strict'), traffic: [pair('legacy', 'legacy')] });
  expect(notes).toEqual(['The step changes no pair that was asked, so nothing showed that it arrived']);
  expect((await resultOfAsking(step())).notes).toBeUndefined();
});

test('a foreign policy counts', async () => {
  await api.close();
  const foreign = {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { namespace: 'istio-system', name: 'default' },
    spec: { mtls: { mode: 'STRICT' } },
  };
  api = await fakeApi([configMap, ...servingObjects, foreign]);
  begin({ probeClients: probeClientsOn(clock, api, conformant) }, { foreign: await everyPolicy(api.kube) });
  const { cells } = await resultOfAsking({
    ...step(),
    traffic: [pair('legacy', 'full'), pair('legacy', 'legacy')],
  });
  expect(cells).toMatchObject([
    { verdict: 'fail', expectation: { outcomes: [{ outcome: { kind: 'reset' } }] } },
    { verdict: 'pass' },
  ]);
});

test('a refusal that is asked alone has its control all the same, which is no cell of the step', async () => {
  const { cells } = await resultOfAsking({ ...step('strict'), traffic: [pair('legacy', 'full')] });
  expect(cells).toMatchObject([{ client: 'sleep.legacy', server: 'httpbin.full', verdict: 'pass' }]);
  expect(cells[0]?.seen).toMatchObject([{ observation: { kind: 'refused', curlExit: 56 } }]);
});

test('a server that refuses where it should answer fails, though it is asked alone', async () => {
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' && server === 'full' ? 56 : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await resultOfAsking({ ...step(), traffic: [pair('legacy', 'full')] });
  expect(cells).toMatchObject([
    { client: 'sleep.legacy', server: 'httpbin.full', verdict: 'fail', why: expect.stringContaining('curl exit 56') },
  ]);
});

describe('where the cluster refuses one of a step’s objects', () => {
  beforeEach(async () => {
    await resultOfAsking(step());
    api.refusal = (call) => (/PATCH .*destinationrules/.test(call) ? { code: 400, message: 'no' } : undefined);
    await expect(resultOfAsking(step('disable', 'destination-rule-disable'))).rejects.toThrow('400: no');
    api.refusal = undefined;
  });

  test('the next step still removes the others', async () => {
    expect(names()).toContain('PeerAuthentication httpbin');
    const { cells } = await resultOfAsking(step());
    expect(names()).toEqual(['ConfigMap istio']);
    expect(notPassed(cells)).toEqual([]);
  });
});

test('a removal that fails is tried again by the next step', async () => {
  await resultOfAsking(step('strict'));
  api.refusal = (call) => (call.startsWith('DELETE') ? { code: 500, message: 'busy' } : undefined);
  await expect(resultOfAsking(step())).rejects.toThrow('500: busy');
  api.refusal = undefined;
  await resultOfAsking(step());
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
  api = await fakeApi([kept as never, ...servingObjects]);
  begin({ probeClients: probeClientsOn(clock, api, conformant) });
  await expect(resultOfAsking(step('strict'))).rejects.toThrow('does not belong to this run');
  expect(api.stored.get(pathOf(kept as never))?.metadata.labels?.[RUN_LABEL]).toBeUndefined();
});

test('auto mTLS is switched for the step and back after it', async () => {
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) => {
      const off = (has('istio') as typeof configMap | undefined)?.data.mesh.includes('enableAutoMtls: false');
      return off ? 'p' : conformant(client, server, has, nth);
    }),
  });
  const off = await resultOfAsking({ ...step(), autoMtls: false });
  expect(notPassed(off.cells)).toEqual([]);
  expect(off.autoMtls).toBe(false);
  const on = await resultOfAsking(step());
  expect(notPassed(on.cells)).toEqual([]);
  expect(api.stored.get(pathOf(configMap))).toMatchObject({ data: configMap.data });
});

test('a step that was not asked says what would have been expected, and passes nothing', () => {
  const { result } = unaskedStep(run, learned, step('strict'), { code: 'not-asked', said: 'no pod' });
  expect(result.cells).toHaveLength(6);
  for (const cell of result.cells)
    expect(cell).toMatchObject({ verdict: 'inconclusive', why: 'not asked: no pod', requests: 0 });
  expect(result.cells[3]).toMatchObject({ client: 'sleep.legacy', server: 'httpbin.full', changes: true });
  expect(result.cells[3]?.expectation.outcomes[0]?.outcome).toMatchObject({ kind: 'reset' });
  expect(api.calls).toEqual([]);
});

describe('policies that somebody else makes during a step', () => {
  const rule = (name: string, host: string): KubeObject & { spec: unknown } => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { namespace: namespaces.full, name },
    spec: { host, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
  });
  /** Creates an object while the run applies its own. */
  const meanwhile = (object: KubeObject) => {
    api.admission = (stored) => {
      api.stored.set(pathOf(object), { ...object, metadata: { ...object.metadata, uid: 'theirs', generation: 1 } });
      return stored;
    };
  };

  test('make no pass of the pairs that they change, though the answers fit, and are named', async () => {
    meanwhile(rule('theirs', `httpbin.${namespaces.full}.svc.cluster.local`));
    const { cells } = await resultOfAsking(step('permissive'));
    expect(cells.map(({ verdict }) => verdict)).toEqual(['inconclusive', ...Array(5).fill('pass')]);
    expect(cells[0]?.why).toContain(
      `DestinationRule ${namespaces.full}/theirs was made by somebody else during the run (with that: 200 over mutual TLS`,
    );
    expect(learned.foreign).toMatchObject([{ metadata: { name: 'theirs' } }]);
    // What is known of that pair was given under other rules.
    expect(learned.observed.has('sleep.full → http://httpbin.full:8000')).toBe(false);
    expect(learned.observed.has('sleep.full → http://httpbin.partial:8000')).toBe(true);
    expect(notPassed((await resultOfAsking(step('permissive'))).cells)).toEqual([]);
  });

  test('say nothing where they name other hosts', async () => {
    meanwhile(rule('theirs', 'other.default.svc.cluster.local'));
    expect(notPassed((await resultOfAsking(step('permissive'))).cells)).toEqual([]);
  });
});

test('a pod that serves beside those of the run makes no pass, and is named', async () => {
  const slice = servingObjects.find(({ kind }) => kind === 'EndpointSlice') as EndpointSlice;
  const endpoints = [...(slice.endpoints ?? []), { addresses: ['10.9.9.9'], conditions: { ready: true } }];
  api.stored.set(pathOf(slice), { ...slice, endpoints } as KubeObject);
  for (const { verdict, why, reasons } of (await resultOfAsking(step())).cells) {
    expect(verdict).toBe('inconclusive');
    const text = `httpbin.${namespaces.full} is also served by 10.9.9.9, which is no pod of the run`;
    expect(why).toContain(text);
    expect(causesOf({ reasons })).toContainEqual({ effect: 'doubt', objects: [], text: expect.stringContaining(text) });
  }
});

describe('what a step changes is asked before it, where nothing is known of it', () => {
  beforeEach(() => {
    learned = learnedWith({ observed: new Map() });
  });

  test('and a step that can be seen to arrive passes', async () => {
    expect(notPassed((await resultOfAsking(step('strict'))).cells)).toEqual([]);
  });

  test('so is a pair that is asked beside the step’s own, where it alone can show the arrival', async () => {
    const beside = (...objects: string[]) => ({ ...step(...objects), traffic: [pair('full', 'legacy')] });
    // The pair full → full is refused in the first step, so it is a control only in the second.
    await resultOfAsking(beside('disable', 'destination-rule-istio-mutual'));
    const { cells, notes } = await resultOfAsking(beside('disable'));
    expect(notPassed(cells)).toEqual([]);
    expect(notes).toBeUndefined();
  });

  test('where no client hears anything the step is not even applied', async () => {
    begin({ probeClients: probeClientsOn(clock, api, () => 6) }, { observed: new Map() });
    await expect(resultOfAsking(step('strict'))).rejects.toThrow(
      'the step was not applied, since nothing could be observed before it: nothing could be observed within 20 s',
    );
    expect(names()).toEqual(['ConfigMap istio']);
  });

  test('a pair that was already as the step will have it shows no arrival: nothing passes', async () => {
    begin(
      {
        probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
          client === 'legacy' && server === 'full' ? 56 : conformant(client, server, has, nth),
        ),
      },
      { observed: new Map() },
    );
    const { cells } = await resultOfAsking(step('strict'));
    for (const { verdict, why } of cells) {
      expect(verdict).toBe('inconclusive');
      expect(why).toContain('nothing shows that the step arrived');
      expect(why).toContain('(sleep.legacy → httpbin.full: 000 with curl exit 56)');
    }
  });
});

test('a step after one that never arrived is no pass, though its answers are right', async () => {
  begin({
    probeClients: probeClientsOn(clock, api, (client, server, has, nth) =>
      client === 'legacy' ? 'p' : conformant(client, server, has, nth),
    ),
  });
  const { cells } = await resultOfAsking(step('strict'));
  expect(cells.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass', 'fail', 'pass', 'pass']);
  const removed = await resultOfAsking(step());
  expect(new Set(removed.cells.map(({ verdict }) => verdict))).toEqual(new Set(['inconclusive']));
  expect((await resultOfAsking(step('disable'))).cells.map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
});

test('a step has as long to arrive as the run gives it', async () => {
  const stuck = probeClientsOn(clock, api, (client, server, has, nth) =>
    client === 'legacy' ? 'p' : conformant(client, server, has, nth),
  );
  begin({ probeClients: stuck, limits: { ...defaultLimits, arrivalMs: 3_000 } });
  const { cells } = await resultOfAsking(step('strict'));
  expect(cells[3]).toMatchObject({ verdict: 'fail', why: expect.stringContaining('within 3 s') });
});

test('what is stored otherwise than it was applied makes no pass and no failure, and is named', async () => {
  const strict = { spec: { mtls: { mode: 'STRICT' } } };
  api.admission = (object) => (object.kind === 'PeerAuthentication' ? { ...object, ...strict } : object);
  const { cells } = await resultOfAsking(step('permissive'));
  for (const { verdict, why } of cells) {
    expect(verdict).toBe('inconclusive');
    expect(why).toContain(
      'something changed PeerAuthentication full-ab12c3/httpbin on its way into the API server: spec.mtls.mode is "STRICT", not "PERMISSIVE" as applied',
    );
  }
});

test('a header that says mutual TLS is held against what the sidecar of the server counts', async () => {
  begin({ probeClients: probeClientsOn(clock, api, conformant, { tlsIsPlain: true }) });
  const { cells } = await resultOfAsking(step());
  expect(cells[0]).toMatchObject({
    verdict: 'fail',
    why: expect.stringContaining('X-Forwarded-Client-Cert says mutual TLS, but'),
  });
  expect(cells[2]).toMatchObject({ verdict: 'pass' });
});

test('where the sidecar of the server cannot be asked, a header alone is no pass', async () => {
  for (const object of servingObjects.filter(({ kind }) => kind === 'Pod')) api.stored.delete(pathOf(object));
  const { cells } = await resultOfAsking(step());
  expect(cells[0]).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringMatching(
      /the client's own sidecar made \d+ requests to \S+, which was none of the server's pods/,
    ),
  });
});

test('a pair that retries save may rarely have 503, is asked the more for it, and fails where it comes too often', async () => {
  const spec = { host: 'httpbin', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } };
  const metadata = { namespace: 'partial', name: 'mutual' };
  const mutual = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata, spec };
  const asked = async (unavailable: (nth: number) => boolean) => {
    begin({
      probeClients: probeClientsOn(clock, api, (client, server, has, nth) => {
        const isSaved = client === 'full' && server === 'partial' && has('mutual') !== undefined;
        if (!isSaved) return conformant(client, server, has, nth);
        return unavailable(nth) ? 503 : 'm';
      }),
    });
    const { cells } = await resultOfAsking(asking({ kind: 'ask', title: 'ISTIO_MUTUAL to both', objects: [mutual] }));
    await resultOfAsking(step());
    return cells.find(({ client, server }) => client === 'sleep.full' && server === 'httpbin.partial');
  };
  const once = await asked((nth) => nth === 100);
  expect(once).toMatchObject({ verdict: 'pass', changes: true, wrong: 0 });
  expect(once?.counted).toBeGreaterThanOrEqual(197);
  expect(once?.seen.map(({ observation, counted }) => [observation.kind, counted])).toContainEqual(['unavailable', 1]);
  expect(await asked((nth) => nth % 20 === 0)).toMatchObject({
    verdict: 'fail',
    why: expect.stringMatching(/^503 in \d+ of \d+ answers after the step had arrived; at most 1 of 8,192 is expected/),
  });
});
