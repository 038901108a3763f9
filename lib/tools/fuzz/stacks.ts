import fc from 'fast-check';
import {
  type DestinationRule,
  holds,
  type KubeObject,
  type MtlsMode,
  nameOf,
  type PeerAuthentication,
  type Release,
  subsetHeader,
  type TlsMode,
} from '../../model/index.ts';

// Random policies and routes for the topology `fuzz` that the API server and Istio's webhook accept. Names come from a short list,
// so that several objects compete in one namespace. They are similar, because among objects created in the same second
// the name decides.

const namespaces = ['fuzz-full', 'fuzz-partial', 'fuzz-legacy'] as const;
const names = ['a', 'a-b', 'b', 'c'] as const;

/** The workloads' ports, and one on which no workload listens. */
const workloadPorts = ['8080', '8081', '8082', '8083', '8090', '7070', '9999'] as const;
/** The Services' ports; most Services have the first. */
const servicePorts = [8000, 8000, 8000, 8001, 8001, 8002, 8003, 8080, 8081, 80, 81, 90, 70] as const;
const services = [
  'httpbin.fuzz-full',
  'second.fuzz-full',
  'headless.fuzz-full',
  'echo.fuzz-full',
  'annotated.fuzz-full',
  'worded.fuzz-full',
  'httpbin.fuzz-partial',
  'first.fuzz-partial',
  'httpbin.fuzz-legacy',
  'labelled.fuzz-legacy',
  'alias.fuzz-legacy',
];
const domain = (service: string) => `${service}.svc.cluster.local`;
const hosts = [...services.map(domain), 'httpbin', 'echo', '*.fuzz-full.svc.cluster.local'];
/** Rarely used: rules for these match every Service and may leave a client without positive controls. */
const allHosts = ['*.svc.cluster.local', '*.local', '*'];

/** Labels that select some pods, all pods, or none. */
const labels = [
  { app: 'httpbin' },
  { app: 'echo' },
  { app: 'second' },
  { version: 'v1' },
  { version: 'nosidecar' },
  { app: 'nothing' },
];
const clients = [{ app: 'sleep' }, { app: 'other' }, { app: 'injected' }, { app: 'nothing' }];

type Where = fc.Arbitrary<string>;

const mode: fc.Arbitrary<MtlsMode> = fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET');
const tlsMode: fc.Arbitrary<TlsMode> = fc.constantFrom('DISABLE', 'ISTIO_MUTUAL', 'SIMPLE');
/** @param freq one of this many values is undefined */
const maybe = <T>(one: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(one, { nil: undefined, freq });

/** Returns the fields that are not undefined. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

const portModes = fc.dictionary(fc.constantFrom(...workloadPorts), fc.record({ mode }), { minKeys: 1, maxKeys: 2 });

/** Istio rejects port modes in a policy without a selector. */
const peerAuthentication = (own: Where): fc.Arbitrary<PeerAuthentication> =>
  fc
    .record({
      namespace: own,
      name: fc.constantFrom(...names),
      selector: maybe(fc.constantFrom(...labels)),
      top: maybe(mode, 8),
      ports: maybe(portModes),
    })
    .map(({ namespace, name, selector, top, ports }) => ({
      apiVersion: 'security.istio.io/v1beta1',
      kind: 'PeerAuthentication',
      metadata: { namespace, name },
      spec: present({
        selector: selector && { matchLabels: selector },
        mtls: top && { mode: top },
        portLevelMtls: selector && ports,
      }),
    }));

/** Settings without TLS. Istio rejects a traffic policy with no settings. */
const silent = { connectionPool: { tcp: { maxConnections: 1000 } } };
const passThrough = { loadBalancer: { simple: 'PASSTHROUGH' } };

/** Names the server's identity for some Services, and not for others. */
const named = ['fuzz-full', 'fuzz-partial'].map((namespace) => ({
  tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://cluster.local/ns/${namespace}/sa/server`] },
}));

const settings = fc.oneof(
  { weight: 8, arbitrary: tlsMode.map((one) => ({ tls: { mode: one } })) },
  { weight: 1, arbitrary: fc.constantFrom(...named) },
  { weight: 4, arbitrary: fc.constant(silent) },
  { weight: 2, arbitrary: fc.constant(passThrough) },
);
const trafficPolicy = fc
  .record({
    top: maybe(settings, 4),
    ports: maybe(
      fc.uniqueArray(fc.tuple(fc.constantFrom(...servicePorts), settings), {
        minLength: 1,
        maxLength: 2,
        selector: ([port]) => port,
      }),
    ),
  })
  .filter(({ top, ports }) => top !== undefined || ports !== undefined)
  .map(({ top, ports }) =>
    present({ ...top, portLevelSettings: ports?.map(([number, own]) => ({ port: { number }, ...own })) }),
  );
const subset = fc
  .record({ labels: fc.constantFrom({ version: 'v1' }, { version: 'nosidecar' }), policy: maybe(trafficPolicy) })
  .map(({ labels: own, policy }) => present({ name: own.version, labels: own, trafficPolicy: policy }));

const destinationRule = (own: Where, selecting: boolean): fc.Arbitrary<DestinationRule> =>
  fc
    .record({
      namespace: own,
      name: fc.constantFrom(...names),
      host: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...hosts) },
        { weight: 1, arbitrary: fc.constantFrom(...allHosts) },
      ),
      policy: maybe(trafficPolicy, 8),
      exportTo: maybe(fc.constantFrom<string[][]>(['.'], ['*'], ['fuzz-partial'], ['fuzz-full', 'fuzz-legacy'])),
      client: selecting ? maybe(fc.constantFrom(...clients)) : fc.constant(undefined),
      subsets: maybe(fc.uniqueArray(subset, { minLength: 1, maxLength: 2, selector: ({ name }) => name })),
    })
    .map(({ namespace, name, host, policy, exportTo, client, subsets }) => ({
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'DestinationRule',
      metadata: { namespace, name },
      spec: present({
        host,
        trafficPolicy: policy,
        // Istio rejects a rule with a workload selector that is exported beyond its own namespace.
        exportTo: client === undefined ? exportTo : exportTo && ['.'],
        workloadSelector: client && { matchLabels: client },
        subsets,
      }),
    })) as fc.Arbitrary<DestinationRule>;

