import type { KubeObject } from '../../model/types.ts';
import { parseRelease } from '../../model/world/release.ts';
import { topologyOf } from '../../model/world/topology.ts';
import { workloadObjects } from '../../scenario/manifests.ts';
import { topology } from '../../scenario/topology.ts';
import { reasonWords } from '../../verdict/reasons.ts';
import { configMap, namespaces } from '../fixtures.ts';
import { unmetOf, unmetReason } from './preconditions.ts';

const strict = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: 'istio-system', name: 'default' },
  spec: { mtls: { mode: 'STRICT' } },
};
const rule = (host: string) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { namespace: 'istio-system', name: 'rule' },
  spec: { host },
});

const topologies = [topology('auto-mtls')];

/** The conditions that a mesh does not meet before anything is created on it. */
function unmet(release: string, autoMtls: boolean, foreign: KubeObject[]): string[] {
  const mesh = {
    release: parseRelease(release),
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    autoMtls,
  };
  const istiod = { namespace: 'istio-system', labels: 'app=istiod' };
  const injectionLabel = { key: 'istio-injection', value: 'enabled' };
  const reasons = unmetOf(
    {
      istio: { version: release, mesh, policyApi: 'security.istio.io', configMap, istiod, injectionLabel },
      topology: topologyOf(workloadObjects(topologies, namespaces), mesh.release),
      topologies,
      namespaces,
    },
    { foreign },
  );
  return reasons.map((one) => reasonWords(unmetReason(one)));
}

test('a fit mesh lacks nothing', () => {
  expect(unmet('1.31', true, [])).toEqual([]);
  expect(unmet('1.31', true, [rule('reviews.default.svc.cluster.local')])).toEqual([]);
});

test('everything that is unmet is told at once, each with what to do', () => {
  expect(unmet('1.31', false, [strict, rule('*.svc.cluster.local')])).toEqual([
    'it has automatic mutual TLS switched off (enableAutoMtls in ConfigMap istio-system/istio): switch it on, since every step of the task builds on it',
    expect.stringMatching(/STRICT.*remove PeerAuthentication istio-system\/default, or use another cluster$/),
    expect.stringMatching(/^DestinationRule istio-system\/rule matches a host of the run .*: remove it/),
  ]);
});

test('where a release has no default of its own, one must be made', () => {
  expect(unmet('1.4', true, [])).toEqual([
    'No authentication policy at all: mutual TLS is off, plain text alone is taken; the task starts from PERMISSIVE: make a policy for the whole mesh that says so, or use another cluster',
  ]);
});
