import type { Because, Hands, Saboteur } from '../lib/tools/prove/index.ts';
import { forged, noneSent, wrong } from './because.ts';
import { fullToFull, fullToLegacy, fullToPartial, legacyToFull } from './cells.ts';
import { envoyFilter } from './objects.ts';
import { wrappedCurl } from './shell.ts';
import { permissive, strict } from './steps.ts';

/** Returns a filter that sets what the sidecar of httpbin.full does with X-Forwarded-Client-Cert. */
function forwarding(details: string) {
  const name = 'envoy.filters.network.http_connection_manager';
  const type = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  return envoyFilter('full/forwarding', 'httpbin', {
    applyTo: 'NETWORK_FILTER',
    match: { context: 'SIDECAR_INBOUND', listener: { filterChain: { filter: { name } } } },
    patch: {
      operation: 'MERGE',
      value: { name, typed_config: { '@type': type, forward_client_cert_details: details } },
    },
  });
}

/** Makes curl in sleep.full write the identity of the client that its sidecar would show. */
async function forge({ inShell, namespaces }: Hands): Promise<void> {
  await inShell('full/sleep', wrappedCurl(`-H 'X-Forwarded-Client-Cert: ${identityOf(namespaces)}'`), 'unset -f curl');
}

/** Returns a filter that makes the sidecar of httpbin.full replace X-Forwarded-Client-Cert. */
function writing(value: string) {
  return envoyFilter('full/writing', 'httpbin', {
    applyTo: 'ROUTE_CONFIGURATION',
    match: { context: 'SIDECAR_INBOUND' },
    patch: {
      operation: 'MERGE',
      value: {
        request_headers_to_add: [
          { header: { key: 'X-Forwarded-Client-Cert', value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
        ],
      },
    },
  });
}

/** Returns what shows the identity of sleep.full, but not its certificate. */
function identityOf(namespaces: Hands['namespaces']): string {
  return `By=spiffe://a/b;Hash=c;URI=spiffe://cluster.local/ns/${namespaces['full']}/sa/sleep`;
}

const pastSidecar = { metadata: { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '8000' } } };
const uncounted = { metadata: { annotations: { 'sidecar.istio.io/statsInclusionPrefixes': 'none.' } } };

const inBetween: Because = { code: 'server-alone', gap: { code: 'client-port' } };

/** Istio's agent, whose user a sidecar has in all releases, must still reach the sidecar: it tells whether it is READY. */
const certificateOutOfReach = [
  'filter',
  'OUTPUT',
  '-p',
  'tcp',
  '--dport',
  '15000',
  '-m',
  'owner',
  '!',
  '--uid-owner',
  '1337',
  '-j',
  'REJECT',
];

/** Who the client is, and how that is shown. */
export const identity: Saboteur[] = [
  {
    name: 'other-account',
    title: 'sleep.full runs under another account',
    ...strict,
    when: 'between',
    break: ({ redeploy }) => redeploy('full/sleep', { spec: { serviceAccountName: 'httpbin' } }),
    turns: [
      {
        of: [fullToFull],
        to: 'fail',
        because: wrong({ kind: 'mtls', identity: 'spiffe://cluster.local/ns/full/sa/httpbin' }),
      },
      {
        of: [fullToPartial],
        to: 'fail',
        because: wrong({ kind: 'mtls', identity: 'spiffe://cluster.local/ns/full/sa/httpbin' }),
      },
    ],
  },
  {
    name: 'other-trust-domain',
    title: 'somebody changes the trust domain of the mesh',
    ...strict,
    when: 'between',
    break: async ({ setMesh }) => setMesh(['trustDomain'], 'other.example'),
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'inconclusive',
        because: {
          code: 'mesh-changed',
          object: 'ConfigMap istio-system/istio',
          changes: [{ field: 'trustDomain', is: 'other.example' }],
        },
      },
    ],
  },
  {
    name: 'identity-stripped',
    title: 'the sidecars of servers strip X-Forwarded-Client-Cert',
    ...strict,
    when: 'set-up',
    break: ({ setMesh }) => setMesh(['defaultConfig', 'proxyHeaders', 'forwardedClientCert'], 'SANITIZE'),
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'inconclusive',
        because: { code: 'identity-hidden' },
      },
    ],
  },
  {
    name: 'identity-let-through',
    title: 'the sidecar of httpbin.full lets through the identity that a client without a sidecar writes itself',
    ...permissive,
    when: 'start',
    break: async ({ make, redeploy }) => {
      await make(forwarding('ALWAYS_FORWARD_ONLY'));
      // No answer shows that the filter has arrived; a new pod has it from the beginning.
      await redeploy('full/httpbin', { metadata: { annotations: { 'automtls.dev/pod': 'new' } } });
    },
    turns: [
      { of: [legacyToFull], to: 'fail', because: forged },
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: { code: 'identity-hidden' },
      },
    ],
  },
  {
    name: 'identity-forged',
    title: 'sleep.full sends plain text past its sidecar with a forged identity, to a server that trusts it',
    ...permissive,
    when: 'start',
    break: async (hands) => {
      await hands.make(forwarding('ALWAYS_FORWARD_ONLY'));
      await hands.redeploy('full/sleep', pastSidecar);
      await forge(hands);
    },
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'fail',
        because: noneSent,
      },
      { of: [fullToLegacy], to: 'fail', because: wrong({ kind: 'mtls' }) },
      { of: [legacyToFull], to: 'fail', because: forged },
    ],
  },
  {
    name: 'identity-written',
    title: 'the sidecar of httpbin.full writes the identity of sleep.full into every request',
    ...permissive,
    when: 'start',
    break: async ({ make, redeploy, namespaces }) => {
      await make(writing(identityOf(namespaces)));
      // No answer shows that the filter has arrived; a new pod has it from the beginning.
      await redeploy('full/httpbin', { metadata: { annotations: { 'automtls.dev/pod': 'new' } } });
    },
    turns: [
      { of: [fullToFull], to: 'inconclusive', because: { code: 'other-certificate' } },
      { of: [legacyToFull], to: 'fail', because: wrong({ kind: 'mtls' }) },
    ],
  },
  {
    name: 'client-past-sidecar',
    title: 'sleep.full sends plain text past its sidecar',
    ...permissive,
    when: 'between',
    break: ({ redeploy }) => redeploy('full/sleep', pastSidecar),
    turns: [
      { of: [fullToFull], to: 'fail', because: wrong({ kind: 'plain' }) },
      { of: [fullToPartial], to: 'fail', because: { code: 'never-seen', missing: [{ kind: 'mtls' }] } },
      { of: [fullToLegacy], to: 'fail', because: noneSent },
    ],
  },
  {
    name: 'uncounted',
    title:
      'the sidecar of httpbin.full does not count its connections, and that of sleep.full does not show its certificate',
    ...permissive,
    when: 'start',
    break: async ({ redeploy, firewall }) => {
      await redeploy('full/httpbin', uncounted);
      await firewall('full/sleep', certificateOutOfReach);
    },
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: { code: 'header-alone', claim: 'mtls', server: { code: 'server-uncounted', port: 8080 } },
      },
      { of: [fullToPartial], to: 'inconclusive', because: inBetween },
    ],
  },
  {
    name: 'counters-out-of-reach',
    title:
      'packets to the counters of the sidecar of httpbin.full are dropped, and that of sleep.full does not show its certificate',
    ...permissive,
    when: 'start',
    break: async ({ firewall }) => {
      await firewall('full/httpbin', ['raw', 'PREROUTING', '-p', 'tcp', '--dport', '15090', '-j', 'DROP']);
      await firewall('full/sleep', certificateOutOfReach);
    },
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: { code: 'header-alone', claim: 'mtls', server: { code: 'server-port', curlExit: 28 } },
      },
      { of: [fullToPartial], to: 'inconclusive', because: inBetween },
    ],
  },
];
