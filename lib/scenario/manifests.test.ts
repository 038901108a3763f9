import { parse } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { UsageError } from '../platform/errors.ts';
import type { PolicyApi } from '../platform/istio/detect.ts';
import type { ServedVersions } from '../platform/kube/kinds.ts';
import { namespaces } from '../run/fixtures.ts';
import { inServedVersion, stepObjects, workloadObjects } from './manifests.ts';
import { topology } from './topology.ts';

const today: ServedVersions = new Map([
  ['PeerAuthentication.security.istio.io', ['v1', 'v1beta1']],
  ['DestinationRule.networking.istio.io', ['v1', 'v1beta1', 'v1alpha3']],
]);
/** 1.19 to 1.21 */
const between: ServedVersions = new Map([
  ['AuthorizationPolicy.security.istio.io', ['v1', 'v1beta1']],
  ['PeerAuthentication.security.istio.io', ['v1beta1']],
  ['DestinationRule.networking.istio.io', ['v1beta1', 'v1alpha3']],
]);
const then: ServedVersions = new Map([
  ['Policy.authentication.istio.io', ['v1alpha1']],
  ['DestinationRule.networking.istio.io', ['v1alpha3']],
]);
const manifests = ['strict', 'disable', 'permissive', 'destination-rule-istio-mutual', 'destination-rule-disable'];
const generations: [PolicyApi, ServedVersions][] = [
  ['security.istio.io', today],
  ['security.istio.io', between],
  ['authentication.istio.io', then],
];

describe('the workloads', () => {
  const objects = workloadObjects([topology('auto-mtls')], namespaces);
  const named = (kind: string) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);

  test('are in the run’s namespaces, every one, and the namespaces come first', () => {
    expect(named('Namespace')).toEqual(Object.values(namespaces));
    const made = new Set<string>();
    for (const { kind, metadata } of objects) {
      if (kind === 'Namespace') made.add(metadata.name);
      else expect(made).toContain(metadata.namespace);
    }
  });

  test('are those of the task', () => {
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort()).toEqual(
      [
        'full/httpbin',
        'full/sleep',
        'legacy/httpbin',
        'legacy/sleep',
        'partial/httpbin',
        'partial/httpbin-nosidecar',
      ].map((path) => path.replace('/', '-ab12c3/')),
    );
    expect(named('Service')).toEqual(['httpbin', 'httpbin', 'httpbin']);
  });

  test('have every account that a pod names', () => {
    const accounts = objects
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    for (const { kind, metadata, spec } of objects as (KubeObject & { spec: never })[]) {
      if (kind !== 'Deployment') continue;
      const { serviceAccountName } = (spec as { template: { spec: { serviceAccountName: string } } }).template.spec;
      expect(accounts).toContain(`${metadata.namespace}/${serviceAccountName}`);
    }
  });
});

describe.each(generations)('a step’s objects, by %s', (api, served) => {
  test.each(manifests)('%s is in the run’s namespace and for its host', (manifest) => {
    const [object, ...others] = stepObjects([manifest], api, namespaces, served);
    expect(others).toEqual([]);
    expect(object?.metadata.namespace).toBe(namespaces.full);
    const [group = '', version = ''] = object?.apiVersion.split('/') ?? [];
    expect(served.get(`${object?.kind}.${group}`)).toContain(version);
    if (object?.kind === 'DestinationRule') {
      expect(object).toMatchObject({ spec: { host: 'httpbin.full-ab12c3.svc.cluster.local' } });
    }
  });

  test('STRICT, DISABLE and PERMISSIVE take each other’s place, and so do the rules', () => {
    const names = (...some: string[]) =>
      new Set(stepObjects(some, api, {}, served).map(({ kind, metadata }) => `${kind} ${metadata.name}`));
    expect(names('strict', 'disable', 'permissive').size).toBe(1);
    expect(names('destination-rule-istio-mutual', 'destination-rule-disable').size).toBe(1);
  });
});

/** From istio.io's task, as it was for 1.4; each applied with `-n full`. */
const task: [string, string][] = [
  [
    'strict',
    `
apiVersion: "authentication.istio.io/v1alpha1"
kind: "Policy"
metadata:
  name: "httpbin"
spec:
  targets:
  - name: httpbin
  peers:
  - mtls: {}
`,
  ],
  [
    'disable',
    `
apiVersion: "authentication.istio.io/v1alpha1"
kind: "Policy"
metadata:
  name: "httpbin"
spec:
  targets:
  - name: httpbin
`,
  ],
  [
    'destination-rule-istio-mutual',
    `
apiVersion: "networking.istio.io/v1alpha3"
kind: "DestinationRule"
metadata:
  name: "httpbin-full-mtls"
spec:
  host: httpbin.full.svc.cluster.local
  trafficPolicy:
    tls:
      mode: ISTIO_MUTUAL
`,
  ],
];

test.each(task)('%s is the task’s own object where 1.4 is spoken', (manifest, yaml) => {
  const object = parse(yaml) as KubeObject;
  expect(stepObjects([manifest], 'authentication.istio.io', {}, then)).toEqual([
    { ...object, metadata: { ...object.metadata, namespace: 'full' } },
  ]);
});

describe('an object is put in a version that is served', () => {
  const rule = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'a' } };
  const serving = (...versions: string[]) => new Map([['DestinationRule.networking.istio.io', versions]]);

  test.each([
    [['v1', 'v1beta1', 'v1alpha3'], 'v1'],
    [['v1beta1', 'v1alpha3'], 'v1beta1'],
    [['v1alpha3'], 'v1alpha3'],
  ])('of %p it is %s', (versions, wanted) => {
    expect(inServedVersion(rule, serving(...versions))).toEqual({
      ...rule,
      apiVersion: `networking.istio.io/${wanted}`,
    });
  });

  test('its own is kept though a newer one is there', () => {
    const old = { ...rule, apiVersion: 'networking.istio.io/v1alpha3' };
    expect(inServedVersion(old, serving('v1', 'v1alpha3'))).toEqual(old);
  });

  test('of a kind that is not served there is none, though its group is', () => {
    const others = new Map([['Sidecar.networking.istio.io', ['v1']]]);
    expect(() => inServedVersion(rule, others)).toThrow(UsageError);
    expect(() => inServedVersion(rule, others)).toThrow('serves DestinationRule of networking.istio.io in no version');
  });
});

test('a manifest that is not there is a mistake that names those there are', () => {
  const objects = () => stepObjects(['strikt'], 'security.istio.io', {}, today);
  expect(objects).toThrow(UsageError);
  expect(objects).toThrow(
    'There is no strikt.yaml in manifests/policies/security.istio.io/ or manifests/policies/networking.istio.io/; they have: disable, ',
  );
});
