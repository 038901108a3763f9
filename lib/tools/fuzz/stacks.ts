import fc from 'fast-check';
import { holds, type KubeObject, nameOf, type Release, subsetHeader } from '../../model/index.ts';
import { destinationRule, peerAuthentication, type Subjects, type Where } from './policies.ts';

// Random policies and routes for the topology `fuzz`.

const namespaces = ['fuzz-full', 'fuzz-partial', 'fuzz-legacy'] as const;

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

/** What random policies and rules speak of here. */
const subjects: Subjects = {
  // They are similar, because among objects created in the same second the name decides.
  names: ['a', 'a-b', 'b', 'c'],
  workloadPorts,
  servicePorts,
  labels,
  clients,
  hosts: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...hosts) },
    { weight: 1, arbitrary: fc.constantFrom(...allHosts) },
  ),
  exports: [['.'], ['*'], ['fuzz-partial'], ['fuzz-full', 'fuzz-legacy']],
  // The server's identity for some Services, and not for others.
  named: ['fuzz-full', 'fuzz-partial'].map((namespace) => ({
    tls: { mode: 'ISTIO_MUTUAL', subjectAltNames: [`spiffe://cluster.local/ns/${namespace}/sa/server`] },
  })),
  subsets: ['v1', 'nosidecar'].map((version) => ({ name: version, labels: { version } })),
};

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
        { weight: 4, arbitrary: peerAuthentication(where, subjects) },
        { weight: 5, arbitrary: destinationRule(where, subjects, selecting) },
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
