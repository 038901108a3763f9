import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { pastSidecarFrom, resetOnceAsked } from '../../../saboteurs/packets.ts';
import type { KubeObject } from '../../model/types.ts';
import { list } from '../../platform/kube/objects.ts';
import type { CellResult, Results } from '../../results/types.ts';
import { app, namespace, networking, policy, security } from '../../survey/fixtures.ts';
import type { PlanJson } from '../../survey/views/changes/json.ts';
import { firewallRule, processesOf } from '../../tools/prove/machine.ts';
import {
  asksOf,
  judge,
  kubeconfig,
  mesh,
  pastTheSidecar,
  peerAuthentication,
  pod,
  resultsIn,
  runNamespaces,
  startCommand,
  startWith,
  until,
} from './harness.ts';
import { write } from './project.ts';

// A user's own shop on a live mesh, with stand-ins for its workloads: two servers and a tool without a sidecar. cart is
// STRICT but for its metrics, and clients send plain text to web.

const cartPorts = [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'http-metrics', port: 9090 },
];
const [tool] = app('shop', 'tool', { sidecar: false });
const shop: KubeObject[] = [
  namespace('shop'),
  ...app('shop', 'web'),
  ...app('shop', 'cart', { service: { ports: cartPorts } }),
  tool as KubeObject,
  policy(security, 'PeerAuthentication', 'shop', 'cart', {
    selector: { matchLabels: { app: 'cart' } },
    mtls: { mode: 'STRICT' },
    portLevelMtls: { '9090': { mode: 'PERMISSIVE' } },
  }),
  policy(networking, 'DestinationRule', 'shop', 'web', { host: 'web', trafficPolicy: { tls: { mode: 'DISABLE' } } }),
];
const strict = policy(security, 'PeerAuthentication', 'istio-system', 'default', { mtls: { mode: 'STRICT' } });

const allow = policy(security, 'AuthorizationPolicy', 'shop', 'cart', {
  selector: { matchLabels: { app: 'cart' } },
  rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }],
});

/** The pairs that are in plain text, as people name them. */
const plain = [
  'web.shop:web.shop:80',
  'cart.shop:web.shop:80',
  'tool.shop:web.shop:80',
  'tool.shop:cart.shop:9090',
  'outsider.outsider:web.shop:80',
  'outsider.outsider:cart.shop:9090',
];

let folder: string;
const file = (name: string): string => join(folder, name);
const text = (objects: KubeObject[]): string => objects.map((object) => stringify(object)).join('---\n');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-shop-'));
  await write(folder, 'shop/all.yaml', text(shop));
  await write(folder, 'strict.yaml', text([strict]));
  await write(folder, 'allow.yaml', text([allow]));
});
afterAll(() => rm(folder, { recursive: true }));

