import { offlineMesh, offlineWorld } from '../../cli/options/offline.ts';
import { expectationOf } from '../../model/expectation.ts';
import type { KubeObject } from '../../model/types.ts';
import { parseRelease } from '../../model/world/release.ts';
import { UsageError } from '../../platform/errors.ts';
import { topology } from '../../scenario/topology.ts';
import { questionOf } from '../../scenario/traffic.ts';
import { pairsOn, reproductionIn } from './fixtures.ts';
import { ID, reproductionOf } from './reproduction.ts';

const names = (objects: KubeObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`.replaceAll(`-${ID}`, ''));

test('a pair needs its namespaces, its accounts, its Service, the pods behind it and the client, and no more', () => {
  const { workloads, policies, client, url } = reproductionIn(
    'strict',
    'STRICT on httpbin.full',
    'sleep.legacy → http://httpbin.full:8000',
  );
  expect(names(workloads)).toEqual([
    'Namespace /full',
    'Namespace /legacy',
    'ServiceAccount full/httpbin',
    'ServiceAccount legacy/sleep',
    'Service full/httpbin',
    'Deployment full/httpbin',
    'Deployment legacy/sleep',
  ]);
  expect(names(policies)).toEqual(['PeerAuthentication full/httpbin']);
  expect(client).toEqual({ namespace: `legacy-${ID}`, name: 'sleep', container: 'sleep' });
  expect(url).toBe(`http://httpbin.full-${ID}:8000/headers`);
});

test('behind a Service may be several Deployments', () => {
  const { workloads } = reproductionIn('permissive', '', 'sleep.full → http://httpbin.partial:8000');
  expect(names(workloads).filter((name) => name.startsWith('Deployment'))).toEqual([
    'Deployment full/sleep',
    'Deployment partial/httpbin',
    'Deployment partial/httpbin-nosidecar',
  ]);
});

test('the other Services are there only if they decide', () => {
  const { workloads } = reproductionIn(
    'rules',
    'sidecar-hides',
    'sleep.rules-full → http://labelled.rules-legacy:8000',
  );
  const services = names(workloads).filter((name) => name.startsWith('Service '));
  expect(services.length).toBeGreaterThan(1);
  expect(names(workloads).filter((name) => name.startsWith('Deployment'))).toEqual([
    'Deployment rules-full/sleep',
    'Deployment rules-legacy/labelled',
  ]);
});

test('policies of namespaces that have nothing to do with the pair are left out, those of the whole mesh are not', () => {
  const pair = 'sleep.legacy → http://httpbin.legacy:8000';
  expect(names(reproductionIn('strict', 'STRICT on', pair).policies)).toEqual([]);
  const wide = pairsOn('1.31').filter(({ step }) =>
    step.objects.some((object) => typeof object !== 'string' && object.metadata.namespace === 'istio-system'),
  );
  expect(wide.length).toBeGreaterThan(0);
  for (const { step, traffic, topology: own } of wide) {
    const made = reproductionOf({ step, traffic, topology: own }, offlineMesh(parseRelease('1.31')));
    expect(names(made.policies).some((one) => one.includes('istio-system/'))).toBe(true);
  }
});

test.each(['1.4', '1.12', '1.31'])(
  'what is left out decides nothing: on %s every pair is expected to do what it does with the whole step',
  (version) => {
    const release = parseRelease(version);
    const pairs = pairsOn(version);
    expect(pairs.length).toBeGreaterThan(100);
    for (const { topology: own, step, traffic } of pairs) {
      const whole = expectationOf(offlineWorld(own, step, release), questionOf(traffic, {}));
      if (whole.notJudged !== undefined) continue;
      const { expectation } = reproductionOf({ topology: own, step, traffic }, offlineMesh(release));
      const { outcomes, notJudged } = JSON.parse(JSON.stringify(expectation).replaceAll(`-${ID}`, ''));
      const place = { step: step.title, traffic };
      expect({ ...place, outcomes, notJudged }).toEqual({ ...place, outcomes: whole.outcomes, notJudged: undefined });
    }
  },
  20_000,
);

test('what a script cannot do is refused, with the reason', () => {
  const pair = { from: 'legacy/sleep', to: 'full/httpbin', port: 8000, protocol: 'http' } as const;
  const step = { kind: 'ask' as const, title: 'off', objects: [], traffic: [pair] };
  const attempt = (changes: object) =>
    reproductionOf(
      { topology: topology('auto-mtls'), step: { ...step, ...changes }, traffic: { ...pair, from: 'full/sleep' } },
      offlineMesh(parseRelease('1.31')),
    );
  expect(() => attempt({ autoMtls: false })).toThrow(UsageError);
  expect(() => attempt({ autoMtls: false })).toThrow('The step "off" switches automatic mutual TLS off for the whole');
  const sidecar = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Sidecar',
    metadata: { namespace: 'full', name: 'x' },
    spec: { egress: [{ port: { number: 8000 }, hosts: ['*/*'] }] },
  };
  expect(() => attempt({ objects: [sidecar] })).toThrow(
    'cannot tell what is expected in the step "off": Sidecar full/x',
  );
});
