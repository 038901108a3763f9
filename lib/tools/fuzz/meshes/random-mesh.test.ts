import { stringify } from 'yaml';
import type { KubeObject } from '../../../model/types.ts';
import { nameOf } from '../../../model/world/name.ts';
import { parseRelease } from '../../../model/world/release.ts';
import { meshFrom } from '../../../survey/mesh/mesh.ts';
import { readManifests } from '../../../survey/read/files.ts';
import { countsOf, surveyOf } from '../../../survey/survey.ts';
import { randomMesh } from './random-mesh.ts';

const seeds = [1, 2, 3, 4, 5];
const release = parseRelease('1.31');
const meshes = seeds.map((seed) => randomMesh(seed, release, 'istio-system'));

function survey(objects: readonly KubeObject[]) {
  const text = objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
  return surveyOf(meshFrom(readManifests([{ file: 'mesh.yaml', text }]), '1.31'));
}

test('a seed always makes the same mesh, and another one another', () => {
  expect(randomMesh(1, release, 'istio-system')).toEqual(meshes[0]);
  expect(meshes[0]).not.toEqual(meshes[1]);
});

test.each(seeds)(
  'mesh %d has at least 40 workloads of every kind, some with sidecars, and each object once',
  (seed) => {
    const { layout, policies } = meshes[seed - 1] as (typeof meshes)[number];
    const { mesh } = survey(layout);
    expect(mesh.workloads.length).toBeGreaterThanOrEqual(40);
    expect(new Set(mesh.workloads.map(({ kind }) => kind))).toEqual(
      new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'Pod']),
    );
    const pods = mesh.workloads.map(({ workload }) => (workload.sidecar ? workload.replicas : 0));
    const sidecars = pods.reduce((sum, one) => sum + one, 0);
    expect(sidecars).toBeGreaterThan(8);
    // With those of another cluster on the machine, Linux may still start them.
    expect(sidecars).toBeLessThan(30);
    for (const set of policies) {
      const objects = [...layout, ...set];
      expect(new Set(objects.map(nameOf)).size).toBe(objects.length);
    }
  },
);

test('over some meshes there is every shape, and pairs come to everything', () => {
  const services = meshes.flatMap(({ layout }) => layout.filter(({ kind }) => kind === 'Service')) as (KubeObject & {
    spec: { clusterIP?: string; type?: string; ports: { name: string }[] };
  })[];
  expect(services.some(({ spec }) => spec.clusterIP === 'None')).toBe(true);
  expect(services.some(({ spec }) => spec.type === 'ExternalName')).toBe(true);
  expect(new Set(services.flatMap(({ spec }) => spec.ports.map(({ name }) => name)))).toEqual(
    new Set(['http', 'http-other', 'tcp', 'grpc', 'https', 'main', 'web']),
  );
  const policies = meshes.flatMap((mesh) => mesh.policies.flat());
  expect(new Set(policies.map(({ kind }) => kind))).toEqual(
    new Set(['PeerAuthentication', 'DestinationRule', 'Sidecar', 'AuthorizationPolicy', 'VirtualService']),
  );
  expect(policies.some(({ metadata }) => metadata.namespace === 'istio-system')).toBe(true);
  const counts = meshes.flatMap(({ layout, policies: sets }) =>
    sets.map((set) => countsOf(survey([...layout, ...set]))),
  );
  for (const result of ['mtls', 'plain', 'refused', 'mixed', 'none'] as const) {
    expect(counts.some((one) => one[result] > 0)).toBe(true);
  }
});
