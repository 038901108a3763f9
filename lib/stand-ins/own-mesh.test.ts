import type { KubeObject, Service } from '../model/types.ts';
import { UsageError } from '../platform/errors.ts';
import { app, ingress, namespace, policy, security } from '../survey/fixtures.ts';
import { manifestsOf, ofKind } from './fixtures.ts';
import { type OwnMesh, ownMesh, policiesIn } from './own-mesh.ts';

interface Made extends KubeObject {
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
      spec: { containers: { name: string; args?: string[] }[] };
    };
  };
}

const shop = namespace('shop');
const made = (objects: KubeObject[], only?: string[]): OwnMesh =>
  ownMesh(manifestsOf(objects), { name: 'shop', ...(only && { only }) });
/** The user's pairs, without the outsider's. */
const pairs = ({ traffic, outsider }: OwnMesh): string[] =>
  traffic.filter(({ from }) => from !== outsider).map(({ from, to, port }) => `${from} ${to}:${port}`);
const find = ({ topology }: OwnMesh, kind: string, path: string): KubeObject => {
  const found = topology.objects.find(
    (object) => object.kind === kind && [object.metadata.namespace, object.metadata.name].join('/') === path,
  );
  if (found === undefined) throw new Error(`there is no ${kind} ${path}`);
  return found;
};
const deployment = (mesh: OwnMesh, path: string): Made => find(mesh, 'Deployment', path) as Made;
const names = ({ topology }: OwnMesh, kind: string): string[] =>
  topology.objects
    .filter((object) => object.kind === kind)
    .map(({ metadata }) =>
      [...(metadata.namespace === undefined ? [] : [metadata.namespace]), metadata.name].join('/'),
    );

