import { servingOf } from '../../mesh/serving-fixtures.ts';
import { peerAuthentication } from '../../model/fixtures.ts';
import type { KubeObject } from '../../model/types.ts';
import { topologyOf } from '../../model/world/topology.ts';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import { defaultLimits } from '../../platform/limits.ts';
import { workloadObjects } from '../../scenario/manifests.ts';
import { namespacesOf, topology as topologyNamed } from '../../scenario/topology.ts';
import type { Pod } from '../../verdict/record/looked.ts';
import { learnedWith, runOn, told } from '../fixtures.ts';
import { checks } from './checks.ts';

const id = 'ab12c3';
const topologies = [topologyNamed('probes')];
const namespaces = namespacesOf(topologies, id);
const topology = topologyOf(workloadObjects(topologies, namespaces));
const { serving, made } = servingOf(topology, id);

/** The Deployments as the API server has them, whose probes need no second. */
const deployments = workloadObjects(topologies, namespaces)
  .filter(({ kind }) => kind === 'Deployment')
  .map((object) => {
    const { metadata } = made.find(
      (one) =>
        one.kind === object.kind &&
        one.metadata.name === object.metadata.name &&
        one.metadata.namespace === object.metadata.namespace,
    ) as KubeObject;
    return {
      ...(JSON.parse(JSON.stringify(object).replaceAll('"periodSeconds":1', '"periodSeconds":0.01')) as KubeObject),
      metadata,
    };
  });

let api: FakeApi;
afterEach(() => api.close());

const isOf = (pod: KubeObject, workload: string) => pod.metadata.name.startsWith(`${workload}-`);

/** Sets which containers of a workload's pod are ready. */
function ready(workload: string, containers: string[]): void {
  for (const [path, object] of api.stored) {
    if (object.kind !== 'Pod' || !isOf(object, workload)) continue;
    const containerStatuses = ['http', 'tcp', 'grpc'].map((name) => ({ name, ready: containers.includes(name) }));
    api.stored.set(path, { ...object, status: { phase: 'Running', containerStatuses } } as Pod as never);
  }
}

async function checked(policies: KubeObject[], asIs: string[], rewritten: string[], meanwhile = () => {}) {
  api = await fakeApi([...serving.replicaSets, ...serving.pods]);
  ready('as-is', asIs);
  ready('rewritten', rewritten);
  const limits = { ...defaultLimits, arrivalMs: 200 };
  const run = runOn(api, { topologies, namespaces, topology, made: deployments, limits, mesh: { applied: policies } });
  const checking = checks.probes(run, learnedWith());
  meanwhile();
  return told(run, await checking);
}

const all = ['http', 'tcp', 'grpc'];
const strict = [peerAuthentication(`${namespaces['probed']}/default`, 'STRICT')];

test('under STRICT the agent’s probes succeed, and others do if they only connect', async () => {
  const { verdict, why } = await checked(strict, ['tcp'], all);
  expect(verdict).toBe('pass');
  expect(why.split('; ')).toEqual([
    "http of probed/rewritten is ready: the sidecar's agent answers it",
    "tcp of probed/rewritten is ready: the sidecar's agent answers it",
    "grpc of probed/rewritten is ready: the sidecar's agent answers it",
    'http of probed/as-is is not ready: the sidecar gets it in plain text, and is STRICT',
    'tcp of probed/as-is is ready: the sidecar accepts every connection',
    'grpc of probed/as-is is not ready: the sidecar gets it in plain text, and is STRICT',
  ]);
});

test('without a policy all are ready', async () => {
  expect(await checked([], all, all)).toMatchObject({ verdict: 'pass' });
});

test('a container that stays ready although STRICT must refuse its probe fails', async () => {
  expect(await checked(strict, all, all)).toMatchObject({
    verdict: 'fail',
    why: expect.stringContaining('http of probed/as-is is ready, and should not be: the sidecar gets it in plain'),
  });
});

test('one that is not ready although the agent answers fails', async () => {
  expect(await checked(strict, ['tcp'], ['http', 'tcp'])).toEqual({
    verdict: 'fail',
    why: "grpc of probed/rewritten is not ready, and should be: the sidecar's agent answers it",
  });
});

test('one that stops being ready fails, even if it comes back', async () => {
  const { verdict, why } = await checked(strict, all, all, () => {
    setTimeout(() => ready('rewritten', ['tcp', 'grpc']), 60);
  });
  expect({ verdict, why }).toMatchObject({
    verdict: 'fail',
    why: expect.stringContaining('http of probed/rewritten stopped being ready'),
  });
});

test('a run whose pods did not start is inconclusive', async () => {
  api = await fakeApi();
  const run = runOn(api);
  expect(told(run, await checks.probes(run, learnedWith({ blocked: 'no room' })))).toEqual({
    verdict: 'inconclusive',
    why: 'not asked: no room',
  });
});
