import type { KubeObject, RuleId, Workload } from '../../lib/model/index.ts';
import { peer, rule } from '../objects.ts';
import { app, full, httpbin, legacy, partial, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

function pods(name: string, annotation: Record<string, string>): KubeObject {
  const annotations = Object.fromEntries(
    Object.entries(annotation).map(([key, value]) => [`traffic.sidecar.istio.io/${key}`, value]),
  );
  const spec = { containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: full },
    spec: { template: { metadata: { labels: { app: name }, annotations }, spec } },
  } as KubeObject;
}

function service(name: string, spec: object): KubeObject {
  const selector = { app: name };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: full },
    spec: { selector, ...spec },
  } as KubeObject;
}

const strict = peer(`${full}/wide`, 'STRICT');
const ports = [{ name: 'http', port: 8000, targetPort: 8080 }];
const server = [pods('past', { excludeInboundPorts: '9090, 8080' }), service('past', { ports })];
const metrics = [service('metrics', { selector: { app: 'httpbin' }, ports: [{ port: 8000, targetPort: 15_090 }] })];
const client = (annotation: Record<string, string>) => [pods('away', annotation)];
const addressed = [pods('inner', {}), service('inner', { ports, clusterIP: '10.1.2.3' })];
const away = { objects: [strict], from: `${full}/away`, to: `${full}/httpbin`, modelOnly: true as const };
const by: RuleId[] = ['client.past-sidecar'];

const workload = (namespace: string): Workload => ({
  name: 'server',
  namespace,
  labels: {},
  serviceAccount: 'server',
  sidecar: true,
  hostNetwork: false,
  ports: [],
  containers: ['main'],
  replicas: 1,
});

function entry(spec: object, annotations: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadEntry',
    metadata: { name: 'vm', namespace: full, annotations },
    spec: { address: '192.0.2.1', labels: app, ...spec },
  } as KubeObject;
}

/** A Service whose endpoints somebody wrote. */
function written(at: Workload, isKnown: boolean) {
  const endpoint = { service: { namespace: full, name: 'written' }, portName: 'http', port: 8080 };
  return {
    deployed: [service('written', { selector: undefined, ports })],
    writtenEndpoints: [{ ...endpoint, workload: at, isKnown }],
    from: sleep.full,
    to: `${full}/written`,
    modelOnly: true as const,
  };
}

/** Connections that get past a sidecar, and endpoints that no selector has. */
export const pastWitnesses: Witness[] = [
  {
    name: 'port-past',
    says: 'plain text to a port that is excluded, whatever the policy',
    deployed: server,
    objects: [strict],
    from: sleep.legacy,
    to: `${full}/past`,
    comesTo: 'p',
    by: ['sidecar.port-past'],
    modelOnly: true,
  },
  {
    name: 'port-past-mutual',
    says: 'clients send mutual TLS to it all the same',
    deployed: server,
    objects: [],
    from: sleep.full,
    to: `${full}/past`,
    comesTo: '503',
    by: ['sidecar.port-past', 'result.mutual-tls-refused'],
    modelOnly: true,
  },
  {
    name: 'own-port',
    says: 'they send it to a port of the sidecar itself, too',
    deployed: metrics,
    objects: [],
    from: sleep.full,
    to: `${full}/metrics`,
    comesTo: '503',
    by: ['sidecar.own-port', 'result.mutual-tls-refused'],
    modelOnly: true,
  },
  {
    ...away,
    name: 'past-by-port',
    says: 'requests to a port that is excluded are plain text',
    deployed: client({ excludeOutboundPorts: '8000' }),
    comesTo: '56',
    by,
  },
  {
    ...away,
    name: 'past-by-nothing',
    says: 'and all of them where no address is included',
    deployed: client({ includeOutboundIPRanges: '' }),
    comesTo: '56',
    by,
  },
  {
    ...away,
    name: 'past-by-range',
    says: 'and those to addresses that are excluded',
    deployed: [...client({ excludeOutboundIPRanges: '10.1.0.0/16' }), ...addressed],
    to: `${full}/inner`,
    comesTo: '56',
    by,
  },
  {
    ...away,
    name: 'included-port',
    says: 'a port that is included counts although its address is not',
    deployed: [...client({ includeOutboundIPRanges: '10.2.0.0/16', includeOutboundPorts: '8000' }), ...addressed],
    to: `${full}/inner`,
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'written-known',
    says: 'an address that somebody wrote is a pod, if a pod of the namespace has it',
    ...written(workload(full), true),
    objects: [strict],
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'written-elsewhere',
    says: 'a pod of another namespace is an address, to which plain text is sent',
    ...written(workload(partial), false),
    objects: [peer(`${partial}/wide`, 'STRICT')],
    comesTo: '503',
    by: ['auto-mtls.address-alone', 'result.plain-text-refused'],
  },
  {
    name: 'entry-without-account',
    says: 'a WorkloadEntry without an account gets plain text',
    objects: [entry({})],
    from: sleep.full,
    to: httpbin.full,
    comesTo: 'm or p',
    by: ['auto-mtls.workload-entry'],
    modelOnly: true,
  },
  {
    name: 'entry-with-account',
    says: 'one with an account gets mutual TLS',
    objects: [entry({ serviceAccount: 'httpbin' }, { 'istio.io/autoRegistrationGroup': 'vm' })],
    from: sleep.full,
    to: httpbin.full,
    comesTo: 'm',
    by: ['auto-mtls.workload-entry'],
    modelOnly: true,
  },
  {
    name: 'undiscovered',
    says: 'a Service in a namespace that discoverySelectors leave out is unknown',
    mesh: { undiscovered: new Set([legacy]) },
    objects: [rule(`${legacy}/rule`, 'httpbin', 'SIMPLE')],
    from: sleep.full,
    to: httpbin.legacy,
    comesTo: 'p',
    by: ['scope.undiscovered'],
    modelOnly: true,
  },
];
