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
const outer = fc.constantFrom('api.example.com', 'db.example.com');
const host = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(label, home).map(([name, where]) => `${name}.${where}.svc.cluster.local`) },
  { weight: 1, arbitrary: outer },
);
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
  sidecar: fc.constantFrom(true, true, true, false),
  annotations: fc.constantFrom(
    ...Array.from({ length: 8 }, () => ({})),
    { 'traffic.sidecar.istio.io/excludeOutboundPorts': '80' },
    { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.1/32' },
  ),
  network: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, 'far'),
  service: fc.constantFrom(
    {},
    { clusterIP: 'None' },
    { clusterIP: '10.0.0.1' },
    { ports: [{ name: 'tcp', port: 81, targetPort: 8080 }] },
  ),
  exported: fc.constantFrom(undefined, undefined, undefined, undefined, '.', 'a,b'),
});

const sidecars = fc
  .record({ where: home, hosts: fc.array(egress, { minLength: 1, maxLength: 3 }), selecting: fc.option(label) })
  .map((one) => ({
    where: one.where,
    kind: 'Sidecar',
    spec: {
      egress: [{ hosts: one.hosts }],
      ...(one.selecting && { workloadSelector: { labels: { app: one.selecting } } }),
    },
  }));

const entries = fc
  .record({
    where: home,
    host: outer,
    location: fc.constantFrom('MESH_INTERNAL', 'MESH_EXTERNAL'),
    resolution: fc.constantFrom('STATIC', 'DNS', 'NONE'),
    exportTo,
    behind: fc.oneof(
      label.map((name) => ({ workloadSelector: { labels: { app: name } } })),
      fc.constant({ endpoints: [{ address: '192.0.2.1' }] }),
      fc.constant({ endpoints: [{ address: '192.0.2.2', serviceAccount: 'x' }] }),
      fc.constant({}),
    ),
    protocol: fc.constantFrom('HTTP', 'TLS', 'TCP'),
  })
  .map(({ where, host: name, exportTo: to, behind, protocol, ...spec }) => ({
    where,
    kind: 'ServiceEntry',
    spec: {
      ...spec,
      ...behind,
      hosts: [name],
      ports: [{ number: 80, name: 'own', protocol }],
      ...(to && { exportTo: to }),
    },
  }));

const workloadEntries = fc.record({ where: home, app: label, serviceAccount: fc.constantFrom('', 'x') }).map((one) => ({
  where: one.where,
  kind: 'WorkloadEntry',
  spec: { address: '192.0.2.3', labels: { app: one.app }, serviceAccount: one.serviceAccount },
}));

const policies = fc.oneof(
  entries,
  entries,
  workloadEntries,
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
  sidecars,
  sidecars,
  sidecars,
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
    workloads: fc.uniqueArray(workloads, { minLength: 4, maxLength: 8, selector: (one) => `${one.where}/${one.name}` }),
    policies: fc.array(policies, { maxLength: 8 }),
    isPrivate: fc.constantFrom(true, false, false, false),
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

/** Returns an answer without what speaks of one client for all: its reasons, and by what a Service is hidden from whom. */
function comesTo({ result, outcomes, notJudged }: Answer): unknown {
  const why = notJudged.map((text) =>
    text
      .replace(/^Sidecar \S+ (hides (?:Service|Host) \S+) from \S+,/, '$1,')
      .replace(/(not exported) to namespace \S+,/, '$1,'),
  );
  return { result, why, outcomes: outcomes.map(({ outcome: { kind }, share, rare }) => ({ kind, share, rare })) };
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
    { numRuns: 150 },
  );
});

const sidecar = (where: string, hosts: string[], spec: object = {}) =>
  policy(networking, 'Sidecar', where, 'own', { egress: [{ hosts }], ...spec });
const onPort = (port: number) => ({ service: { ports: [{ name: 'http', port, targetPort: 8080 }] } });
const exportedTo = (where: string, name: string, to: string) =>
  app(where, name).map((object) =>
    object.kind === 'Service'
      ? { ...object, metadata: { ...object.metadata, annotations: { 'networking.istio.io/exportTo': to } } }
      : object,
  );
const strict = policy(security, 'PeerAuthentication', 'istio-system', 'default', { mtls: { mode: 'STRICT' } });

// In each, the first server cannot tell apart two clients that a later one can.
test.each<[string, KubeObject[]]>([
  [
    'Sidecars that hide other namespaces',
    [...app('c', 'x'), ...app('a', 'x'), ...app('b', 'x'), sidecar('a', ['a/*']), sidecar('b', ['b/*'])],
  ],
  [
    'a port on which one client has a listener',
    [
      strict,
      ...app('c', 'x', onPort(90)),
      ...app('c', 'y', onPort(80)),
      ...app('a', 'x', onPort(80)),
      ...app('b', 'x', onPort(81)),
      sidecar('a', ['a/*']),
      sidecar('b', ['b/*']),
    ],
  ],
  [
    'an export, where one client may go nowhere else',
    [
      ...app('c', 'x'),
      policy(networking, 'DestinationRule', 'd', 'x', { host: 'x.c.svc.cluster.local' }),
      ...exportedTo('c', 'y', 'd'),
      ...app('a', 'x'),
      ...app('b', 'x'),
      sidecar('a', ['*/*']),
      sidecar('b', ['*/*'], { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } }),
    ],
  ],
  [
    'a rule of one client',
    [
      ...app('c', 'x'),
      ...app('c', 'y'),
      ...app('a', 'x'),
      ...app('b', 'x'),
      policy(networking, 'DestinationRule', 'b', 'y', {
        host: 'y.c.svc.cluster.local',
        exportTo: ['.'],
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      }),
    ],
  ],
  [
    'a route of one client',
    [
      ...app('c', 'x'),
      ...app('c', 'y'),
      ...app('a', 'x'),
      ...app('b', 'x'),
      policy('gateway.networking.k8s.io/v1', 'HTTPRoute', 'b', 'y', {
        parentRefs: [{ kind: 'Service', name: 'y', namespace: 'c' }],
      }),
    ],
  ],
  [
    'a network',
    [
      ...app('c', 'x'),
      ...app('c', 'y', { labels: { 'topology.istio.io/network': 'far' } }),
      ...app('a', 'x'),
      ...app('b', 'x'),
    ],
  ],
])('what one server alone tells apart: %s', (_, objects) => {
  const mesh = manifestMesh([...['a', 'b', 'c', 'd'].map((name) => namespace(name)), ...objects]);
  expect(otherwise(mesh)).toEqual([]);
});
