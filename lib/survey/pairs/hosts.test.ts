import type { KubeObject } from '../../model/types.ts';
import { app, clusterSnapshot, manifestMesh, namespace, networking, pairsOf, policy, security } from '../fixtures.ts';
import { meshFrom } from '../mesh/mesh.ts';
import { requireMutual } from '../select.ts';
import { strictnessOf } from '../strict.ts';
import { surveyOf } from '../survey.ts';
import { nameOfServer } from './servers.ts';

const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })];
const http = { number: 80, name: 'http', protocol: 'HTTP' };

const entry = (spec: object, where = 'shop'): KubeObject =>
  policy(networking, 'ServiceEntry', where, 'x', { hosts: ['api.example.com'], ports: [http], ...spec });

const inside = { location: 'MESH_INTERNAL', resolution: 'STATIC' };
const selecting = (name: string) => ({ workloadSelector: { labels: { app: name } } });

/** Returns what a client gets from a host of a ServiceEntry in a folder of manifests. */
function from(client: string, objects: KubeObject[], host = 'api.example.com:80', istio = '1.31'): string | undefined {
  return pairsOf(manifestMesh([...shop, ...objects], istio))[`${client} > ${host}`];
}

test.each<[string, object, string]>([
  ['outside, by DNS', { location: 'MESH_EXTERNAL', resolution: 'DNS' }, 'plain text'],
  ['outside, as by default', {}, 'plain text'],
  ['outside, with pods that have a sidecar', { resolution: 'STATIC', ...selecting('web') }, 'plain text'],
  ['inside, with pods that have a sidecar', { ...inside, ...selecting('web') }, 'mutual TLS'],
  ['inside, with pods that have none', { ...inside, ...selecting('old') }, 'plain text'],
  ['inside, with pods that are not there', { ...inside, ...selecting('none') }, 'nobody there: no pod serves it'],
  ['inside, by DNS', { ...inside, resolution: 'DNS' }, 'plain text'],
  [
    'inside, by an address of which nothing is known',
    { ...inside, endpoints: [{ address: '192.0.2.1' }] },
    'plain text',
  ],
  [
    'inside, by one with an account',
    { ...inside, endpoints: [{ address: '192.0.2.1', serviceAccount: 'vm' }] },
    'not judged: TLS is sent to shop/192.0.2.1, and what answers there is not known',
  ],
  [
    'in another network',
    { ...inside, endpoints: [{ address: '192.0.2.1', network: 'b' }] },
    'not judged: ServiceEntry shop/x has an endpoint in network b',
  ],
  [
    'that leads to a Service',
    { ...inside, resolution: 'DNS', endpoints: [{ address: 'web.shop.svc.cluster.local' }] },
    'not judged: ServiceEntry shop/x leads to web.shop.svc.cluster.local, which kube-proxy leads on',
  ],
  [
    'over TCP, without an address',
    { ...inside, ...selecting('web'), ports: [{ ...http, protocol: 'TCP' }] },
    'not judged: api.example.com of ServiceEntry shop/x has no address: whose TCP connections to port 80 are, other hosts decide',
  ],
  [
    'over TCP, with one',
    { ...inside, ...selecting('web'), ports: [{ ...http, protocol: 'TCP' }], addresses: ['240.0.0.1'] },
    'mutual TLS',
  ],
])('a host of a ServiceEntry, %s', (_, spec, words) => expect(from('shop/web', [entry(spec)])).toBe(words));

test('who has no sidecar, or one that does not know a host, goes where DNS leads', () => {
  const objects = [namespace('pay'), ...app('pay', 'bank')];
  const dns =
    'not judged: where api.example.com of ServiceEntry shop/x leads without a sidecar that knows it, DNS says';
  const own = entry({ ...inside, ...selecting('web') });
  const hidden = entry({ ...inside, ...selecting('web'), exportTo: ['.'] });
  expect(from('shop/old', [own])).toBe(dns);
  expect(from('pay/bank', [...objects, own])).toBe('mutual TLS');
  expect(from('pay/bank', [...objects, hidden])).toBe(dns);
  expect(from('pay/bank', [...objects, entry({ resolution: 'DNS', exportTo: ['.'] })])).toBe('plain text');
  expect(from('shop/web', [hidden])).toBe('mutual TLS');
});

test('a rule for the host counts', () => {
  const rule = (mode: string) =>
    policy(networking, 'DestinationRule', 'shop', 'x', { host: 'api.example.com', trafficPolicy: { tls: { mode } } });
  expect(from('shop/web', [entry(selecting('web')), rule('ISTIO_MUTUAL')])).toBe('mutual TLS');
  expect(from('shop/web', [entry({ ...inside, ...selecting('web') }), rule('DISABLE')])).toBe('plain text');
  expect(from('shop/web', [entry({ resolution: 'DNS' }), rule('SIMPLE')])).toMatch(/^not judged: TLS is sent/);
});