describe('workloads', () => {
  test('of every kind have a Deployment with one pod, which is a client and a server', () => {
    const kinds = ['StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];
    const objects = kinds.map((kind) => ofKind(kind, 'shop', kind.toLowerCase(), { replicas: 3 }));
    const mesh = made([shop, ...app('shop', 'web'), ...objects]);
    const expected = ['shop/web', ...kinds.map((kind) => `shop/${kind.toLowerCase()}`)];
    expect(names(mesh, 'Deployment').sort()).toEqual([...expected, 'outsider/outsider'].sort());
    expect([...mesh.topology.clients.keys()].sort()).toEqual([...expected, 'outsider/outsider'].sort());
    expect(deployment(mesh, 'shop/statefulset').spec.replicas).toBe(1);
    expect(pairs(mesh)).toHaveLength(expected.length);
  });

  test('with one name are told apart by their kinds', () => {
    const mesh = made([shop, ...app('shop', 'web'), ofKind('Job', 'shop', 'web'), ofKind('Job', 'shop', 'once')]);
    expect(names(mesh, 'Deployment').sort()).toEqual([
      'outsider/outsider',
      'shop/once',
      'shop/web-deployment',
      'shop/web-job',
    ]);
    expect(deployment(mesh, 'shop/web-job').spec.selector.matchLabels).toEqual({ 'automtls.dev/stand-in': 'Job.web' });
  });

  test('without pods have stand-ins without pods, ask nobody and are not asked', () => {
    const [web, service] = app('shop', 'web');
    const off = { ...web, spec: { ...(web as Made).spec, replicas: 0 } } as KubeObject;
    const mesh = made([shop, off, service as KubeObject, ...app('shop', 'cart')]);
    expect(deployment(mesh, 'shop/web').spec.replicas).toBe(0);
    expect([...mesh.topology.clients.keys()]).toEqual(['shop/cart', 'outsider/outsider']);
    expect(pairs(mesh)).toEqual(['shop/cart shop/cart:80']);
    expect(mesh.notes).toEqual(['not asked: Service shop/web, since its workloads have no pods']);
    const other = { ...off, metadata: { ...off.metadata, name: 'web-2' }, spec: (web as Made).spec } as KubeObject;
    expect(pairs(made([shop, off, other, service as KubeObject]))).toEqual(['shop/web-2 shop/web:80']);
  });

  test('keep labels and what Istio’s annotations say of the wire, and no other annotation', () => {
    const kept = {
      'traffic.sidecar.istio.io/excludeInboundPorts': '9090',
      'proxy.istio.io/config': 'concurrency: 1',
      'sidecar.istio.io/inject': 'true',
    };
    const dropped = {
      'sidecar.istio.io/proxyImage': 'registry.example/proxy:1',
      'vault.hashicorp.com/agent-inject': 'true',
      'sidecar.istio.io/userVolume': '{}',
    };
    const mesh = made([
      shop,
      ...app('shop', 'web', { labels: { version: 'v1' }, annotations: { ...kept, ...dropped } }),
      ...app('shop', 'cart'),
    ]);
    const { labels, annotations } = deployment(mesh, 'shop/web').spec.template.metadata;
    expect(annotations).toEqual(kept);
    expect(labels).toEqual({ app: 'web', version: 'v1', 'automtls.dev/stand-in': 'Deployment.web' });
    expect([...mesh.topology.oneWorker]).toEqual(['shop/web']);
  });

  test('that name a revision, or that kube-inject has been at, ask the mesh of the run for a sidecar', () => {
    const plain = namespace('shop', false);
    const containers = [{ name: 'main', ports: [{ containerPort: 8080 }] }, { name: 'istio-proxy' }];
    const mesh = made([
      plain,
      ...app('shop', 'canary', { labels: { 'istio.io/rev': 'canary' } }),
      ...app('shop', 'injected', { pod: { containers } }),
      ...app('shop', 'other'),
    ]);
    const labelsOf = (name: string) => deployment(mesh, `shop/${name}`).spec.template.metadata.labels;
    expect(labelsOf('canary')).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
    expect(labelsOf('canary')).not.toHaveProperty(['istio.io/rev']);
    expect(labelsOf('injected')).toMatchObject({ 'sidecar.istio.io/inject': 'true' });
    expect(labelsOf('other')).not.toHaveProperty(['sidecar.istio.io/inject']);
    expect(deployment(mesh, 'shop/injected').spec.template.spec.containers.map(({ name }) => name)).toEqual([
      'server',
      'client',
    ]);
  });

  test('on the network of a node are pods without a sidecar, and said', () => {
    const mesh = made([shop, ...app('shop', 'agent', { pod: { hostNetwork: true } }), ...app('shop', 'web')]);
    const { metadata, spec } = deployment(mesh, 'shop/agent').spec.template;
    expect(metadata.labels).toMatchObject({ app: 'agent', 'sidecar.istio.io/inject': 'false' });
    expect(spec).not.toHaveProperty('hostNetwork');
    expect(spec).not.toHaveProperty('dnsPolicy');
    expect(mesh.notes).toEqual([
      'pods without a sidecar stand for those on the network of a node: Deployment shop/agent',
    ]);
  });

  test('that are gateways are left out with their Services, and said', () => {
    const gateway = app('shop', 'edge', { annotations: { 'inject.istio.io/templates': 'gateway' } });
    const mesh = made([shop, ...gateway, ...app('shop', 'web')]);
    expect(names(mesh, 'Deployment')).toEqual(['shop/web', 'outsider/outsider']);
    expect(names(mesh, 'Service')).not.toContain('shop/edge');
    expect(mesh.notes).toContain('left out, as gateways have no stand-in: Deployment shop/edge');
  });

  test('of Kubernetes and of Istio are none of the user’s', () => {
    const mesh = made([shop, ...app('shop', 'web'), ...app('istio-system', 'istiod'), ...app('kube-system', 'dns')]);
    expect(names(mesh, 'Deployment')).toEqual(['shop/web', 'outsider/outsider']);
    expect(mesh.topology.namespaces).toEqual(['shop', 'outsider']);
  });

  test('have the accounts that they name, once', () => {
    const mesh = made([
      shop,
      ...app('shop', 'web', { pod: { serviceAccountName: 'one' } }),
      ...app('shop', 'cart', { pod: { serviceAccountName: 'one' } }),
    ]);
    expect(names(mesh, 'ServiceAccount')).toEqual(['shop/one']);
  });
});

describe('namespaces', () => {
  test('are as labelled, but a revision is that of the mesh, and no pod is refused', () => {
    const labelled = (name: string, labels: Record<string, string>) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels },
    });
    const mesh = made([
      labelled('a', { 'istio.io/rev': 'canary', team: 'x' }),
      labelled('b', { 'istio.io/rev': 'canary', 'istio-injection': 'disabled' }),
      labelled('c', { 'pod-security.kubernetes.io/enforce': 'restricted', 'istio-injection': 'enabled' }),
      ...['a', 'b', 'c'].flatMap((name) => app(name, 'web')),
    ]);
    const labels = Object.fromEntries(
      mesh.topology.objects
        .filter(({ kind }) => kind === 'Namespace')
        .map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    );
    expect(labels).toEqual({
      a: { team: 'x', 'istio-injection': 'enabled' },
      b: { 'istio-injection': 'disabled' },
      c: { 'istio-injection': 'enabled' },
      outsider: {},
    });
  });

  test('called as the outsider’s makes it another one, and as the strangers’ is refused', () => {
    expect(made([namespace('outsider'), ...app('outsider', 'web')]).outsider).toBe('automtls-outsider/outsider');
    expect(() => made([namespace('strangers'), ...app('strangers', 'web')])).toThrow(
      'A namespace is called strangers, as is one that each run makes for itself: rename it.',
    );
  });

  test('that are named are asked alone, in both roles', () => {
    const objects = [shop, namespace('bank'), ...app('shop', 'web'), ...app('bank', 'teller')];
    expect(pairs(made(objects))).toHaveLength(4);
    const mesh = made(objects, ['bank']);
    expect(pairs(mesh)).toEqual(['bank/teller bank/teller:80']);
    expect(names(mesh, 'Deployment')).toEqual(['bank/teller', 'outsider/outsider']);
    for (const only of [['banc'], ['bank', 'banc']]) {
      expect(() => made(objects, only)).toThrow(UsageError);
      expect(() => made(objects, only)).toThrow(
        '--namespace banc: no workload of shop.yaml is in such a namespace. There are bank, shop.',
      );
    }
  });
});

