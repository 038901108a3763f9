import type { KubeObject } from '../../model/types.ts';
import { bazaar } from '../../test/live/bazaar-fixtures.ts';
import { generatedMesh } from '../../tools/bench/generated-mesh.ts';
import { app, clusterSnapshot, ingress, manifestMesh, namespace, networking, policy, security } from '../fixtures.ts';
import { meshFrom, type SurveyedMesh } from '../mesh/mesh.ts';
import { usual } from '../pairs/answers.ts';
import { nameOfClient } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import { surveyOf } from '../survey.ts';
import { checks } from './checks.ts';
import { contextOf } from './context.ts';
import { isFaulty, lintOf } from './lint.ts';
import { refusalsIn } from './refusals.ts';

/** A mesh with two workloads that speak mutual TLS, and one with another namespace of its own. */
const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart')];
const batch = [namespace('batch'), ...app('batch', 'jobs')];

const cart = 'cart.shop.svc.cluster.local';

function peers(where: string, name: string, spec: object): KubeObject {
  return policy(security, 'PeerAuthentication', where, name, spec);
}

function rule(where: string, name: string, spec: object): KubeObject {
  return policy(networking, 'DestinationRule', where, name, spec);
}

function tls(mode: string, more: object = {}): object {
  return { trafficPolicy: { tls: { mode, ...more } } };
}

const strict = peers('shop', 'default', { mtls: { mode: 'STRICT' } });
const onlyCart = { selector: { matchLabels: { app: 'cart' } } };

/** The VirtualService that routes requests for cart to one of its subsets. */
function routeTo(subset: string, more: object = {}): KubeObject {
  const spec = { hosts: [cart], http: [{ route: [{ destination: { host: cart, subset } }] }], ...more };
  return policy(networking, 'VirtualService', 'shop', 'cart', spec);
}

function authorization(spec: object, where = 'shop'): KubeObject {
  return policy(security, 'AuthorizationPolicy', where, 'rules', spec);
}

function job(where: string, name: string, more: object = {}): KubeObject {
  const template = {
    metadata: { labels: { app: name, 'sidecar.istio.io/inject': 'false' } },
    spec: { serviceAccountName: name, containers: [{ name: 'main' }], ...more },
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: where },
    spec: { template },
  } as KubeObject;
}

/** A Service that leads to the metrics of web's sidecars. */
const metrics = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'metrics', namespace: 'shop' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 15_020 }] },
} as KubeObject;

function selectingService(name: string, selector: object, where = 'shop'): KubeObject[] {
  return app(where, name, { service: { selector } }).slice(1);
}

interface Case {
  /** A mesh that has the finding. */
  has: readonly KubeObject[];
  /** On what it is. */
  on: string;
  /** A part of the reason. */
  because: string;
  /** The pairs that it concerns. */
  pairs: readonly string[];
  /** A mesh that nearly has it. */
  near: readonly KubeObject[];
  istio?: string;
}

const fromBoth = ['outsider>cart.shop:80', 'shop/cart>cart.shop:80', 'shop/web>cart.shop:80'];
const fromSidecars = ['shop/cart>cart.shop:80', 'shop/web>cart.shop:80'];
const fromOutsider = ['outsider>cart.shop:80'];

