import { brief } from '../lib/model/fixtures.ts';
import { predict } from '../lib/model/predict.ts';
import type { KubeObject, World } from '../lib/model/types.ts';
import { parseRelease } from '../lib/model/world/release.ts';
import { topologyOf } from '../lib/model/world/topology.ts';
import { workloadObjects } from '../lib/scenario/manifests.ts';
import { scenariosOf } from '../lib/scenario/scenario.ts';
import { topology } from '../lib/scenario/topology.ts';
import { questionOf } from '../lib/scenario/traffic.ts';
import { reachability } from './reachability.ts';

/** What Istio's own test expects of HTTP: sidecar to sidecar, sidecar to none, none to sidecar. */
const expected: Record<string, [string, string, string]> = {
  'mesh STRICT, ISTIO_MUTUAL': ['m', '503', '56'],
  'mesh PERMISSIVE, ISTIO_MUTUAL': ['m', '503', 'p'],
  'mesh DISABLE, DISABLE': ['p', 'p', 'p'],
  'mesh PERMISSIVE, DISABLE': ['p', 'p', 'p'],
  'mesh STRICT': ['m', 'p', '56'],
  'mesh DISABLE': ['p', 'p', 'p'],
  PASSTHROUGH: ['m', 'p', 'p'],
  ISTIO_MUTUAL: ['m', '503', 'p'],
  'workloads STRICT, ISTIO_MUTUAL': ['m', '503', '56'],
  'workloads PERMISSIVE, ISTIO_MUTUAL': ['m', '503', 'p'],
  'workloads DISABLE, DISABLE': ['p', 'p', 'p'],
  'workloads STRICT, their ports DISABLE': ['p', 'p', 'p'],
};
/** The same of a server in migration, by the version that is asked for. */
const migration: Record<string, [string, string]> = {
  'migration, subsets without TLS': ['m', 'p'],
  'migration, subsets DISABLE': ['503', 'p'],
  'migration, subsets ISTIO_MUTUAL': ['m', '503'],
};

const scenarios = new Map(scenariosOf(reachability).map((step) => [step.title, step]));

function worldOf(title: string, istio: string): World {
  const release = parseRelease(istio);
  return {
    mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true },
    ...topologyOf(workloadObjects([topology('reachability')], {}), release),
    policies: scenarios.get(title)?.objects as KubeObject[],
  };
}

function comesTo(world: World, from: string, to: string, subset?: string): string {
  const traffic = { from, to, port: 80, protocol: 'http' as const, ...(subset !== undefined && { subset }) };
  return brief(predict(world, questionOf(traffic, {})));
}

test('all fifteen are there', () => {
  expect([...scenarios.keys()]).toEqual(
    expect.arrayContaining([...Object.keys(expected), ...Object.keys(migration), 'all removed']),
  );
  expect(scenarios.size).toBe(16);
});

describe.each(['1.10', '1.16', '1.20', '1.24', '1.31'])('on %s', (istio) => {
  test.each(Object.keys(expected))('%s comes to what Istio’s own test expects', (title) => {
    const world = worldOf(title, istio);
    // Before 1.12 the client's side does not see that a port is DISABLE, and Istio's test does not ask it.
    const unseenPorts = title === 'workloads STRICT, their ports DISABLE';
    expect([
      comesTo(world, 'reach-a/sleep', 'reach-b/echo'),
      comesTo(world, 'reach-a/sleep', 'reach-naked/echo'),
      comesTo(world, 'reach-naked/sleep', 'reach-b/echo'),
    ]).toEqual(unseenPorts && istio === '1.10' ? ['503', 'p', 'p'] : expected[title]);
    expect(comesTo(world, 'reach-naked/sleep', 'reach-naked/echo')).toBe('p');
  });

  test.each(Object.keys(migration))('%s comes to what Istio’s own test expects', (title) => {
    const world = worldOf(title, istio);
    expect(
      ['vistio', 'vlegacy'].map((version) => comesTo(world, 'reach-a/sleep', 'reach-multi/echo', version)),
    ).toEqual(migration[title]);
  });
});