describe('Services', () => {
  const withService = (service: object): OwnMesh => made([shop, ...app('shop', 'web', { service })]);
  const serviceOf = (mesh: OwnMesh): Service => find(mesh, 'Service', 'shop/web') as Service;

  test('of a load balancer or of a node’s port are plain ones', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 8080, nodePort: 30_080 }];
    const mesh = withService({ type: 'LoadBalancer', clusterIP: '10.0.0.9', loadBalancerIP: '1.2.3.4', ports });
    expect(serviceOf(mesh).spec).toEqual({
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    });
  });

  test('have ports of the protocols that sidecars find where they declare none', () => {
    const ports = [
      { port: 80, targetPort: 8080 },
      { name: 'web', port: 81, targetPort: 8080 },
      { name: 'redis', port: 6379 },
      { name: 'db', port: 3306 },
      { name: 'dns', port: 5353, protocol: 'UDP' },
    ];
    const mesh = withService({ ports });
    expect(serviceOf(mesh).spec.ports?.map(({ port, appProtocol }) => `${port} ${appProtocol ?? ''}`.trim())).toEqual([
      '80 http',
      '81 http',
      '6379',
      '3306 tcp',
      '5353',
    ]);
    expect(mesh.notes).toContain('Service shop/web, port 80, declares no protocol: it is asked as http');
    expect(mesh.notes.filter((note) => note.includes('declares no protocol'))).toHaveLength(3);
  });

  test('without an address stay so, and no pod asks its own', () => {
    const headless = made([shop, ...app('shop', 'web', { service: { clusterIP: 'None' } }), ...app('shop', 'cart')]);
    expect(serviceOf(headless).spec).toMatchObject({ clusterIP: 'None' });
    expect(pairs(headless)).toContain('shop/cart shop/web:80');
    expect(pairs(headless)).not.toContain('shop/web shop/web:80');
    expect(pairs(withService({}))).toContain('shop/web shop/web:80');
  });

  test('behind which a port gets past the sidecar are not asked by their own pods', () => {
    const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' };
    const mesh = made([shop, ...app('shop', 'web', { annotations }), ...app('shop', 'cart')]);
    expect(pairs(mesh)).toEqual(['shop/web shop/cart:80', 'shop/cart shop/web:80', 'shop/cart shop/cart:80']);
  });

  test('without a selector are made and not asked, and said', () => {
    const mesh = made([
      shop,
      ...app('shop', 'web'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'db', namespace: 'shop' },
        spec: { ports: [{ port: 1 }] },
      } as KubeObject,
    ]);
    expect(names(mesh, 'Service')).toContain('shop/db');
    expect(pairs(mesh)).toEqual(['shop/web shop/web:80']);
    expect(mesh.notes).toContain(
      'not asked: Service shop/db, since it has no selector: who serves it is written by hand',
    );
  });

  test('of single pods of a StatefulSet are made and not asked, and said', () => {
    const [, service] = app('shop', 'web', { service: { selector: { 'statefulset.kubernetes.io/pod-name': 'db-0' } } });
    const mesh = made([shop, ...app('shop', 'cart'), ofKind('StatefulSet', 'shop', 'db'), service as KubeObject]);
    expect(names(mesh, 'Service')).toContain('shop/web');
    expect(pairs(mesh)).toEqual(['shop/cart shop/cart:80', 'shop/db shop/cart:80']);
    expect(mesh.notes).toContain(
      'not asked: Service shop/web, since it selects pods by a label that their controller gives them',
    );
  });

  test('that are other names of one are asked as that', () => {
    const alias = (externalName: string): KubeObject =>
      ({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'alias', namespace: 'shop' },
        spec: { type: 'ExternalName', externalName, ports: [{ name: 'http', port: 80 }] },
      }) as KubeObject;
    const mesh = made([shop, ...app('shop', 'web'), alias('web.shop.svc.cluster.local')]);
    expect(pairs(mesh)).toEqual(expect.arrayContaining(['shop/web shop/alias:80', 'shop/web shop/web:80']));
    expect(pairs(made([shop, ...app('shop', 'web'), alias('example.com')]))).toEqual(['shop/web shop/web:80']);
  });
});

