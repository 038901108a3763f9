import fc from 'fast-check';
import { predict } from '../../model/predict.ts';
import type { DestinationRule, PeerAuthentication, World } from '../../model/types.ts';
import { nameOf } from '../../model/world/name.ts';
import { parseRelease } from '../../model/world/release.ts';
import { topologyOf } from '../../model/world/topology.ts';
import { workloadObjects } from '../../scenario/manifests.ts';
import { questionOf } from '../../scenario/traffic.ts';
import { assertStepObject } from '../../scenario/valid-objects.ts';
import { coveredWords, exercise, notExercised, nothingExercised } from './exercised.ts';
import { type Stack, stacksFor } from './stacks.ts';
import { fuzzTopology, fuzzTraffic } from './traffic.ts';

const newest = { release: parseRelease('1.31') };
const all = stacksFor({ ...newest, rootNamespace: 'istio-system' });
const sampled = fc.sample(all, { seed: 1, numRuns: 1000 });
const objects = sampled.flatMap((stack) => stack.objects);
const rulesOf = objects.filter(({ kind }) => kind === 'DestinationRule') as DestinationRule[];
const policies = objects.filter(({ kind }) => kind === 'PeerAuthentication') as PeerAuthentication[];

function worldOf({ objects: policies, autoMtls }: Stack, release: string): World {
  const mesh = { release: parseRelease(release), rootNamespace: 'istio-system', trustDomain: 'cluster.local' };
  return {
    mesh: { ...mesh, autoMtls },
    ...topologyOf(workloadObjects([fuzzTopology], {}), mesh.release),
    policies,
  };
}

test('the topology has six clients, twelve Services and three protocols; clients ask for subsets, too', () => {
  expect(fuzzTopology.clients.size).toBe(6);
  expect(new Set(fuzzTraffic.map(({ to }) => to)).size).toBe(12);
  expect(new Set(fuzzTraffic.map(({ protocol }) => protocol))).toEqual(new Set(['http', 'tcp', 'grpc']));
  expect(new Set(fuzzTraffic.map(({ subset }) => subset))).toEqual(new Set([undefined, 'v1', 'nosidecar']));
});

test('a seed always makes the same stacks', () => {
  expect(fc.sample(all, { seed: 1, numRuns: 20 })).toEqual(sampled.slice(0, 20));
});

test('a stack names each object once, in namespaces of the topology and in the root namespace', () => {
  for (const stack of sampled) expect(new Set(stack.objects.map(nameOf)).size).toBe(stack.objects.length);
  const used = new Set(objects.map(({ metadata }) => metadata.namespace));
  expect(used).toEqual(new Set([...fuzzTopology.namespaces, 'istio-system']));
});

test('without leave to change the mesh, stacks stay in the namespaces of the topology, and auto mTLS stays on', () => {
  const stacks = fc.sample(stacksFor(newest), { seed: 1, numRuns: 200 });
  const used = new Set(stacks.flatMap((stack) => stack.objects.map(({ metadata }) => metadata.namespace)));
  expect(used).toEqual(new Set(fuzzTopology.namespaces));
  expect(new Set(stacks.map(({ autoMtls }) => autoMtls))).toEqual(new Set([true]));
  expect(new Set(sampled.map(({ autoMtls }) => autoMtls))).toEqual(new Set([true, false]));
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

test('no rule selects clients before the API server knows the field', () => {
  const selecting = (release: string) =>
    fc
      .sample(stacksFor({ release: parseRelease(release) }), { seed: 1, numRuns: 200 })
      .flatMap((stack) => stack.objects)
      .filter((one) => (one as DestinationRule).spec.workloadSelector !== undefined).length;
  expect(selecting('1.13')).toBe(0);
  expect(selecting('1.14')).toBeGreaterThan(0);
});

test.each(['1.31', '1.24', '1.20', '1.12', '1.10'])('the model predicts all of them, on %s', (release) => {
  for (const stack of sampled.slice(0, 60)) {
    const world = worldOf(stack, release);
    for (const traffic of fuzzTraffic) {
      const { outcomes } = predict(world, questionOf(traffic, {}));
      expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    }
  }
});

test('they meet every rule but those of what the topology does not have', () => {
  const exercised = nothingExercised();
  for (const stack of sampled) {
    const world = worldOf(stack, '1.31');
    const cells = fuzzTraffic.map((traffic) => ({
      verdict: 'pass' as const,
      expectation: predict(world, questionOf(traffic, {})),
    }));
    exercise(exercised, stack.objects, { cells: cells as never });
  }
  expect(notExercised(exercised, parseRelease('1.31'))).toEqual([
    'sidecar.port-past',
    'sidecar.own-port',
    'sidecar.host-network',
    'sidecar.never-selected',
    'sidecar.always-selected',
    'sidecar.injection-disabled',
    'api.not-served',
    'scope.not-exported',
    'scope.undiscovered',
    'scope.workload',
    'scope.namespace',
    'scope.root',
    'scope.excluded',
    'scope.route-not-exported',
    'client.past-sidecar',
    'destination-rule.private-by-default',
    'destination-rule.credential-unused',
    'auto-mtls.workload-entry',
    'auto-mtls.written-endpoint',
    'auto-mtls.mesh-external',
    'auto-mtls.address-alone',
    'result.plain-text-denied',
    'result.identity-denied',
    'result.account-denied',
    'result.other-account',
    'result.nothing-listens',
    'result.no-endpoints',
  ]);
  expect(coveredWords(exercised, { meshWide: true })).toMatch(/^16 of 16 levels and modes: mesh STRICT \d/);
});

test('what the mesh does not agree with exercises nothing', () => {
  const exercised = nothingExercised();
  const reasons = [{ rule: 'client.no-sidecar', text: '', source: '' }];
  exercise(exercised, [], { cells: [{ verdict: 'inconclusive', expectation: { outcomes: [], reasons } }] as never });
  expect(exercised.rules.size).toBe(0);
});

test('what was not covered is named, and the whole mesh where stacks could not change it is not', () => {
  const exercised = nothingExercised();
  expect(coveredWords(exercised, { meshWide: false })).toMatch(/^0 of 12 levels and modes; not: namespace STRICT, /);
  const [first] = sampled.filter((stack) => stack.objects.some(({ kind }) => kind === 'PeerAuthentication'));
  exercise(exercised, first?.objects ?? [], { cells: [] });
  expect(coveredWords(exercised, { meshWide: false })).toMatch(/^[1-9]\d? of 12 /);
});

test('every object fits the schema of its kind', () => {
  const check = () => {
    for (const object of objects) assertStepObject(object, 'a stack');
  };
  expect(check).not.toThrow();
});