const cases: Record<string, Case> = {
  'disable-against-strict': {
    // A short name, which Kiali does not see.
    has: [...shop, strict, rule('shop', 'cart', { host: 'cart', ...tls('DISABLE') })],
    on: 'DestinationRule shop/cart',
    because: 'DestinationRule shop/cart sets DISABLE, but shop/cart takes mutual TLS alone.',
    pairs: fromSidecars,
    near: [
      ...shop,
      strict,
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
      rule('shop', 'cart', { host: 'cart', ...tls('DISABLE') }),
    ],
  },
  'plain-text-between-sidecars': {
    has: [...shop, rule('shop', 'cart', { host: 'cart', ...tls('DISABLE') })],
    on: 'DestinationRule shop/cart',
    because: 'It makes requests between sidecars plain text, to shop/cart.',
    pairs: fromSidecars,
    near: [...shop, ...app('shop', 'old', { sidecar: false }), rule('shop', 'old', { host: 'old', ...tls('DISABLE') })],
  },
  'exposed-service-under-strict': {
    has: [namespace('shop'), ...app('shop', 'cart', { service: { type: 'LoadBalancer' } }), strict],
    on: 'Service shop/cart',
    because: 'It is a LoadBalancer, and plain text from outside of the mesh is refused at port 80.',
    pairs: fromOutsider,
    near: [
      namespace('shop'),
      ...app('shop', 'cart', { service: { type: 'LoadBalancer' } }),
      strict,
      peers('shop', 'cart', { ...onlyCart, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
      ...app('shop', 'web'),
    ],
  },
  'istio-mutual-without-sidecar': {
    has: [
      ...shop,
      ...app('shop', 'old', { sidecar: false }),
      rule('shop', 'old', { host: 'old', ...tls('ISTIO_MUTUAL') }),
    ],
    on: 'DestinationRule shop/old',
    because: 'DestinationRule shop/old sets ISTIO_MUTUAL, but shop/old has no sidecar.',
    pairs: ['shop/cart>old.shop:80', 'shop/web>old.shop:80'],
    near: [...shop, rule('shop', 'cart', { host: 'cart', ...tls('ISTIO_MUTUAL') })],
  },
  'mutual-tls-against-disable': {
    has: [
      ...shop,
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'DISABLE' } }),
      rule('shop', 'cart', { host: cart, ...tls('ISTIO_MUTUAL') }),
    ],
    on: 'DestinationRule shop/cart',
    because: 'sets ISTIO_MUTUAL, but shop/cart accepts only plain text',
    pairs: fromSidecars,
    near: [...shop, peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'DISABLE' } })],
  },
  'simple-tls-to-sidecar': {
    has: [...shop, rule('shop', 'cart', { host: cart, ...tls('SIMPLE') })],
    on: 'DestinationRule shop/cart',
    because: 'sets SIMPLE, but shop/cart does not end TLS',
    pairs: fromSidecars,
    near: [...shop, rule('shop', 'cart', { host: 'cart.example.com', ...tls('SIMPLE') })],
  },
  'subject-alt-names-mismatch': {
    has: [
      ...shop,
      rule('shop', 'cart', {
        host: cart,
        ...tls('ISTIO_MUTUAL', { subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/web'] }),
      }),
    ],
    on: 'DestinationRule shop/cart',
    because: 'shop/cart shows spiffe://cluster.local/ns/shop/sa/cart, which is not among',
    pairs: fromSidecars,
    near: [
      ...shop,
      rule('shop', 'cart', {
        host: cart,
        ...tls('ISTIO_MUTUAL', { subjectAltNames: ['spiffe://cluster.local/ns/shop/sa/cart'] }),
      }),
    ],
  },
  'strict-under-disable': {
    has: [
      ...shop,
      peers('shop', 'default', { mtls: { mode: 'DISABLE' } }),
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' } }),
    ],
    on: 'PeerAuthentication shop/cart',
    because: 'Mutual TLS is off for Service shop/cart as clients see it, but shop/cart takes mutual TLS alone.',
    pairs: fromSidecars,
    near: [
      ...shop,
      peers('shop', 'default', { mtls: { mode: 'PERMISSIVE' } }),
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' } }),
    ],
  },
  'auto-mtls-off-under-strict': {
    has: [...shop, strict, meshConfig('enableAutoMtls: false')],
    on: 'PeerAuthentication shop/default',
    because: 'Auto mTLS is off and no DestinationRule sets a TLS mode, but',
    pairs: [...fromSidecars, 'shop/cart>web.shop:80', 'shop/web>web.shop:80'],
    near: [
      ...shop,
      strict,
      meshConfig('enableAutoMtls: false'),
      rule('istio-system', 'all', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
    ],
  },
  'pass-through-plain-text': {
    has: [
      ...shop,
      strict,
      ...app('shop', 'db', { service: { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] } }),
      ...app('shop', 'db-old', { sidecar: false, labels: { app: 'db' } }),
    ],
    on: 'Service shop/db',
    because: 'is passed through and',
    pairs: ['shop/cart>db.shop:8080', 'shop/db>db.shop:8080', 'shop/web>db.shop:8080'],
    near: [
      ...shop,
      strict,
      ...app('shop', 'db', { service: { clusterIP: 'None', ports: [{ name: 'http', port: 8080 }] } }),
    ],
  },
  'external-name-plain-text': {
    has: [...shop, strict, externalName('basket', cart)],
    on: 'Service shop/basket',
    because: 'but shop/cart takes mutual TLS alone',
    pairs: ['shop/cart>basket.shop:80', 'shop/web>basket.shop:80'],
    near: [...shop, externalName('basket', cart)],
    istio: '1.20',
  },
  'sidecar-not-announced': {
    has: [...shop, strict, ...app('shop', 'odd', { labels: { 'security.istio.io/tlsMode': 'disabled' } })],
    on: 'Deployment shop/odd',
    because: 'Auto mTLS sends plain text to shop/odd, but shop/odd takes mutual TLS alone.',
    pairs: ['shop/cart>odd.shop:80', 'shop/odd>odd.shop:80', 'shop/web>odd.shop:80'],
    near: [...shop, ...app('shop', 'odd', { labels: { 'security.istio.io/tlsMode': 'disabled' } })],
  },
  'headless-target-port': {
    has: [...shop, ...app('shop', 'db', { service: { clusterIP: 'None' } })],
    on: 'Service shop/db',
    because: 'shop/db does not listen on port 80, to which a headless Service leads as it is',
    pairs: ['shop/cart>db.shop:80', 'shop/db>db.shop:80', 'shop/web>db.shop:80'],
    near: [...shop, ...app('shop', 'db')],
  },
  'routed-subset-undefined': {
    has: [
      ...shop,
      rule('shop', 'cart', { host: cart, subsets: [{ name: 'v1', labels: { app: 'cart' } }] }),
      routeTo('v2'),
    ],
    on: 'VirtualService shop/cart',
    because: 'DestinationRule shop/cart does not define subset v2 of Service shop/cart',
    pairs: fromSidecars,
    near: [
      ...shop,
      rule('shop', 'cart', { host: cart, subsets: [{ name: 'v1', labels: { app: 'cart' } }] }),
      routeTo('v1'),
    ],
  },
  'routed-subset-empty': {
    has: [
      ...shop,
      rule('shop', 'cart', { host: cart, subsets: [{ name: 'v2', labels: { version: 'v2' } }] }),
      routeTo('v2'),
    ],
    on: 'VirtualService shop/cart',
    because: 'No endpoint of Service shop/cart has the labels of subset v2',
    pairs: fromSidecars,
    // It is for a gateway alone, which is not there.
    near: [
      ...shop,
      rule('shop', 'cart', { host: cart, subsets: [{ name: 'v2', labels: { version: 'v2' } }] }),
      routeTo('v2', { gateways: ['istio-system/front'] }),
    ],
  },
  'sidecar-hides-service': {
    has: [
      ...shop,
      ...batch,
      strict,
      policy(networking, 'Sidecar', 'batch', 'default', { egress: [{ hosts: ['./*'] }] }),
    ],
    on: 'Sidecar batch/default',
    because: 'Sidecar batch/default hides Service shop/web from batch/jobs, but shop/web takes mutual TLS alone.',
    pairs: ['batch/jobs>cart.shop:80', 'batch/jobs>web.shop:80'],
    near: [
      ...shop,
      ...batch,
      strict,
      policy(networking, 'Sidecar', 'batch', 'default', { egress: [{ hosts: ['./*', 'shop/*'] }] }),
    ],
  },
  'service-not-exported': {
    has: [...shop, ...batch, strict, privateService('basket')],
    on: 'Service shop/basket',
    because: 'Service shop/basket is by its annotation not exported to namespace batch, but',
    pairs: ['batch/jobs>basket.shop:80'],
    near: [...shop, strict, privateService('basket')],
  },
  'port-level-mtls-service-port': {
    has: [
      ...shop,
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'PERMISSIVE' }, portLevelMtls: { 80: { mode: 'STRICT' } } }),
    ],
    on: 'PeerAuthentication shop/cart',
    because: 'portLevelMtls is for port 80, the port of Service shop/cart, but the pods of shop/cart listen on 8080.',
    pairs: fromOutsider,
    // The pods of both listen on the Service's port as well.
    near: [
      ...shop,
      ...app('shop', 'both', {
        pod: { containers: [{ name: 'main', ports: [{ containerPort: 8080 }, { containerPort: 80 }] }] },
      }),
      peers('shop', 'both', { selector: { matchLabels: { app: 'both' } }, portLevelMtls: { 80: { mode: 'STRICT' } } }),
      peers('shop', 'cart', { ...onlyCart, portLevelMtls: { 8080: { mode: 'STRICT' }, 9090: { mode: 'DISABLE' } } }),
    ],
  },
  'port-level-mtls-without-selector': {
    has: [...shop, peers('shop', 'default', { selector: {}, portLevelMtls: { 8080: { mode: 'STRICT' } } })],
    on: 'PeerAuthentication shop/default',
    because: 'It has no selector, so what it says of port 8080 is not looked at.',
    pairs: [...fromBoth, ...fromBoth.map((pair) => pair.replace('>cart', '>web'))],
    near: [...shop, peers('shop', 'cart', { ...onlyCart, portLevelMtls: { 8080: { mode: 'STRICT' } } })],
  },
  'peer-authentication-ignored': {
    has: [
      ...shop,
      peers('shop', 'a', { mtls: { mode: 'PERMISSIVE' } }),
      peers('shop', 'b', { selector: {}, mtls: { mode: 'STRICT' } }),
    ],
    on: 'PeerAuthentication shop/b',
    because:
      'What it says or that of PeerAuthentication shop/a is ignored: only the one that was created first counts.',
    pairs: [...fromOutsider, 'outsider>web.shop:80'],
    near: [...shop, strict, peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'PERMISSIVE' } })],
  },
  'selector-in-root-namespace': {
    has: [...shop, peers('istio-system', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' } })],
    on: 'PeerAuthentication istio-system/cart',
    because:
      'It is in the root namespace istio-system, where a selector selects nothing, and has the labels of shop/cart.',
    pairs: fromBoth,
    near: [...shop, peers('istio-system', 'default', { selector: {}, mtls: { mode: 'STRICT' } })],
  },
  'strict-without-sidecar': {
    has: [...shop, ...app('shop', 'old', { sidecar: false }), strict],
    on: 'PeerAuthentication shop/default',
    because: 'It sets STRICT, but shop/old has no sidecar that could refuse plain text.',
    pairs: ['outsider', 'shop/cart', 'shop/old', 'shop/web'].map((client) => `${client}>old.shop:80`),
    // Nobody in the other namespace is in the mesh, and a client serves nothing.
    near: [
      ...shop,
      strict,
      namespace('legacy', false),
      ...app('legacy', 'old', { sidecar: false }),
      job('shop', 'import'),
      peers('istio-system', 'default', { mtls: { mode: 'STRICT' } }),
    ],
  },
  'api-version-not-served': {
    has: [...shop, strict],
    on: 'PeerAuthentication shop/default',
    because: 'Istio 1.20 does not serve PeerAuthentication of security.istio.io/v1.',
    pairs: [],
    near: [
      ...shop,
      policy('security.istio.io/v1beta1', 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
    ],
    istio: '1.20',
  },
  'mutual-tls-disabled': {
    has: [...shop, peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'DISABLE' } })],
    on: 'PeerAuthentication shop/cart',
    because: 'It sets DISABLE, so sidecars send plain text to Service shop/cart.',
    pairs: fromSidecars,
    near: [
      ...shop,
      ...app('shop', 'old', { sidecar: false }),
      peers('shop', 'old', { selector: { matchLabels: { app: 'old' } }, mtls: { mode: 'DISABLE' } }),
    ],
  },
  'destination-rule-host-unknown': {
    has: [...shop, rule('shop', 'cart', { host: 'cart.shop', ...tls('ISTIO_MUTUAL') })],
    on: 'DestinationRule shop/cart',
    because: 'Its host cart.shop is taken as it is, and not as cart.shop.svc.cluster.local',
    pairs: [],
    // Of a namespace that the manifests do not have nothing is known.
    near: [
      ...shop,
      rule('shop', 'cart', { host: 'cart', ...tls('ISTIO_MUTUAL') }),
      rule('shop', 'all', { host: '*.local', ...tls('ISTIO_MUTUAL') }),
      rule('shop', 'away', { host: 'ledger.pay.svc.cluster.local', ...tls('ISTIO_MUTUAL') }),
    ],
  },
  'destination-rule-in-foreign-namespace': {
    has: [...shop, namespace('config', false), rule('config', 'cart', { host: cart, ...tls('DISABLE') })],
    on: 'DestinationRule config/cart',
    because: 'It is for Service shop/cart, but namespace config has no client with a sidecar',
    pairs: [],
    near: [
      ...shop,
      ...batch,
      rule('batch', 'cart', { host: cart, ...tls('DISABLE') }),
      rule('istio-system', 'all', { host: '*.local' }),
    ],
  },
  'destination-rule-without-effect': {
    has: [...shop, rule('shop', 'cart', { host: cart, exportTo: ['batch'], ...tls('DISABLE') })],
    on: 'DestinationRule shop/cart',
    because: 'no namespace with clients follows it: it is exported to batch',
    pairs: [],
    near: [...shop, ...batch, rule('shop', 'cart', { host: cart, exportTo: ['batch'], ...tls('DISABLE') })],
  },
  'destination-rules-for-one-host': {
    has: [
      ...shop,
      rule('shop', 'a', { host: cart, ...tls('ISTIO_MUTUAL') }),
      rule('shop', 'b', { host: 'cart', ...tls('DISABLE') }),
    ],
    on: 'DestinationRule shop/b',
    because:
      'Its trafficPolicy for cart or that of DestinationRule shop/a is ignored: only the one that was created first counts.',
    pairs: fromSidecars,
    near: [
      ...shop,
      rule('shop', 'a', { host: cart, ...tls('ISTIO_MUTUAL') }),
      rule('shop', 'b', { host: cart, subsets: [{ name: 'v1', labels: { app: 'cart' } }] }),
    ],
  },
  'destination-rule-hides-tls': {
    has: [
      ...shop,
      rule('shop', 'cart', { host: cart, trafficPolicy: { connectionPool: {} } }),
      rule('shop', 'all', { host: '*.shop.svc.cluster.local', ...tls('DISABLE') }),
    ],
    on: 'DestinationRule shop/cart',
    because: 'It sets no TLS mode and comes before DestinationRule shop/all, which does.',
    pairs: fromSidecars,
    // What it hides, auto mTLS does as well.
    near: [
      ...shop,
      rule('shop', 'cart', { host: cart, trafficPolicy: { connectionPool: {} } }),
      rule('shop', 'all', { host: '*.shop.svc.cluster.local', ...tls('ISTIO_MUTUAL') }),
    ],
  },
  'port-settings-lose-tls': {
    has: [
      ...shop,
      rule('shop', 'cart', {
        host: cart,
        trafficPolicy: { tls: { mode: 'DISABLE' }, portLevelSettings: [{ port: { number: 80 } }] },
      }),
    ],
    on: 'DestinationRule shop/cart',
    because: 'Its settings for port 80 have no tls, and those at the top, DISABLE, do not count for it.',
    pairs: fromSidecars,
    near: [
      ...shop,
      rule('shop', 'cart', {
        host: cart,
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, portLevelSettings: [{ port: { number: 80 } }] },
      }),
    ],
    istio: '1.11',
  },
  'credential-name-without-workload-selector': {
    has: [...shop, rule('shop', 'away', { host: 'api.example.com', ...tls('MUTUAL', { credentialName: 'api' }) })],
    on: 'DestinationRule shop/away',
    because: 'It names credential api for api.example.com and has no workloadSelector',
    pairs: [],
    near: [
      ...shop,
      rule('shop', 'away', {
        host: 'api.example.com',
        workloadSelector: { matchLabels: { app: 'web' } },
        ...tls('MUTUAL', { credentialName: 'api' }),
      }),
      rule('gateways', 'front', {
        host: 'api.example.com',
        exportTo: ['.'],
        ...tls('MUTUAL', { credentialName: 'api' }),
      }),
    ],
  },
  'subset-settings-lose-tls': {
    has: [
      ...shop,
      routeTo('v1'),
      rule('shop', 'cart', {
        host: cart,
        ...tls('SIMPLE'),
        subsets: [
          { name: 'v1', labels: { app: 'cart' }, trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] } },
          { name: 'v2', labels: { app: 'cart' }, trafficPolicy: { portLevelSettings: [{ port: { number: 80 } }] } },
        ],
      }),
    ],
    on: 'DestinationRule shop/cart',
    because: 'What it sets for subset v1 has no tls, and its own, SIMPLE, does not count there.',
    pairs: fromSidecars,
    // Settings that are not for a port inherit.
    near: [
      ...shop,
      routeTo('v1'),
      rule('shop', 'cart', {
        host: cart,
        ...tls('SIMPLE'),
        subsets: [{ name: 'v1', labels: { app: 'cart' }, trafficPolicy: { connectionPool: {} } }],
      }),
    ],
    istio: '1.18',
  },
  'subset-matches-nothing': {
    has: [...shop, rule('shop', 'cart', { host: cart, subsets: [{ name: 'v2', labels: { version: 'v2' } }] })],
    on: 'DestinationRule shop/cart',
    because: 'No pod of Service shop/cart has the labels of subset v2.',
    pairs: [],
    near: [...shop, rule('shop', 'cart', { host: cart, subsets: [{ name: 'v1', labels: { app: 'cart' } }] })],
  },
  'selector-matches-nothing': {
    has: [...shop, peers('shop', 'basket', { selector: { matchLabels: { app: 'basket' } }, mtls: { mode: 'STRICT' } })],
    on: 'PeerAuthentication shop/basket',
    because: 'No pod in namespace shop has the labels app=basket.',
    pairs: [],
    // What is in the root namespace selects everywhere, and of other namespaces no pod is known.
    near: [
      ...shop,
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' } }),
      authorization(onlyCart, 'istio-system'),
      policy(networking, 'EnvoyFilter', 'istio-system', 'away', { workloadSelector: { labels: { app: 'away' } } }),
      peers('pay', 'ledger', { selector: { matchLabels: { app: 'ledger' } } }),
    ],
  },
  'selects-pods-without-sidecar': {
    has: [
      ...shop,
      ...app('shop', 'old', { sidecar: false }),
      peers('shop', 'old', { selector: { matchLabels: { app: 'old' } }, mtls: { mode: 'STRICT' } }),
    ],
    on: 'PeerAuthentication shop/old',
    because: 'It selects shop/old, without a sidecar that could follow it.',
    pairs: ['outsider', 'shop/cart', 'shop/old', 'shop/web'].map((client) => `${client}>old.shop:80`),
    near: [
      ...shop,
      ...app('shop', 'cart-old', { sidecar: false, labels: { app: 'cart' } }),
      peers('shop', 'cart', { ...onlyCart, mtls: { mode: 'STRICT' } }),
    ],
  },
  'service-selects-nothing': {
    has: [...shop, ...selectingService('basket', { app: 'basket' })],
    on: 'Service shop/basket',
    because: 'No workload in namespace shop has the labels app=basket.',
    pairs: ['outsider', 'shop/cart', 'shop/web'].map((client) => `${client}>basket.shop:80`),
    // One scaled to zero, one pod of a StatefulSet, another endpoint, and workloads that are somewhere else.
    near: [
      ...shop,
      ...app('shop', 'idle').map((object) =>
        object.kind === 'Deployment'
          ? ({ ...object, spec: { ...(object as { spec?: object }).spec, replicas: 0 } } as KubeObject)
          : object,
      ),
      ...app('shop', 'db').map((object) =>
        object.kind === 'Deployment' ? { ...object, kind: 'StatefulSet' } : object,
      ),
      ...selectingService('db-0', { app: 'db', 'statefulset.kubernetes.io/pod-name': 'db-0' }),
      ...selectingService('vm', { app: 'vm' }),
      policy(networking, 'WorkloadEntry', 'shop', 'vm', { address: '192.0.2.1', labels: { app: 'vm' } }),
      ...selectingService('elsewhere', {}),
      ...selectingService('ledger', { app: 'ledger' }, 'pay'),
    ],
  },
  'namespace-unknown': {
    has: [...shop, peers('shp', 'default', { mtls: { mode: 'STRICT' } })],
    on: 'PeerAuthentication shp/default',
    because: 'No manifest has a namespace shp, nor anything in it that runs there; there is shop.',
    pairs: [],
    // Others may be there without a manifest, those of a row alike, and so may one in which something runs.
    near: [
      ...shop,
      ...['team-a', 'defaults', 'istio-systems'].map((name) => namespace(name)),
      ...['pay', 'team-b', 'istio-system', 'default', 'shops'].map((where) =>
        peers(where, 'default', { mtls: { mode: 'STRICT' } }),
      ),
      ...app('shops', 'web'),
    ],
  },
  'authorization-passed-by-plain-text': {
    has: [
      ...shop,
      authorization({ ...onlyCart, action: 'DENY', rules: [{ from: [{ source: { namespaces: ['batch'] } }] }] }),
    ],
    on: 'AuthorizationPolicy shop/rules',
    because: 'It denies identities, but plain text, which has none, is taken by Service shop/cart.',
    pairs: fromOutsider,
    // Plain text is refused where it is STRICT, and what asks for an identity refuses it.
    near: [
      ...shop,
      strict,
      authorization({ ...onlyCart, action: 'DENY', rules: [{ from: [{ source: { namespaces: ['batch'] } }] }] }),
    ],
  },
  'authorization-identity-never-seen': {
    has: [
      ...shop,
      ...app('shop', 'old', { sidecar: false }),
      authorization({ ...onlyCart, rules: [{ from: [{ source: { serviceAccounts: ['old'] } }] }] }),
    ],
    on: 'AuthorizationPolicy shop/rules',
    because: 'It allows shop/old by identity, but what they send to Service shop/cart is plain text',
    pairs: ['shop/old>cart.shop:80'],
    near: [
      ...shop,
      ...app('shop', 'old', { sidecar: false }),
      authorization({
        ...onlyCart,
        rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web', '*'] } }] }],
      }),
    ],
  },
  'authorization-names-unknown': {
    has: [
      ...shop,
      authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/wep'] } }] }] }),
    ],
    on: 'AuthorizationPolicy shop/rules',
    because: 'It names account shop/wep, as which no pod runs.',
    pairs: [],
    near: [
      ...shop,
      authorization({
        rules: [
          {
            from: [
              {
                source: {
                  principals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/pay/sa/x'],
                  namespaces: ['pay', 'sh*'],
                },
              },
            ],
          },
        ],
      }),
    ],
  },
  'sidecar-egress-host-unknown': {
    has: [
      ...shop,
      policy(networking, 'Sidecar', 'shop', 'default', {
        egress: [{ hosts: ['./*', 'shop/basket.shop.svc.cluster.local'] }],
      }),
    ],
    on: 'Sidecar shop/default',
    because: 'Its egress host shop/basket.shop.svc.cluster.local is the name of no Service and no ServiceEntry.',
    pairs: [],
    near: [
      ...shop,
      policy(networking, 'Sidecar', 'shop', 'default', {
        egress: [{ hosts: ['./*', 'istio-system/*', `*/${cart}`, '~/*', 'pay/ledger.pay.svc.cluster.local'] }],
      }),
    ],
  },
  'sidecar-own-port': {
    has: [...shop, metrics],
    on: 'Service shop/metrics',
    because:
      "Port 15020 of shop/web is its sidecar's own, and takes plain text alone, but clients with a sidecar send mutual TLS to it.",
    pairs: ['shop/cart>metrics.shop:80', 'shop/web>metrics.shop:80'],
    near: [...shop, metrics, rule('shop', 'metrics', { host: 'metrics', ...tls('DISABLE') })],
  },
  'excluded-inbound-port': {
    has: [
      ...shop,
      ...app('shop', 'past', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090, 8080' } }),
    ],
    on: 'Deployment shop/past',
    because: 'Requests to port 8080 of its pods get past their sidecar',
    pairs: ['shop/cart>past.shop:80', 'shop/past>past.shop:80', 'shop/web>past.shop:80'],
    near: [
      ...shop,
      ...app('shop', 'past', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }),
      rule('shop', 'past', {
        host: 'past',
        trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }] },
      }),
      ...app('shop', 'metrics', { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '9090' } }),
    ],
  },
  'client-without-sidecar-under-strict': {
    has: [...shop, strict, job('shop', 'import')],
    on: 'Job shop/import',
    because: 'It has no sidecar, and plain text is refused by Service shop/web and Service shop/cart in its namespace.',
    pairs: ['shop/import>cart.shop:80', 'shop/import>web.shop:80'],
    near: [
      ...shop,
      strict,
      namespace('legacy', false),
      job('legacy', 'import'),
      ...app('shop', 'db', { sidecar: false }),
    ],
  },
  'workload-entry-without-service-account': {
    has: [
      ...shop,
      policy(networking, 'WorkloadEntry', 'shop', 'vm', { address: '192.0.2.1', labels: { app: 'cart' } }),
    ],
    on: 'WorkloadEntry shop/vm',
    because: 'It has no serviceAccount and no label security.istio.io/tlsMode',
    pairs: fromBoth,
    near: [
      ...shop,
      policy(networking, 'WorkloadEntry', 'shop', 'vm', {
        address: '192.0.2.1',
        serviceAccount: 'cart',
        labels: { app: 'cart' },
      }),
      policy(networking, 'WorkloadEntry', 'shop', 'old', {
        address: '192.0.2.2',
        labels: { 'security.istio.io/tlsMode': 'disabled' },
      }),
    ],
  },
  'init-container-before-sidecar': {
    has: [...shop, strict, ...app('shop', 'late', { pod: { initContainers: [{ name: 'wait-for-cart' }] } })],
    on: 'Deployment shop/late',
    because: 'Its init container wait-for-cart runs before the sidecar',
    pairs: [],
    near: [
      ...shop,
      strict,
      ...app('shop', 'late', {
        pod: { initContainers: [{ name: 'istio-proxy', restartPolicy: 'Always' }, { name: 'wait-for-cart' }] },
      }),
    ],
    istio: '1.26',
  },
};

