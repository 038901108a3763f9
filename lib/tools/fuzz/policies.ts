import fc from 'fast-check';
import type { DestinationRule, MtlsMode, PeerAuthentication, TlsMode } from '../../model/index.ts';

// Random policies and rules that the API server and Istio's webhook accept.

/** What random policies and rules speak of. */
export interface Subjects {
  /** Names of objects: few, so that several objects compete in one namespace. */
  names: readonly string[];
  /** Ports of workloads, for PeerAuthentications. */
  workloadPorts: readonly string[];
  /** Ports of Services, for DestinationRules. */
  servicePorts: readonly number[];
  /** Labels of servers that a policy selects, and of clients that a rule selects. */
  labels: readonly Record<string, string>[];
  clients: readonly Record<string, string>[];
  hosts: fc.Arbitrary<string>;
  /** To which namespaces rules are exported. */
  exports: readonly string[][];
  /** Settings that name the server's identity. */
  named: readonly object[];
  /** Labels that divide the pods of a Service, each with the name of its subset. */
  subsets: readonly { name: string; labels: Record<string, string> }[];
}

export type Where = fc.Arbitrary<string>;

const mode: fc.Arbitrary<MtlsMode> = fc.constantFrom('STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET');
const tlsMode: fc.Arbitrary<TlsMode> = fc.constantFrom('DISABLE', 'ISTIO_MUTUAL', 'SIMPLE');
/** @param freq one of this many values is undefined */
export const maybe = <T>(one: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> =>
  fc.option(one, { nil: undefined, freq });

/** Returns the fields that are not undefined. */
export function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

/** Istio rejects port modes in a policy without a selector. */
export const peerAuthentication = (
  own: Where,
  { names, labels, workloadPorts }: Pick<Subjects, 'names' | 'labels' | 'workloadPorts'>,
): fc.Arbitrary<PeerAuthentication> =>
  fc
    .record({
      namespace: own,
      name: fc.constantFrom(...names),
      selector: maybe(fc.constantFrom(...labels)),
      top: maybe(mode, 8),
      ports: maybe(fc.dictionary(fc.constantFrom(...workloadPorts), fc.record({ mode }), { minKeys: 1, maxKeys: 2 })),
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

const trafficPolicy = ({ named, servicePorts }: Pick<Subjects, 'named' | 'servicePorts'>) => {
  const settings = fc.oneof(
    { weight: 8, arbitrary: tlsMode.map((one) => ({ tls: { mode: one } })) },
    { weight: 1, arbitrary: fc.constantFrom(...named) },
    { weight: 4, arbitrary: fc.constant(silent) },
    { weight: 2, arbitrary: fc.constant(passThrough) },
  );
  const ports = fc.uniqueArray(fc.tuple(fc.constantFrom(...servicePorts), settings), {
    minLength: 1,
    maxLength: 2,
    selector: ([port]) => port,
  });
  return fc
    .record({ top: maybe(settings, 4), ports: maybe(ports) })
    .filter(({ top, ports }) => top !== undefined || ports !== undefined)
    .map(({ top, ports }) =>
      present({ ...top, portLevelSettings: ports?.map(([number, own]) => ({ port: { number }, ...own })) }),
    );
};

/** @param selecting whether the release has rules for selected clients */
export const destinationRule = (own: Where, subjects: Subjects, selecting: boolean): fc.Arbitrary<DestinationRule> => {
  const policy = trafficPolicy(subjects);
  const subset = fc
    .record({ of: fc.constantFrom(...subjects.subsets), policy: maybe(policy) })
    .map(({ of, policy }) => present({ ...of, trafficPolicy: policy }));
  return fc
    .record({
      namespace: own,
      name: fc.constantFrom(...subjects.names),
      host: subjects.hosts,
      policy: maybe(policy, 8),
      exportTo: maybe(fc.constantFrom(...subjects.exports)),
      client: selecting ? maybe(fc.constantFrom(...subjects.clients)) : fc.constant(undefined),
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
};
