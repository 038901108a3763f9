import { condition, route, source, trafficPolicy, under } from './places.ts';
import type { MeshFacts } from './types.ts';

const security = 'security.istio.io';
const networking = 'networking.istio.io';
const extensions = 'extensions.istio.io';
/** Of policies up to Istio 1.5. */
const authentication = 'authentication.istio.io';

const networkingVersions = [
  { name: 'v1', since: '1.22' },
  { name: 'v1beta1', since: '1.5' },
  { name: 'v1alpha3' },
] as const;
const authenticationVersions = [{ name: 'v1alpha1', until: '1.6' }] as const;

const anything = 'it can change or answer any request that a sidecar takes or sends';

/**
 * Istio's kinds that can affect an answer. Telemetry is none of them: it decides what sidecars report of requests, not
 * what happens to them.
 */
export const istio = {
  PeerAuthentication: {
    group: security,
    resource: 'peerauthentications',
    scope: 'namespace',
    versions: [
      { name: 'v1', since: '1.22' },
      { name: 'v1beta1', since: '1.5' },
    ],
    model: 'whole',
    predictsForOthers: true,
    applied: 'by every run',
    diagnosed: true,
  },
  AuthorizationPolicy: {
    group: security,
    resource: 'authorizationpolicies',
    scope: 'namespace',
    // 1.20 serves v1, 1.12 does not. No rule depends on which release in between was the first.
    versions: [{ name: 'v1', since: '1.20' }, { name: 'v1beta1' }],
    places: [
      ...under('spec.rules.*.from.*.source', source),
      ...under('spec.rules.*.when.*', condition),
      { path: 'spec.rules.*.to.*.operation.hosts.*', holds: 'host' },
      { path: 'spec.rules.*.to.*.operation.notHosts.*', holds: 'host' },
    ],
    model: 'part',
    power: { reach: 'selected-servers', can: 'it can refuse requests with 403, or reset them' },
    applied: 'by some suites',
    diagnosed: true,
  },
  DestinationRule: {
    group: networking,
    resource: 'destinationrules',
    scope: 'namespace',
    versions: networkingVersions,
    places: [
      { path: 'spec.host', holds: 'host' },
      { path: 'spec.exportTo.*', holds: 'namespace' },
      ...under('spec.trafficPolicy', trafficPolicy),
      ...under('spec.subsets.*.trafficPolicy', trafficPolicy),
    ],
    model: 'whole',
    predictsForOthers: true,
    applied: 'by every run',
    diagnosed: true,
  },
  // For traffic to subsets.
  VirtualService: {
    group: networking,
    resource: 'virtualservices',
    scope: 'namespace',
    versions: networkingVersions,
    places: [
      { path: 'spec.hosts.*', holds: 'host' },
      { path: 'spec.exportTo.*', holds: 'namespace' },
      { path: 'spec.gateways.*', holds: 'namespace/name' },
      ...under('spec.http.*', route),
      ...under('spec.tls.*', route),
      ...under('spec.tcp.*', route),
    ],
    model: 'part',
    power: { reach: 'hosts', can: 'it can send requests elsewhere, or answer them itself' },
    applied: 'by every run',
    diagnosed: true,
  },
  Sidecar: {
    group: networking,
    resource: 'sidecars',
    scope: 'namespace',
    versions: networkingVersions,
    places: [{ path: 'spec.egress.*.hosts.*', holds: 'namespace/host' }],
    model: 'part',
    predictsForOthers: true,
    power: {
      reach: 'selected',
      can: "it can hide a server from a client's sidecar, and change what a server's sidecar takes",
    },
    applied: 'by some suites',
    diagnosed: true,
  },
  // Where one has a Service's host or address, no prediction is made.
  ServiceEntry: {
    group: networking,
    resource: 'serviceentries',
    scope: 'namespace',
    versions: networkingVersions,
    places: [
      { path: 'spec.hosts.*', holds: 'host' },
      { path: 'spec.exportTo.*', holds: 'namespace' },
      { path: 'spec.subjectAltNames.*', holds: 'identity' },
    ],
    model: 'part',
    predictsForOthers: true,
    power: { reach: 'hosts', can: 'it can give a host other addresses and endpoints' },
    applied: 'by some suites',
    diagnosed: true,
  },
  WorkloadEntry: {
    group: networking,
    resource: 'workloadentries',
    scope: 'namespace',
    versions: [
      { name: 'v1', since: '1.22' },
      { name: 'v1beta1', since: '1.6' },
      { name: 'v1alpha3', since: '1.6' },
    ],
    model: 'part',
    power: { reach: 'endpoint', can: 'it can be one more endpoint of a Service' },
    applied: 'by some suites',
    diagnosed: true,
  },
  Policy: {
    group: authentication,
    resource: 'policies',
    scope: 'namespace',
    versions: authenticationVersions,
    model: 'whole',
    predictsForOthers: true,
    applied: 'by every run',
    diagnosed: true,
  },
  MeshPolicy: {
    group: authentication,
    resource: 'meshpolicies',
    scope: 'cluster',
    versions: authenticationVersions,
    model: 'whole',
    predictsForOthers: true,
    applied: 'by some suites',
    diagnosed: true,
  },
  EnvoyFilter: {
    group: networking,
    resource: 'envoyfilters',
    scope: 'namespace',
    versions: [{ name: 'v1alpha3' }],
    model: 'nothing',
    power: { reach: 'selected', can: 'it can change anything that a sidecar does' },
    // Only manifests of users', which are shown as observed.
    applied: 'by some suites',
  },
  WasmPlugin: {
    group: extensions,
    resource: 'wasmplugins',
    scope: 'namespace',
    model: 'nothing',
    power: { reach: 'selected', can: anything },
  },
  TrafficExtension: {
    group: extensions,
    resource: 'trafficextensions',
    scope: 'namespace',
    model: 'nothing',
    power: { reach: 'selected', can: anything },
  },
  ProxyConfig: {
    group: networking,
    resource: 'proxyconfigs',
    scope: 'namespace',
    model: 'nothing',
    power: {
      reach: 'selected',
      can: 'it can change the image and the settings of a sidecar whose pod is made later',
    },
  },
} as const satisfies Record<string, MeshFacts>;