function meshConfig(mesh: string): KubeObject {
  const metadata = { name: 'istio', namespace: 'istio-system' };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { mesh } } as KubeObject;
}

function externalName(name: string, externalName: string): KubeObject {
  const spec = { type: 'ExternalName', externalName, ports: [{ name: 'http', port: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec } as KubeObject;
}

function privateService(name: string): KubeObject {
  const [, service] = app('shop', 'cart');
  const metadata = { name, namespace: 'shop', annotations: { 'networking.istio.io/exportTo': '.' } };
  return { ...service, metadata } as KubeObject;
}

/** Versions of the API that a release of the case serves. */
function meshOf(objects: readonly KubeObject[], istio = '1.31', code = ''): SurveyedMesh {
  const isOld = istio !== '1.31' && code !== 'api-version-not-served';
  const served = isOld
    ? (JSON.parse(JSON.stringify(objects).replaceAll('.istio.io/v1"', '.istio.io/v1beta1"')) as KubeObject[])
    : objects;
  return manifestMesh(served, istio);
}

function found(objects: readonly KubeObject[], code: string, istio?: string) {
  return lintOf(meshOf(objects, istio, code)).findings.filter((one) => one.code === code);
}

test('there is a mesh for each code, and one that nearly has it', () => {
  expect(Object.keys(cases).sort()).toEqual(checks.map(({ code }) => code).sort());
});

test.each(Object.entries(cases))('%s', (code, { has, on, because, pairs, near, istio }) => {
  const [finding, ...others] = found(has, code, istio);
  expect(others).toEqual([]);
  expect(finding?.subject.name).toBe(on);
  expect(finding?.reason).toContain(because);
  const named = finding?.pairs.map(({ client, server }) => `${nameOfClient(client)}>${nameOfServer(server)}`);
  expect(named?.sort()).toEqual([...pairs].sort());
  expect(finding?.place).toEqual({ file: 'mesh.yaml', line: expect.any(Number) });
  expect(found(near, code, istio)).toEqual([]);
});

test('requests to a subset are judged by what it sets itself', () => {
  const own = rule('shop', 'cart', {
    host: cart,
    subsets: [{ name: 'v1', labels: { app: 'cart' }, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
  });
  const codes = (...objects: KubeObject[]) =>
    lintOf(manifestMesh([...shop, strict, own, ...objects])).findings.map(
      ({ code, subject }) => `${code} ${subject.name}`,
    );
  expect(codes(routeTo('v1'))).toEqual(['disable-against-strict DestinationRule shop/cart']);
  expect(codes()).toEqual([]);
});

test('a rule for selected clients hides the subsets of the one for all', () => {
  const all = rule('shop', 'cart', { host: cart, subsets: [{ name: 'v1', labels: { app: 'cart' } }] });
  const some = rule('shop', 'web', {
    host: cart,
    workloadSelector: { matchLabels: { app: 'web' } },
    ...tls('ISTIO_MUTUAL'),
  });
  const [finding, ...others] = lintOf(manifestMesh([...shop, all, some, routeTo('v1')])).findings;
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    code: 'routed-subset-undefined',
    reason: 'DestinationRule shop/web does not define subset v1 of Service shop/cart.',
  });
  expect(finding?.pairs.map(({ client }) => nameOfClient(client))).toEqual(['shop/web']);
});

test('with a credential that they do not use, sidecars send plain text, and no TLS that is refused', () => {
  const simple = rule('shop', 'cart', { host: cart, ...tls('SIMPLE', { credentialName: 'api' }) });
  const { findings } = lintOf(manifestMesh([...shop, simple]));
  expect(findings.map(({ code, pairs }) => `${code} ${pairs.length}`)).toEqual([
    'credential-name-without-workload-selector 2',
  ]);
});

test('a mesh that speaks mutual TLS throughout has none', () => {
  expect(lintOf(manifestMesh([...shop, strict, ...batch])).findings).toEqual([]);
});

/** Returns the requests between sidecars that are refused, and those of them whose cause is known. */
function causesIn(mesh: SurveyedMesh): { refused: number; unexplained: string[] } {
  const context = contextOf(surveyOf(mesh));
  const refused = context.answered.filter(
    ({ sort, answer }) =>
      sort.workload.sidecar &&
      !sort.workload.hostNetwork &&
      ['refused', 'mixed'].includes(answer.result) &&
      usual(answer).some(({ outcome }) => !['mtls', 'plain'].includes(outcome.kind)),
  );
  const known = new Set(refusalsIn(context).map(({ server, sort }) => `${nameOfServer(server)} ${sort.workload.name}`));
  const unexplained = refused
    .filter(({ server, sort }) => !known.has(`${nameOfServer(server)} ${sort.workload.name}`))
    // A port past its sidecar is a finding of its own.
    .filter(({ answer }) => !answer.reasons.some(({ rule }) => rule === 'sidecar.port-past'))
    .map(({ answer }) => answer.reasons.map(({ rule }) => rule).join(' '));
  return { refused: refused.length, unexplained };
}

test.each(['1.31', '1.24', '1.20', '1.13', '1.10', '1.6', '1.5'])(
  'each request between sidecars that is refused has a cause, on %s',
  (release) => {
    const objects = generatedMesh({ namespaces: 6, services: 30, pods: 60, policies: 90 });
    const text = JSON.stringify(objects).replaceAll('pilot:1.31.0', `pilot:${release}.0`);
    const meshes = [manifestMesh(bazaar, release), meshFrom(clusterSnapshot(JSON.parse(text)))];
    const all = meshes.map(causesIn);
    expect(all.flatMap(({ unexplained }) => unexplained)).toEqual([]);
    expect(all.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(20);
  },
);

test('a Service behind an Ingress is exposed, but not where a gateway of the mesh serves that', () => {
  const web = { name: 'web', port: { number: 80 } };
  const reasons = (object: KubeObject) =>
    lintOf(manifestMesh([...shop, strict, object])).findings.map(({ code, reason }) => `${code}: ${reason}`);
  expect(reasons(ingress('shop', web))).toEqual([
    'exposed-service-under-strict: It is behind Ingress shop/web, and plain text from outside of the mesh is refused at port 80.',
  ]);
  expect(reasons(ingress('shop', web, { ingressClassName: 'istio' }))).toEqual([]);
});

describe('what an annotation accepts', () => {
  const accepting = (text: string): KubeObject => {
    const made = rule('shop', 'cart', { host: cart, ...tls('DISABLE') });
    return { ...made, metadata: { ...made.metadata, annotations: { 'automtls.dev/accept': text } } };
  };

  test('is no fault, and what does not occur is named', () => {
    const lint = lintOf(
      manifestMesh([...shop, strict, accepting('disable-against-strict, simple-tls-to-sidecar,oops')]),
    );
    expect(isFaulty(lint)).toBe(false);
    expect(lint.accepted.map(({ code }) => code)).toEqual(['disable-against-strict']);
    expect(lint.needless).toEqual([
      { object: 'DestinationRule shop/cart', code: 'simple-tls-to-sidecar', known: true },
      { object: 'DestinationRule shop/cart', code: 'oops', known: false },
    ]);
  });

  test('is accepted on that object alone', () => {
    const other = rule('shop', 'web', { host: 'web', ...tls('DISABLE') });
    const lint = lintOf(manifestMesh([...shop, strict, other, accepting('disable-against-strict')]));
    expect(lint.findings.map(({ subject }) => subject.name)).toEqual(['DestinationRule shop/web']);
  });

  test('of a workload is an annotation of its pods', () => {
    const annotations = {
      'traffic.sidecar.istio.io/excludeInboundPorts': '8080',
      'automtls.dev/accept': 'excluded-inbound-port',
    };
    const lint = lintOf(manifestMesh([...shop, ...app('shop', 'past', { annotations })]));
    expect(lint.findings).toEqual([]);
    expect(lint.accepted.length).toBe(1);
  });
});

test('a cluster has all of its pods, so that what selects none of them is known', () => {
  const away = authorization({ selector: { matchLabels: { app: 'away' } } }, 'istio-system');
  const objects = generatedMesh({ namespaces: 2, services: 2, pods: 4, policies: 0 });
  const { findings } = lintOf(meshFrom(clusterSnapshot([...objects, away])));
  expect(findings.map(({ code, reason }) => `${code}: ${reason}`)).toEqual([
    'selector-matches-nothing: No pod of the mesh has the labels app=away.',
  ]);
});

test('of a cluster it is not known what is scaled to zero, and each object is in a namespace that is there', () => {
  const objects = generatedMesh({ namespaces: 2, services: 2, pods: 4, policies: 0 });
  const [home = ''] = objects.flatMap(({ kind, metadata }) => (kind === 'Pod' ? (metadata.namespace ?? []) : []));
  const found = [
    ...selectingService('idle', { app: 'idle' }, home),
    namespace('shop'),
    peers('shp', 'default', { mtls: { mode: 'STRICT' } }),
  ];
  expect(lintOf(meshFrom(clusterSnapshot([...objects, ...found]))).findings).toEqual([]);
});

test('what was not read is not guessed', () => {
  const unread = [{ kind: 'ServiceEntry', right: 'list serviceentries.networking.istio.io', why: 'forbidden' }];
  const objects = generatedMesh({ namespaces: 2, services: 2, pods: 4, policies: 0 });
  const lost = rule('team-0', 'lost', { host: 'lost.example.com', ...tls('SIMPLE') });
  const whole = lintOf(meshFrom(clusterSnapshot([...objects, lost])));
  expect(whole.findings.map(({ code }) => code)).toContain('destination-rule-host-unknown');
  const part = lintOf(meshFrom(clusterSnapshot([...objects, lost], { unread })));
  expect(part.findings.map(({ code }) => code)).not.toContain('destination-rule-host-unknown');
  expect(part.notLookedFor.map(({ code }) => code)).toContain('destination-rule-host-unknown');
  expect(whole.notJudged).toBe(0);
  expect(part.notJudged).toBeGreaterThan(0);
});
