import type { Kube } from '../../platform/kube/connection/connect.ts';
import { waitFor } from '../../platform/wait.ts';
import type { LintJson } from '../../survey/lint/views/json.ts';
import { flawed } from './flawed-fixtures.ts';
import { kubeconfig, mesh, startCommand } from './harness.ts';
import { askedBy, deploy, withdraw } from './somebodys-mesh.ts';

// What `automtls lint` finds on a cluster is wrong there: a request of a pair that it names shows it.

let kube: Kube;
let lint: LintJson;

beforeAll(async () => {
  kube = await mesh();
  await deploy(kube, flawed);
}, 240_000);

afterAll(() => withdraw(kube, flawed), 180_000);

/** Each finding, and what a request of one of its pairs comes to. */
const expected: { finding: string; pair?: [client: string, server: string]; comesTo?: string }[] = [
  {
    finding: 'error disable-against-strict: DestinationRule flawed/cart',
    pair: ['flawed/sleep', 'cart.flawed:80'],
    comesTo: 'unavailable',
  },
  {
    finding: 'error istio-mutual-without-sidecar: DestinationRule flawed/mainframe',
    pair: ['flawed/sleep', 'mainframe.flawed:80'],
    comesTo: 'unavailable',
  },
  {
    finding: 'error excluded-inbound-port: Deployment flawed/past',
    pair: ['flawed/sleep', 'past.flawed:80'],
    comesTo: 'unavailable',
  },
  {
    finding: 'error sidecar-own-port: Service flawed/metrics',
    pair: ['flawed/sleep', 'metrics.flawed:80'],
    comesTo: 'unavailable',
  },
  {
    finding: 'error headless-target-port: Service flawed/pods',
    pair: ['flawed/sleep', 'pods.flawed:80'],
    comesTo: 'unavailable',
  },
  {
    finding: 'warning client-without-sidecar-under-strict: Deployment flawed/poller',
    pair: ['flawed/poller', 'web.flawed:80'],
    comesTo: 'reset',
  },
  {
    finding: 'warning strict-without-sidecar: PeerAuthentication flawed/default',
    pair: ['away/sleep', 'mainframe.flawed:80'],
    comesTo: 'plain',
  },
  {
    finding: 'warning plain-text-between-sidecars: DestinationRule flawed/open',
    pair: ['flawed/sleep', 'open.flawed:80'],
    comesTo: 'plain',
  },
  {
    // The port that it means to open refuses plain text.
    finding: 'warning port-level-mtls-service-port: PeerAuthentication flawed/port',
    pair: ['away/sleep', 'cart.flawed:80'],
    comesTo: 'reset',
  },
  { finding: 'warning selector-matches-nothing: AuthorizationPolicy flawed/nobody' },
];

test('it finds what is wrong, and nothing else', async () => {
  const { exitCode, stdout } = await startCommand('lint', '--kubeconfig', await kubeconfig(), '--print', 'json');
  expect(exitCode).toBe(1);
  lint = JSON.parse(stdout);
  const found = lint.findings.map(({ severity, code, object }) => `${severity} ${code}: ${object}`);
  expect(found.toSorted()).toEqual(expected.map(({ finding }) => finding).toSorted());
  expect(lint.notJudged).toBe(0);
});

test.each(expected.flatMap(({ finding, pair, comesTo }) => (pair && comesTo ? [{ finding, pair, comesTo }] : [])))(
  '$finding: a request of one of its pairs shows it',
  async ({ finding, pair: [client, server], comesTo }) => {
    const own = lint.findings.find(({ severity, code, object }) => finding === `${severity} ${code}: ${object}`);
    expect(own?.pairs.servers.find((one) => one.server === server)?.clients).toContain(client);
    // A pod can be READY a moment before every sidecar knows it.
    const isSo = async () => (await askedBy(kube, client, server)).join() === comesTo;
    await waitFor(isSo, { what: `${client} to get ${comesTo} from ${server}`, limitMs: 60_000, everyMs: 500 });
  },
);

test('where nothing is wrong, requests are mutual TLS', async () => {
  expect(lint.findings.flatMap(({ pairs }) => pairs.servers)).not.toContainEqual({
    server: 'web.flawed:80',
    clients: expect.arrayContaining(['flawed/sleep']),
  });
  expect(await askedBy(kube, 'flawed/sleep', 'web.flawed:80')).toEqual(['mtls']);
});