test('the outsider has no sidecar, asks everybody, and answers everybody on a port that is nobody’s', () => {
  const mesh = made([shop, ...app('shop', 'web')]);
  const asks = mesh.topology.traffic.map(({ from, to, port }) => `${from} ${to}:${port}`);
  expect(asks).toEqual([
    'shop/web shop/web:80',
    'outsider/outsider shop/web:80',
    'shop/web outsider/outsider:14770',
    'outsider/outsider outsider/outsider:14770',
  ]);
  // The controls are none of what is asked for the user.
  expect(mesh.traffic).toHaveLength(2);
});

test('policies are those that a step applies; what else is there is said', () => {
  const objects = [
    shop,
    ...app('shop', 'web'),
    policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
    policy('extensions.istio.io/v1alpha1', 'WasmPlugin', 'shop', 'wasm', { url: 'x' }),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'istio', namespace: 'istio-system' }, data: { mesh: '' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key', namespace: 'shop' } },
    ingress('shop', { name: 'web', port: { number: 80 } }),
  ] as KubeObject[];
  expect(policiesIn(manifestsOf(objects)).map(({ kind }) => kind)).toEqual(['PeerAuthentication']);
  expect(made(objects).notes).toEqual([
    'left out, as no mesh looks at them: 1 Secret',
    'left out: WasmPlugin shop/wasm: a run does not apply a WasmPlugin',
    'left out, as the outsider asks Services themselves: Ingress shop/web',
    'left out: ConfigMap istio-system/istio: the mesh configuration stays that of the cluster',
  ]);
});

test('manifests of which nothing can be asked are refused', () => {
  const [web, service] = app('shop', 'web') as [KubeObject, KubeObject];
  expect(() => made([shop, web])).toThrow('shop.yaml has no workload and no Service port to ask');
  expect(() => made([shop, service])).toThrow('shop.yaml has no workload and no Service port to ask');
});
