import * as fc from 'fast-check';
import type { KubeObject } from '../../model/types.ts';
import { app, manifestMesh, namespace, networking, policy, security } from '../fixtures.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { surveyOf } from '../survey.ts';
import { type Answer, answersIn } from './answers.ts';

const homes = ['a', 'b', 'istio-system'];
const home = fc.constantFrom(...homes);
const label = fc.constantFrom('x', 'y', 'z');
const mode = fc.constantFrom('DISABLE', 'ISTIO_MUTUAL');
const host = fc.tuple(label, home).map(([name, where]) => `${name}.${where}.svc.cluster.local`);
const anyHost = fc.oneof(
  host,
  home.map((where) => `*.${where}.svc.cluster.local`),
);
const egress = fc.oneof(
  fc.constantFrom('*/*', './*', '~/*', 'a/*', 'istio-system/*'),
  fc.tuple(fc.constantFrom('*', '.', 'a', 'b'), anyHost).map(([where, one]) => `${where}/${one}`),
);
const exportTo = fc.option(fc.array(fc.constantFrom('.', '*', 'a', 'b'), { minLength: 1, maxLength: 2 }), {
  nil: undefined,
});

const workloads = fc.record({
  where: home,
  name: label,
  sidecar: fc.boolean(),
  annotations: fc.constantFrom(
    {},
    {},
    { 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' },
    { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.1/32' },
  ),
  network: fc.constantFrom(undefined, undefined, undefined, 'far'),
  service: fc.constantFrom(
    {},
    { clusterIP: 'None' },
    { clusterIP: '10.0.0.1' },
    { ports: [{ name: 'tcp', port: 81, targetPort: 8080 }] },
  ),
  exported: fc.constantFrom(undefined, undefined, '.', 'a,b'),
});

const policies = fc.oneof(
  fc.record({ where: home, mode: fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE') }).map((one) => ({
    where: one.where,
    kind: 'PeerAuthentication',
    spec: { mtls: { mode: one.mode } },
  })),
  fc
    .record({ where: home, host: anyHost, mode, exportTo, selecting: fc.option(label, { nil: undefined }) })
    .map((one) => ({
      where: one.where,
      kind: 'DestinationRule',
      spec: {
        host: one.host,
        trafficPolicy: { tls: { mode: one.mode } },
        ...(one.exportTo && { exportTo: one.exportTo }),
        ...(one.selecting && { workloadSelector: { matchLabels: { app: one.selecting } } }),
      },
    })),
  fc
    .record({ where: home, hosts: fc.array(egress, { minLength: 1, maxLength: 3 }), selecting: fc.option(label) })
    .map((one) => ({
      where: one.where,
      kind: 'Sidecar',
      spec: {
        egress: [{ hosts: one.hosts }],
        ...(one.selecting && { workloadSelector: { labels: { app: one.selecting } } }),
      },
    })),
  fc.record({ where: home, host, to: host }).map((one) => ({
    where: one.where,
    kind: 'VirtualService',
    spec: { hosts: [one.host], http: [{ route: [{ destination: { host: one.to } }] }] },
  })),
  fc.record({ where: home, name: label, of: home }).map((one) => ({
    where: one.where,
    kind: 'HTTPRoute',
    spec: { parentRefs: [{ kind: 'Service', name: one.name, namespace: one.of }] },
  })),
  fc.record({ where: home, selecting: label }).map((one) => ({
    where: one.where,
    kind: 'EnvoyFilter',
    spec: { workloadSelector: { labels: { app: one.selecting } } },
  })),
);

const versions: Readonly<Record<string, string>> = {
  PeerAuthentication: security,
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
};

const meshes = fc
  .record({
    workloads: fc.uniqueArray(workloads, { minLength: 3, maxLength: 6, selector: (one) => `${one.where}/${one.name}` }),
    policies: fc.array(policies, { maxLength: 8 }),
    isPrivate: fc.boolean(),
  })
  .map(({ workloads: all, policies: own, isPrivate }): KubeObject[] => [
    ...homes.map((name) => namespace(name)),
    ...all.flatMap(({ where, name, sidecar, annotations, network, service, exported }) => {
      const labels = network === undefined ? {} : { 'topology.istio.io/network': network };
      return app(where, name, { sidecar, annotations, labels, service }).map((object) =>
        object.kind === 'Service' && exported !== undefined
          ? { ...object, metadata: { ...object.metadata, annotations: { 'networking.istio.io/exportTo': exported } } }
          : object,
      );
    }),
    ...own.map(({ where, kind, spec }, at) => policy(versions[kind] ?? networking, kind, where, `policy-${at}`, spec)),
    ...(isPrivate ? [configuration] : []),
  ]);

const configuration = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio', namespace: 'istio-system' },
  data: { mesh: 'defaultServiceExportTo: ["."]\ndefaultDestinationRuleExportTo: ["."]\n' },
} as KubeObject;

/** Returns an answer without its reasons, which speak of one client. */
function comesTo({ result, outcomes, notJudged }: Answer): unknown {
  return { result, notJudged, outcomes: outcomes.map(({ outcome: { kind }, share, rare }) => ({ kind, share, rare })) };
}

/** Returns the pairs of which a survey says something else than what is found for the pair alone. */
function otherwise(mesh: SurveyedMesh): unknown[] {
  const { servers, index, clients } = surveyOf(mesh);
  return servers.flatMap(({ server, answers }) => {
    const places = answers.flatMap((group) => group.clients);
    const wrong = answers.flatMap(({ answer, sorts }) =>
      sorts
        .map((sort) => ({ sort, said: comesTo(answer), alone: comesTo(answersIn(mesh, index)(server, sort)) }))
        .filter(({ said, alone }) => JSON.stringify(said) !== JSON.stringify(alone)),
    );
    const isEverybody = places.length === clients.length && new Set(places).size === clients.length;
    return isEverybody ? wrong : [...wrong, 'a client is not there, or twice'];
  });
}

test('each pair of a random mesh comes to what it does without what is found once for many', () => {
  fc.assert(
    fc.property(meshes, fc.constantFrom('1.31', '1.22', '1.12'), (objects, release) => {
      expect(otherwise(manifestMesh(objects, release))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