const nameOf = ({ client, server, port }: CellResult): string => `${client}:${server}:${port}`;
/** Returns the pairs of a step that are answered. */
function answered(results: Results, title: string): Set<string> {
  const cells = asksOf(results).find((step) => step.title === title)?.cells ?? [];
  const isAnswer = ({ expectation }: CellResult): boolean =>
    expectation.outcomes.every(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
  return new Set(cells.filter(isAnswer).map(nameOf));
}

/** Returns the pairs that change if a file is laid over the shop, by a plan. */
async function plannedFor(over: string): Promise<string[]> {
  const plan = await startCommand('plan', '-f', over, '--from', file('shop'), '--istio', '1.31', '--print', 'json');
  const { changes } = JSON.parse(plan.stdout) as PlanJson;
  return changes.flatMap(({ clients, servers }) =>
    clients.flatMap(({ name, workloads }) =>
      (name === 'outsider' ? ['outsider.outsider'] : workloads.map((workload) => `${workload}.shop`)).flatMap(
        (client) => servers.map((server) => `${client}:${server}`),
      ),
    ),
  );
}

test('it does what its policies say, and a STRICT mesh or an AuthorizationPolicy breaks what a plan said that it would', async () => {
  const except = plain.flatMap((pair) => ['--except', pair]);
  const overs = [file('strict.yaml'), file('allow.yaml')];
  const then = [...overs.flatMap((over) => ['--then', over]), '--mesh-wide'];
  const [{ exitCode, all, results }, ...planned] = await Promise.all([
    judge(file('results'), '-f', file('shop'), ...then, '--require', 'mtls', ...except),
    ...overs.map(plannedFor),
  ]);
  expect(all).toMatch(/\n\d+ passed, 0 failed$/);
  expect(exitCode).toBe(0);
  const before = answered(results, `all of ${file('shop')}`);
  expect(before.size).toBe(10);
  for (const [at, over] of overs.entries()) {
    const after = answered(results, `${over} over it`);
    expect([...before.difference(after)].sort()).toEqual(planned[at]?.sort());
    expect(planned[at]).toHaveLength(4);
  }
});

test('a pair in plain text fails it where mutual TLS is required, and no other does', async () => {
  const { exitCode, results } = await judge(file('required'), '-f', file('shop'), '--require', 'mtls');
  expect(exitCode).toBe(1);
  const steps = results.suites.flatMap((suite) => suite.steps);
  const failed = steps.flatMap((step) => (step.kind === 'check' && step.verdict !== 'pass' ? [step] : []));
  expect(failed.map(({ title, verdict }) => [title, verdict])).toEqual([
    [`required with all of ${file('shop')}: no pair in plain text`, 'fail'],
  ]);
  const words = plain.map((pair) => pair.replace(/:(.*)/, ' → http://$1'));
  const said = failed.flatMap(({ reasons }) =>
    reasons.map((reason) => (reason.code === 'not-mutual' ? reason.pair : reason.code)),
  );
  expect(said.sort()).toEqual(words.sort());
  expect(
    asksOf(results)
      .flatMap(({ cells }) => cells)
      .filter(({ verdict }) => verdict !== 'pass'),
  ).toEqual([]);
});

test('the workflow of the docs, with the cluster of the tests, says which pairs are not as it requires', async () => {
  const docs = new URL('../../../docs/', import.meta.url);
  const [, block = ''] =
    /## Your own manifests\n.*?```yaml\n(.*?)```/s.exec(await readFile(new URL('github-actions.md', docs), 'utf8')) ??
    [];
  const { jobs } = parse(block) as { jobs: Record<string, { steps: { with?: Record<string, string> }[] }> };
  const [inputs = {}] = Object.values(jobs).flatMap(({ steps }) =>
    steps.flatMap((step) => (step.with === undefined ? [] : [step.with])),
  );
  await write(folder, 'job/k8s/shop.yaml', await readFile(new URL('own-manifests/shop.yaml', docs), 'utf8'));
  await write(folder, 'job/new-strict.yaml', await readFile(new URL('own-manifests/strict.yaml', docs), 'utf8'));
  const given = { ...inputs, cluster: 'current', kubeconfig: await kubeconfig() };
  const env = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase().replace('-', '_')}`, value]);
  const job = { GITHUB_WORKSPACE: file('job'), GITHUB_OUTPUT: file('outputs') };
  const { exitCode, all } = await startWith({ ...Object.fromEntries(env), ...job }, 'action');
  expect(all).toMatch(/\n\d+ passed, 2 failed$/);
  expect(exitCode).toBe(1);
  expect(await readFile(file('outputs'), 'utf8')).toContain('verdict=fail\n');
  const required = (await resultsIn(file('job/automtls-results'))).suites
    .flatMap(({ steps }) => steps)
    .flatMap((step) => (step.kind === 'check' && step.verdict === 'fail' ? [step.reasons.length] : []));
  // The rule for the legacy service, and the port that the policy leaves out; then the rule alone.
  expect(required).toEqual([4, 3]);
});

test('a mesh that leads requests past the sidecars of a server fails at that server alone', async () => {
  const cart = { app: 'cart', namespace: 'shop' };
  const run = () => judge(file('past'), '-f', file('shop'), '--fail-fast');
  const { exitCode, results } = await pastTheSidecar(await mesh(), run, cart);
  expect(exitCode).toBe(1);
  const failed = asksOf(results).flatMap(({ cells }) => cells.filter(({ verdict }) => verdict === 'fail'));
  expect(failed.map(nameOf).sort()).toEqual(['cart.shop:cart.shop:80', 'web.shop:cart.shop:80']);
});

test('a stand-in that got a request which was refused fails that pair alone', async () => {
  const kube = await mesh();
  const judged = judge(file('done'), '-f', file('shop'), '--fail-fast', '--sensitivity', '30%');
  const inRun = async (name: string, kind: { apiVersion: string; kind: string }): Promise<KubeObject[]> => {
    const namespaces = (await runNamespaces(kube)).filter((one) => one.startsWith(`${name}-`));
    return (await Promise.all(namespaces.map((one) => list(kube, kind, { namespace: one })))).flat();
  };
  await until(async () => (await inRun('shop', peerAuthentication)).length > 0);
  const cart = (await inRun('shop', pod)).find(({ metadata }) => metadata.labels?.['app'] === 'cart');
  const [outsider] = (await inRun('outsider', pod)) as (KubeObject & { status: { podIP: string } })[];
  const [id = 0] = await processesOf(cart?.metadata.name ?? '');
  const source = outsider?.status.podIP ?? '';
  // The pod, and with it the rules, goes with the run.
  for (const rule of [pastSidecarFrom(source, '8080'), ...resetOnceAsked(source, '8080')]) {
    await firewallRule(id, '-I', rule);
  }
  const { exitCode, results } = await judged;
  expect(exitCode).toBe(1);
  const failed = asksOf(results).flatMap(({ cells }) => cells.filter(({ verdict }) => verdict !== 'pass'));
  expect(failed.map((cell) => [nameOf(cell), ...cell.reasons.map(({ code }) => code)])).toEqual([
    ['outsider.outsider:cart.shop:80', 'refused-but-done'],
  ]);
});
