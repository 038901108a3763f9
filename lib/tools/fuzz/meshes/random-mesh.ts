import fc from 'fast-check';
import { holds, hostnameOf, type KubeObject, nameOf, type Release, type Service } from '../../../model/index.ts';
import { destinationRule, maybe, peerAuthentication, present, type Subjects, type Where } from '../policies.ts';
import { injectedNamespaces, type Layout, layoutFor, servicePorts, workloadPorts } from './layout.ts';

/** A random mesh: its workloads and Services, and what configures it, one set after the other. */
export interface RandomMesh {
  /** Manifests, as somebody would write them. */
  layout: readonly KubeObject[];
  /** Each set takes the place of the one before. The first is empty. */
  policies: readonly (readonly KubeObject[])[];
}

/** How many sets of policies there are after the empty one. */
const SETS = 3;

/** Names such that every release has the same order of those created in one second: none is another one and a dash. */
const names = ['a', 'b', 'c', 'd'];

/**
 * Returns the random mesh of a seed.
 * @param more how many Deployments it has besides the usual workloads
 */
export function randomMesh(seed: number, release: Release, rootNamespace: string, more = 0): RandomMesh {
  const [layout] = fc.sample(layoutFor(release, more), { seed, numRuns: 1 }) as [Layout];
  const sets = fc.sample(policiesFor(layout, release, rootNamespace), { seed, numRuns: SETS });
  return { layout: layout.objects, policies: [[], ...sets] };
}

function policiesFor(layout: Layout, release: Release, rootNamespace: string): fc.Arbitrary<KubeObject[]> {
  const selecting = holds('destination-rule.workload-selector', release);
  const within = (namespace: string): fc.Arbitrary<KubeObject> => {
    const where = fc.constant(namespace);
    const subjects = subjectsOf(layout, namespace);
    return fc.oneof<fc.WeightedArbitrary<KubeObject>[]>(
      { weight: 8, arbitrary: peerAuthentication(where, subjects) },
      { weight: 10, arbitrary: destinationRule(where, subjects, selecting) },
      { weight: 1, arbitrary: sidecar(namespace, layout, subjects) },
      { weight: 2, arbitrary: authorizationPolicy(where, subjects, { namespaces: layout.namespaces, release }) },
    );
  };
  // Where no pod has a sidecar, there is less to decide.
  const places = [...layout.namespaces, ...injectedNamespaces(), ...injectedNamespaces()];
  const object = fc.oneof(
    { weight: 20, arbitrary: fc.oneof(...places.map(within)) },
    { weight: 1, arbitrary: within(rootNamespace) },
    { weight: 2, arbitrary: virtualService(layout) },
  );
  return fc
    .uniqueArray(object, { minLength: 20, maxLength: 40, size: 'max', selector: nameOf })
    .map((objects) => objects.toSorted(byName));
}

/** Among objects that compete the oldest counts, and of the same second the first by name: the order of creation. */
function byName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  return a.name === b.name ? compare(a.namespace ?? '', b.namespace ?? '') : compare(a.name, b.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param namespace in which the objects are: a layout's, or the root namespace, where no workload is */
function subjectsOf({ namespaces, services, labels }: Layout, namespace: string): Subjects {
  const exact = services.map(hostnameOf);
  const own = services.filter(({ metadata }) => metadata.namespace === namespace);
  const near = own.length > 0 ? own : services;
  const ofNamespaces = namespaces.map((name) => `*.${name}.svc.cluster.local`);
  const { servers, clients } = labels.get(namespace) ?? { servers: [{ version: 'v1' }], clients: [{ version: 'v1' }] };
  return {
    names,
    workloadPorts,
    servicePorts,
    labels: servers,
    clients,
    hosts: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...exact) },
      { weight: 6, arbitrary: fc.constantFrom(...near.map(hostnameOf)) },
      { weight: 6, arbitrary: fc.constantFrom(...near.map(({ metadata }) => metadata.name)) },
      { weight: 4, arbitrary: fc.constantFrom(...ofNamespaces) },
      { weight: 1, arbitrary: fc.constantFrom('*.svc.cluster.local', '*.local', '*') },
    ),
    // Istio rejects a namespace that is there twice, as `.` and by its name.
    exports: [['.'], ['*'], ['shop'], ['pay', 'legacy'], ['.', 'elsewhere']],
    named: [{ tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/app'] } }],
    subsets: ['v1', 'v2'].map((version) => ({ name: version, labels: { version } })),
  };
}