/** Routes for requests that name a subset. Each has one name, because of several for one host only one would count. */
const virtualService: fc.Arbitrary<KubeObject> = fc
  .constantFrom(
    ['fuzz-full', 'httpbin'],
    ['fuzz-full', 'second'],
    ['fuzz-full', 'headless'],
    ['fuzz-partial', 'httpbin'],
  )
  .map(([namespace = '', name = '']) => {
    const host = domain(`${name}.${namespace}`);
    const toSubset = (subset: string) => ({
      match: [{ headers: { [subsetHeader]: { exact: subset } } }],
      route: [{ destination: { host, subset } }],
    });
    return {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'VirtualService',
      metadata: { namespace, name: `to-${name}` },
      spec: { hosts: [host], http: [toSubset('v1'), toSubset('nosidecar'), { route: [{ destination: { host } }] }] },
    };
  });

/** Policies that are applied together, and the mesh's setting with them. */
export interface Stack {
  objects: KubeObject[];
  autoMtls: boolean;
}

/** What the stacks for a mesh may have. */
export interface StackScope {
  release: Release;
  /** Set if they may change the whole mesh: policies in this namespace, auto mTLS off. */
  rootNamespace?: string;
}

/** Returns stacks of zero to ten random objects. */
export function stacksFor({ release, rootNamespace }: StackScope): fc.Arbitrary<Stack> {
  const own = fc.constantFrom(...namespaces);
  const where: Where =
    rootNamespace === undefined
      ? own
      : fc.oneof({ weight: 8, arbitrary: own }, { weight: 1, arbitrary: fc.constant(rootNamespace) });
  // Before that, the API server refuses the field.
  const selecting = holds('destination-rule.workload-selector', release);
  return fc.record({
    objects: fc.uniqueArray(
      fc.oneof<fc.WeightedArbitrary<KubeObject>[]>(
        { weight: 4, arbitrary: peerAuthentication(where) },
        { weight: 5, arbitrary: destinationRule(where, selecting) },
        { weight: 2, arbitrary: virtualService },
      ),
      { maxLength: 10, size: 'max', selector: nameOf },
    ),
    autoMtls:
      rootNamespace === undefined
        ? fc.constant(true)
        : fc.oneof({ weight: 24, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  });
}