test('hosts that cannot be asked are named, and those of two or of a Service are not judged', () => {
  const asked = (...objects: KubeObject[]) => {
    const { servers, notAsked } = surveyOf(manifestMesh([...shop, ...objects]));
    return [...servers.map(({ server }) => nameOfServer(server)), ...notAsked.map(({ servers: name }) => name)];
  };
  const services = ['web.shop:80', 'old.shop:80'];
  const own = 'web.shop.svc.cluster.local';
  expect(asked(entry({ hosts: ['*.example.com'] }))).toEqual([...services, '*.example.com of ServiceEntry shop/x']);
  expect(asked(entry({ ports: [] }))).toEqual([...services, 'api.example.com of ServiceEntry shop/x']);
  expect(asked(entry({ hosts: [own] }))).toEqual([...services, `${own} of ServiceEntry shop/x`]);
  expect(asked(entry({ hosts: ['a.example.com', 'b.example.com'] }))).toEqual([
    ...services,
    'a.example.com:80',
    'b.example.com:80',
  ]);
  const other = { ...entry({}), metadata: { name: 'other', namespace: 'shop' } };
  expect(from('shop/web', [entry({}), other])).toMatch(/^not judged: ServiceEntry .* has the host of Host/);
  const names = ['web', 'web.shop', 'web.shop.svc'];
  for (const name of names) {
    expect(asked(entry({ hosts: [name] }))).toEqual([...services, `${name} of ServiceEntry shop/x`]);
  }
  expect(asked(entry({ hosts: ['web.pay'] }))).toEqual([...services, 'web.pay:80']);
});

test('hosts outside of the mesh need not be mutual TLS, and STRICT is of those inside', () => {
  const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
  const required = (spec: object) =>
    requireMutual(surveyOf(manifestMesh([namespace('shop'), strict, ...app('shop', 'web'), entry(spec)])), [])
      .violations;
  expect(required({ resolution: 'DNS' })).toEqual([]);
  expect(required({ ...inside, resolution: 'DNS' }).map(({ server }) => nameOfServer(server))).toEqual([
    'api.example.com:80',
    'api.example.com:80',
  ]);
  const survey = surveyOf(
    manifestMesh([
      ...shop,
      namespace('out'),
      entry({ resolution: 'STATIC', ...selecting('web'), ports: [{ ...http, targetPort: 8080 }] }),
      entry({ hosts: ['away.example.com'], resolution: 'DNS' }, 'out'),
    ]),
  );
  const [own, ...others] = strictnessOf(survey);
  expect(others).toEqual([]);
  expect(own).toMatchObject({ namespace: 'shop', strict: 0, ports: 1, without: 1 });
  const lost = own?.losses?.map(({ server, clients }) => [nameOfServer(server), clients.map(({ account }) => account)]);
  expect(lost).toEqual([
    ['web.shop:80', ['outsider', 'old']],
    ['api.example.com:80', ['web']],
  ]);
});

const pod = (where: string, name: string, podIP: string, proxied = true): KubeObject => {
  const labels = { app: name, ...(proxied && { 'security.istio.io/tlsMode': 'istio' }) };
  const proxies = proxied ? [{ name: 'istio-proxy', args: ['proxy', 'sidecar'] }] : [];
  const status = { phase: 'Running', podIP, conditions: [{ type: 'Ready', status: 'True' }] };
  const spec = { serviceAccountName: name, containers: [{ name: 'main' }, ...proxies] };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: where, labels }, spec, status } as KubeObject;
};

const pods = [pod('shop', 'web', '10.1.0.1'), pod('pay', 'ledger', '10.1.0.2'), pod('pay', 'old', '10.1.0.3', false)];
const service = (selector: object): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'vm', namespace: 'pay' },
    spec: { selector, ports: [{ name: 'http', port: 80 }] },
  }) as KubeObject;

/** Returns what the pod `web` gets on a cluster with two other pods, one without a sidecar. */
function onCluster(objects: KubeObject[], server: string): string | undefined {
  const all = [namespace('shop'), namespace('pay'), ...pods, ...objects];
  return pairsOf(meshFrom(clusterSnapshot(all), '1.31'))[`shop/web > ${server}`];
}

const ledger = { address: '10.1.0.2', serviceAccount: 'ledger' };
const old = { address: '10.1.0.3' };
const strict = policy(security, 'PeerAuthentication', 'pay', 'default', { mtls: { mode: 'STRICT' } });

test.each<[string, object[], KubeObject[], string]>([
  ['a pod with its account', [ledger], [], 'mutual TLS'],
  ['the same, if it is STRICT', [ledger], [strict], 'mutual TLS'],
  ['a pod without an account', [{ address: '10.1.0.2' }], [], 'plain text'],
  ['the same, if it is STRICT', [{ address: '10.1.0.2' }], [strict], 'broken: 503'],
  ['a pod of another account', [{ ...ledger, serviceAccount: 'other' }], [], 'broken: 503'],
  ['a pod without a sidecar', [old], [], 'plain text'],
  ['a pod without a sidecar, and an account', [{ ...old, serviceAccount: 'old' }], [], 'broken: 503'],
  ['two pods', [ledger, old], [], '50 % mutual TLS, 50 % plain text'],
])('an endpoint of a ServiceEntry with the address of %s', (_, endpoints, more, words) => {
  expect(onCluster([entry({ ...inside, endpoints }, 'pay'), ...more], 'api.example.com:80')).toBe(words);
});

test.each<[string, object, object, string]>([
  ['with its account', ledger, {}, 'mutual TLS'],
  ['without an account', { address: '10.1.0.2' }, {}, 'plain text'],
  ['of another account', { ...ledger, serviceAccount: 'other' }, {}, 'broken: 503'],
  ['without a sidecar', { ...old, serviceAccount: 'old' }, {}, 'broken: 503'],
  [
    'that the Service selects, too',
    ledger,
    { app: 'ledger' },
    'not judged: WorkloadEntry pay/vm has the address of a pod that Service pay/vm has, too',
  ],
])('a WorkloadEntry with the address of a pod %s', (_, spec, selector, words) => {
  const labels = { vm: 'yes', ...selector };
  const selected = Object.keys(selector).length > 0 ? selector : labels;
  const objects = [service(selected), policy(networking, 'WorkloadEntry', 'pay', 'vm', { ...spec, labels })];
  expect(onCluster(objects, 'vm.pay:80')).toBe(words);
});
