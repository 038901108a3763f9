import { everyPolicy } from '../mesh/policies.ts';
import { settingOf } from '../mesh/run.ts';
import type { KubeObject } from '../model/types.ts';
import { type FakeApi, fakeApi, pathOf } from '../platform/kube/api-fixtures.ts';
import { simulatedClock } from '../probe/fixtures.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { canAct } from '../verdict/judge/mesh/foreign.ts';
import { askStep } from './ask.ts';
import { asking, configMap, learnedWith, namespaces, probeClientsOn, runOn, servingObjects } from './fixtures.ts';
import type { Started } from './start.ts';

/** Returns the result of a step alone. */
const resultOfAsking = async ({ run, learned }: Started, step: Scenario) => (await askStep(run, learned, step)).result;

let api: FakeApi;
const clock = simulatedClock();

afterEach(() => api.close());

const entry: KubeObject = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { namespace: 'default', name: 'x' },
  spec: { hosts: [`httpbin.${namespaces.full}.svc.cluster.local`] },
} as KubeObject;

/** A mesh in which nothing is applied does what the task says. */
const conformant: Parameters<typeof probeClientsOn>[2] = (client, server, _, nth) =>
  client === 'full' && (server === 'full' || (server === 'partial' && nth % 2 === 0)) ? 'm' : 'p';

async function runWith(foreign: KubeObject[], answer = conformant): Promise<Started> {
  api = await fakeApi([configMap, ...servingObjects, ...foreign]);
  const run = runOn(api, { probeClients: probeClientsOn(clock, api, answer) });
  return { run, learned: learnedWith({ foreign: await everyPolicy(api.kube) }) };
}

const nothing = asking({ kind: 'ask', title: 'nothing', objects: [] });
const verdicts = async (started: Started) =>
  (await resultOfAsking(started, nothing)).cells.map(({ client, server, verdict }) => `${client} ${server} ${verdict}`);

test('a pair that is not judged is neither a pass nor a failure, and all others are', async () => {
  const expected = [
    'sleep.full httpbin.full inconclusive',
    'sleep.full httpbin.partial pass',
    'sleep.full httpbin.legacy pass',
    'sleep.legacy httpbin.full pass',
    'sleep.legacy httpbin.partial pass',
    'sleep.legacy httpbin.legacy pass',
  ];
  expect(await verdicts(await runWith([entry]))).toEqual(expected);
  await api.close();
  const wrong = await runWith([entry], (client, server, has, nth) =>
    client === 'full' && server === 'full' ? 503 : conformant(client, server, has, nth),
  );
  expect(await verdicts(wrong)).toEqual(expected);
});

test('it says why, and so does a note', async () => {
  const { cells, notes } = await resultOfAsking(await runWith([entry]), nothing);
  const why = 'ServiceEntry default/x has the host of Service';
  expect(cells[0]?.why).toMatch(new RegExp(`^not judged: ${why} ${namespaces.full}/httpbin; `));
  expect(cells[0]?.expectation.notJudged).toEqual([`${why} ${namespaces.full}/httpbin`]);
  expect(notes).toEqual([`Not judged: ${why} full/httpbin`]);
});

test('one that comes during a step takes the pass from its pairs alone', async () => {
  const started = await runWith([]);
  api.stored.set(pathOf(entry), { ...entry, metadata: { ...entry.metadata, uid: 'new', generation: 1 } });
  const { cells } = await resultOfAsking(started, nothing);
  expect(cells.map(({ verdict }) => verdict)).toEqual(['inconclusive', ...Array(5).fill('pass')]);
  expect(cells[0]?.why).toContain('ServiceEntry default/x was made by somebody else during the run');
});

test('a step does not wait for what it is not judged by, however long that takes', async () => {
  const started = await runWith([entry]);
  const { cells } = await resultOfAsking(started, asking({ kind: 'ask', title: 'disable', objects: ['disable'] }));
  expect(cells.filter(({ changes }) => changes)).toEqual([]);
  expect(cells.map(({ verdict }) => verdict)).toEqual(['inconclusive', ...Array(5).fill('pass')]);
  expect(clock.now).toBeLessThan(started.run.limits.arrivalMs / 2);
});

describe('a pair that the step itself does not judge', () => {
  const doubts: NonNullable<Scenario['doubts']> = ({ from, to }) =>
    from === 'full/sleep' && to === 'full/httpbin' ? ['EnvoyFilter shop/raw acts there'] : [];

  test('is inconclusive whatever came, and no other pair is', async () => {
    const started = await runWith([]);
    const { cells } = await resultOfAsking(started, { ...nothing, doubts });
    expect(cells.map(({ verdict }) => verdict)).toEqual(['inconclusive', ...Array(5).fill('pass')]);
    expect(cells[0]?.why).toMatch(/^not judged: EnvoyFilter shop\/raw acts there; /);
  });

  test('is not waited for in that step, nor in the next one, which judges it', async () => {
    const { run, learned } = await runWith([]);
    const step = asking({ kind: 'ask', title: 'disable', objects: ['disable'], doubts });
    const { result, learned: then } = await askStep(run, learned, step);
    expect(result.cells.filter(({ changes }) => changes)).toEqual([]);
    const next = await resultOfAsking({ run, learned: then }, nothing);
    expect(next.cells.filter(({ changes }) => changes)).toEqual([]);
    expect(next.cells.map(({ verdict }) => verdict)).toEqual(Array(6).fill('pass'));
  });
});

test('a ServiceEntry can act where it has a host of the run, and a Sidecar in a namespace of the run or of the root', async () => {
  const setting = settingOf((await runWith([])).run);
  const sidecar = (namespace: string): KubeObject => ({
    ...entry,
    kind: 'Sidecar',
    metadata: { namespace, name: 'x' },
  });
  expect(canAct(setting, entry)).toBe(true);
  expect(canAct(setting, { ...entry, spec: { hosts: ['example.com'] } } as KubeObject)).toBe(false);
  expect(['istio-system', namespaces.full, 'default'].map((one) => canAct(setting, sidecar(one)))).toEqual([
    true,
    true,
    false,
  ]);
});