/** What clients see of the mesh. One for all of a namespace, or for some of its workloads; in the root, for all. */
function sidecar(
  namespace: string,
  { namespaces, services }: Layout,
  { clients }: Pick<Subjects, 'clients'>,
): fc.Arbitrary<KubeObject> {
  const host = fc.oneof(
    fc.constantFrom('./*', '*/*', ...namespaces.map((name) => `${name}/*`)),
    fc.constantFrom(...services.map((service) => `*/${hostnameOf(service)}`)),
  );
  const isRoots = !namespaces.includes(namespace);
  return fc
    .record({
      name: fc.constantFrom(...names),
      hosts: fc.uniqueArray(host, { minLength: 1, maxLength: 4 }),
      labels: isRoots ? fc.constant(undefined) : maybe(fc.constantFrom(...clients), 4),
      outbound: maybe(fc.constantFrom('REGISTRY_ONLY', 'ALLOW_ANY'), 3),
    })
    .map(({ name, hosts, labels, outbound }) => {
      const spec = present({
        workloadSelector: labels && { labels },
        egress: [{ hosts: [...hosts, 'istio-system/*'] }],
        outboundTrafficPolicy: outbound && { mode: outbound },
      });
      const metadata = { namespace, name };
      return { apiVersion: 'networking.istio.io/v1beta1', kind: 'Sidecar', metadata, spec } as KubeObject;
    });
}

/** Denies plain text, or whom it is for by identity and port; or allows these alone. Rarely the path decides. */
function authorizationPolicy(
  where: Where,
  { labels }: Pick<Subjects, 'labels'>,
  { namespaces, release }: { namespaces: readonly string[]; release: Release },
): fc.Arbitrary<KubeObject> {
  const identities = [
    '*',
    '*/sa/app',
    'cluster.local/ns/*',
    ...namespaces.map((name) => `cluster.local/ns/${name}/sa/app`),
  ];
  const several = (from: readonly string[]) => fc.uniqueArray(fc.constantFrom(...from), { minLength: 1, maxLength: 3 });
  const accounts = ['default', ...namespaces.map((name) => `${name}/app`)];
  const source = fc.oneof(
    fc.record({ principals: several(identities) }),
    fc.record({ notPrincipals: several(identities) }),
    fc.record({ namespaces: several(namespaces) }),
    fc.record({ notNamespaces: several(namespaces) }),
    ...(holds('result.account-denied', release) ? [fc.record({ serviceAccounts: several(accounts) })] : []),
  );
  const operation = fc.oneof(
    { weight: 3, arbitrary: fc.record({ ports: several([...new Set(workloadPorts)]) }) },
    { weight: 1, arbitrary: fc.constant({ paths: ['/admin'] }) },
  );
  const some = fc
    .record({
      source: maybe(source, 5),
      operation: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, operation),
    })
    .map((rule) =>
      present({
        from: rule.source && [{ source: rule.source }],
        to: rule.operation && [{ operation: rule.operation }],
      }),
    );
  const plainText = { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] };
  const spec = fc.oneof(
    fc.constant(plainText),
    fc.record({ action: fc.constantFrom('ALLOW', 'DENY'), rules: fc.array(some, { minLength: 1, maxLength: 2 }) }),
  );
  return fc
    .record({ namespace: where, name: fc.constantFrom(...names), labels: fc.constantFrom(...labels), spec })
    .map(({ namespace, name, labels: own, spec }) => {
      const metadata = { namespace, name };
      const selected = { selector: { matchLabels: own }, ...spec };
      return {
        apiVersion: 'security.istio.io/v1beta1',
        kind: 'AuthorizationPolicy',
        metadata,
        spec: selected,
      } as KubeObject;
    });
}

/** Routes that lead where requests go anyway: with a time limit, or to two subsets. There is one for each Service. */
function virtualService({ services }: Layout): fc.Arbitrary<KubeObject> {
  const usual = services.filter(({ spec }) => spec.type !== 'ExternalName');
  return fc
    .record({ service: fc.constantFrom(...usual), isSplit: fc.constantFrom(true, false, false) })
    .map(({ service, isSplit }) => {
      const route = isSplit ? ['v1', 'v2'].map((subset) => routeTo(service, subset, 50)) : [routeTo(service)];
      const spec = { hosts: [hostnameOf(service)], http: [{ timeout: '20s', route }] };
      const metadata = { namespace: service.metadata.namespace ?? '', name: service.metadata.name };
      return { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService', metadata, spec } as KubeObject;
    });
}

function routeTo(service: Service, subset?: string, weight?: number): object {
  return present({ destination: present({ host: hostnameOf(service), subset }), weight });
}
