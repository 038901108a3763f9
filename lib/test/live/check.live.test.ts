import type { KubeObject } from '../../model/types.ts';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { create, remove } from '../../platform/kube/objects.ts';
import { waitFor } from '../../platform/wait.ts';
import type { SurveyJson } from '../../survey/views/json.ts';
import { bazaar } from './bazaar-fixtures.ts';
import { kubeconfig, mesh, peerAuthentication, startCommand } from './harness.ts';
import { outskirts, written } from './outskirts-fixtures.ts';
import { askedBy, deploy, withdraw } from './somebodys-mesh.ts';

// What `automtls check` says of a mesh of many shapes is what its pods get when they ask.

const all = [...bazaar, ...outskirts];

let kube: Kube;
let survey: SurveyJson;

beforeAll(async () => {
  kube = await mesh();
  const pods = await deploy(kube, all);
  const isOf = (namespace: string, app: string) => (one: KubeObject) =>
    one.metadata.namespace === namespace && one.metadata.labels?.['app'] === app;
  const addressOf = (namespace: string, app: string) => pods.find(isOf(namespace, app))?.status?.podIP ?? '';
  for (const object of written(addressOf)) await create(kube, object, 'live');
}, 240_000);

afterAll(() => withdraw(kube, all), 180_000);

test('what it says in summary is what it says pair by pair', async () => {
  const { exitCode, stdout } = await startCommand('check', '--kubeconfig', await kubeconfig(), '--print', 'json');
  expect(exitCode).toBe(0);
  survey = JSON.parse(stdout);
  expect(survey.istio.release).toBe('1.31');
  const pairs = Object.values(survey.summary.results).reduce((sum, one) => sum + one, 0);
  expect(pairs).toBe(survey.summary.pairs);
  expect(pairs).toBeGreaterThan(300);
  expect(survey.summary.results.mtls).toBeGreaterThan(50);
});

/** Workloads whose pods have curl, as clients of a survey are called. */
const askers = [
  'shop/sleep',
  'shop/plain',
  'shop/import',
  'shop/tool',
  'pay/sleep',
  'legacy/sleep',
  'data/sleep',
  'edge/sleep',
  'past/sleep',
  'past/port',
  'past/range',
  'past/nothing',
  'past/some',
];

test.each(askers)(
  '%s gets what is said',
  async (asker) => {
    const client = survey.clients.find(({ namespace, account }) => `${namespace}/${account}` === asker);
    expect(client).toBeDefined();
    const asked = survey.servers.flatMap(({ name, answers }) => {
      const answer = answers.find(({ group }) => survey.groups[group]?.includes(client?.id ?? -1));
      return answer === undefined || answer.result === 'unknown' ? [] : [{ name, answer }];
    });
    expect(asked.length).toBeGreaterThan(9);
    for (const { name, answer } of asked) {
      const expected = [...new Set(answer.outcomes.filter(({ rare }) => !rare).map(({ kind }) => kind))].sort();
      let observed = await askedBy(kube, asker, name);
      // A pod can be READY a moment before every sidecar knows it.
      if (observed.join() !== expected.join()) observed = await askedBy(kube, asker, name);
      expect({ name, outcomes: observed }).toEqual({ name, outcomes: expected });
    }
  },
  300_000,
);

test('who would lose something by STRICT loses it', async () => {
  const shop = survey.namespaces.find(({ namespace }) => namespace === 'shop');
  const said = (shop?.strictWouldRefuse ?? []).flatMap(({ clients, servers }) =>
    clients
      .filter((client) => askers.includes(client))
      .flatMap((client) => servers.map((server) => ({ client, server }))),
  );
  expect(said.length).toBeGreaterThan(3);
  // An exception for a workload is none of a namespace that is STRICT.
  const exceptions = bazaar.filter(
    ({ kind, metadata }) => kind === 'PeerAuthentication' && metadata.namespace === 'shop',
  );
  expect(exceptions.length).toBeGreaterThan(1);
  for (const object of exceptions) await remove(kube, object, 'live');
  const metadata = { name: 'default', namespace: 'shop' };
  const strict = { ...peerAuthentication, metadata, spec: { mtls: { mode: 'STRICT' } } };
  await create(kube, strict as KubeObject, 'live');
  const isRefused = async ({ client, server }: (typeof said)[number]): Promise<boolean> =>
    (await askedBy(kube, client, server)).some((kind) => kind === 'reset' || kind === 'unavailable');
  // Each pair has its own moment at which both sidecars know the policy.
  for (const pair of said) {
    const what = `${pair.client} to be refused by ${pair.server}`;
    await waitFor(() => isRefused(pair), { what, limitMs: 30_000, everyMs: 50 });
  }
  for (const pair of said) {
    expect({ ...pair, refused: await isRefused(pair) }).toEqual({ ...pair, refused: true });
  }
}, 120_000);
