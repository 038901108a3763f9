import fc from 'fast-check';
import { nameOf } from '../model/name.ts';
import { predict } from '../model/predict.ts';
import { parseRelease } from '../model/release.ts';
import { topologyOf } from '../model/topology.ts';
import type { DestinationRule, KubeObject, PeerAuthentication, World } from '../model/types.ts';
import { workloadObjects } from '../run/manifests.ts';
import { topology } from '../run/topology.ts';
import { questionOf } from '../run/traffic.ts';
import { type Exercised, exercise, notExercised } from './exercised.ts';
import { stacks } from './stacks.ts';

const chosen = topology('fuzz');
const sampled = fc.sample(stacks, { seed: 1, numRuns: 400 });
const objects = sampled.flat();
const rulesOf = objects.filter(({ kind }) => kind === 'DestinationRule') as DestinationRule[];
const policies = objects.filter(({ kind }) => kind === 'PeerAuthentication') as PeerAuthentication[];

function worldOf(stack: KubeObject[], release: string): World {
  const mesh = { release: parseRelease(release), rootNamespace: 'istio-system', trustDomain: 'cluster.local' };
  return {
    mesh: { ...mesh, autoMtls: true },
    ...topologyOf(workloadObjects([chosen], {}), mesh.release),
    policies: stack,
  };
}

test('the topology has six clients, nine Services and three protocols', () => {
  expect(chosen.clients.size).toBe(6);
  expect(new Set(chosen.traffic.map(({ to }) => to)).size).toBe(9);
  expect(new Set(chosen.traffic.map(({ protocol }) => protocol))).toEqual(new Set(['http', 'tcp', 'grpc']));
});

test('a seed always makes the same stacks', () => {
  expect(fc.sample(stacks, { seed: 1, numRuns: 20 })).toEqual(sampled.slice(0, 20));
});

test('a stack names each object once, in namespaces of the topology', () => {
  for (const stack of sampled) expect(new Set(stack.map(nameOf)).size).toBe(stack.length);
  expect(new Set(objects.map(({ metadata }) => metadata.namespace))).toEqual(new Set(chosen.namespaces));
});

test('Istio’s webhook accepts them: no port modes without a selector, no exported rule with one, no rule that sets nothing', () => {
  for (const { spec } of policies) {
    if (spec?.portLevelMtls !== undefined) expect(spec.selector).toBeDefined();
  }
  for (const { spec } of rulesOf) {
    if (spec.workloadSelector !== undefined) expect(spec.exportTo ?? ['.']).toEqual(['.']);
    if (spec.trafficPolicy !== undefined) expect(Object.keys(spec.trafficPolicy)).not.toEqual([]);
  }
});

test.each(['1.31', '1.24', '1.20', '1.12', '1.10'])('the model predicts all of them, on %s', (release) => {
  for (const stack of sampled.slice(0, 60)) {
    const world = worldOf(stack, release);
    for (const traffic of chosen.traffic) {
      const { outcomes } = predict(world, questionOf(traffic, {}));
      expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    }
  }
});

test('they meet every rule but those of the whole mesh, of subsets and of what the topology does not have', () => {
  const exercised: Exercised = { rules: new Map(), modes: new Map() };
  for (const stack of sampled) {
    const world = worldOf(stack, '1.31');
    const cells = chosen.traffic.map((traffic) => ({
      verdict: 'pass' as const,
      expectation: predict(world, questionOf(traffic, {})),
    }));
    exercise(exercised, stack, { cells: cells as never });
  }
  expect(notExercised(exercised, parseRelease('1.31'))).toEqual([
    'sidecar.host-network',
    'peer-authentication.mesh',
    'peer-authentication.root-selector',
    'api.not-served',
    'scope.not-exported',
    'scope.workload',
    'scope.namespace',
    'scope.root',
    'scope.excluded',
    'scope.route-not-exported',
    'destination-rule.root-namespace',
    'destination-rule.private-by-default',
    'destination-rule.subset-inherits-mark',
    'destination-rule.empty-subset',
    'destination-rule.unknown-subset',
    'auto-mtls.off',
    'result.other-identity',
    'result.nothing-listens',
    'result.no-endpoints',
  ]);
  for (const level of ['workload', 'namespace', 'port']) {
    for (const mode of ['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']) {
      expect(exercised.modes.get(`${level} ${mode}`)).toBeGreaterThan(0);
    }
  }
});

test('what the mesh does not agree with exercises nothing', () => {
  const exercised: Exercised = { rules: new Map(), modes: new Map() };
  const reasons = [{ rule: 'client.no-sidecar', text: '', source: '' }];
  exercise(exercised, [], { cells: [{ verdict: 'inconclusive', expectation: { outcomes: [], reasons } }] as never });
  expect(exercised.rules.size).toBe(0);
});
