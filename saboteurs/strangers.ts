import type { Because, Saboteur } from '../lib/tools/prove/index.ts';
import { envoyFilter } from './objects.ts';
import { strict } from './steps.ts';

const transportSockets = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';

/**
 * Returns a filter that changes how servers' sidecars take TLS on port 8080: httpbin.full's or, from Istio's namespace,
 * all of them.
 * @param name if it is another than the present one, Istio puts the value into its place and merges nothing
 */
function servers(path: string, tls: object, name = 'envoy.transport_sockets.tls') {
  const typed_config = { '@type': `${transportSockets}.DownstreamTlsContext`, ...tls };
  return envoyFilter(path, path.startsWith('full/') ? 'httpbin' : undefined, {
    applyTo: 'FILTER_CHAIN',
    match: {
      context: 'SIDECAR_INBOUND',
      listener: { name: 'virtualInbound', filterChain: { destinationPort: 8080, transportProtocol: 'tls' } },
    },
    patch: {
      operation: 'MERGE',
      value: { transport_socket: { name, typed_config } },
    },
  });
}

/** Returns a filter that changes which servers the sidecar of sleep.full accepts. */
function clients(validation: object) {
  const common_tls_context = { combined_validation_context: { default_validation_context: validation } };
  const typed_config = { '@type': `${transportSockets}.UpstreamTlsContext`, common_tls_context };
  return envoyFilter('full/clients', 'sleep', {
    applyTo: 'CLUSTER',
    match: { context: 'SIDECAR_OUTBOUND' },
    patch: {
      operation: 'MERGE',
      value: { transport_socket: { name: 'envoy.transport_sockets.tls', typed_config } },
    },
  });
}

const anyCertificate = {
  common_tls_context: {
    combined_validation_context: { default_validation_context: { trust_chain_verification: 'ACCEPT_UNTRUSTED' } },
  },
};

/** Where sidecars get their certificates from. */
const sds_config = {
  api_config_source: {
    api_type: 'GRPC',
    set_node_on_first_message_only: true,
    transport_api_version: 'V3',
    grpc_services: [{ envoy_grpc: { cluster_name: 'sds-grpc' } }],
  },
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
};

/** The same as Istio's, but for require_client_certificate: a merge cannot set it to false. */
const noCertificate = {
  common_tls_context: {
    alpn_protocols: ['h2', 'http/1.1'],
    tls_certificate_sds_secret_configs: [{ name: 'default', sds_config }],
    combined_validation_context: {
      // With names to match, Envoy would demand a certificate all the same.
      default_validation_context: {},
      validation_context_sds_secret_config: { name: 'ROOTCA', sds_config },
    },
  },
};

const withoutCertificate = (path: string) => servers(path, noCertificate, 'tls');

/** The name of an EnvoyFilter of Istio's own. */
const ISTIOS_OWN = 'istio-system/stats-filter-1.23';

const atServers = ['strangers'];
const atClients = ['impostors'];

const letIn = { code: 'tried-otherwise', server: 'httpbin.full:8080', expected: 'refused' } as const;
const letInWithout: Because = { ...letIn, client: 'TLS without a certificate' };
const letInWithAny: Because = { ...letIn, client: 'a self-signed certificate' };
/** The client's sidecar takes the answer of an impostor. */
const believed = { code: 'tried-otherwise', client: 'sleep.full', expected: 'refused' } as const;

/** Mutual TLS is not mutual: a server lets in who has no certificate of the mesh, or a client trusts such a server. */
export const strangers: Saboteur[] = [
  {
    name: 'no-client-certificate',
    title: 'the sidecar of httpbin.full takes TLS without a certificate of the client',
    ...strict,
    when: 'start',
    break: ({ make }) => make(withoutCertificate('full/servers')),
    turns: [{ of: atServers, to: 'fail', because: letInWithout }],
  },
  {
    name: 'any-client-certificate',
    title: 'the sidecar of httpbin.full trusts any certificate',
    ...strict,
    when: 'start',
    break: ({ make }) => make(servers('full/servers', anyCertificate)),
    turns: [{ of: atServers, to: 'fail', because: letInWithAny }],
  },
  {
    name: 'no-client-certificate-by-istio',
    title: "all sidecars take TLS without a certificate, by an EnvoyFilter with the name of one of Istio's own",
    ...strict,
    when: 'start',
    break: ({ make }) => make(withoutCertificate(ISTIOS_OWN)),
    turns: [{ of: atServers, to: 'fail', because: letInWithout }],
  },
  {
    name: 'any-client-certificate-by-istio',
    title: "all sidecars trust any certificate, by an EnvoyFilter with the name of one of Istio's own",
    ...strict,
    when: 'start',
    break: ({ make }) => make(servers(ISTIOS_OWN, anyCertificate)),
    turns: [{ of: atServers, to: 'fail', because: letInWithAny }],
  },
  {
    name: 'any-server',
    title: "sleep.full's sidecar checks neither the authority nor the names of servers",
    ...strict,
    when: 'start',
    break: ({ make }) => make(clients({ trust_chain_verification: 'ACCEPT_UNTRUSTED' })),
    turns: [
      {
        of: atClients,
        to: 'fail',
        because: { ...believed, server: 'an impostor with a self-signed certificate' },
      },
    ],
  },
  {
    name: 'any-name',
    title: "sleep.full's sidecar checks the authority of servers, but not their names",
    ...strict,
    when: 'start',
    break: ({ make }) =>
      make(clients({ match_typed_subject_alt_names: [{ san_type: 'URI', matcher: { prefix: 'spiffe://' } }] })),
    turns: [
      {
        of: atClients,
        to: 'fail',
        because: { ...believed, server: "an impostor with another account's certificate" },
      },
    ],
  },
  {
    name: 'plain-from-one-pod',
    title:
      'plain text from one pod, of another namespace than those of the task, is led past the sidecar of httpbin.full',
    ...strict,
    when: 'between',
    break: async ({ firewall, addressOf }) =>
      firewall('full/httpbin', pastTheSidecar('-s', await addressOf('strangers/outsider'))),
    turns: [{ of: atServers, to: 'fail', because: { ...letIn, client: 'plain text, from a pod' } }],
  },
  {
    name: 'plain-from-the-node',
    title: 'plain text from the node is led past the sidecar of httpbin.full',
    ...strict,
    when: 'between',
    // What comes from the node itself was not yet passed on by it, as what comes from another pod was.
    break: ({ firewall }) => firewall('full/httpbin', pastTheSidecar('-m', 'ttl', '--ttl-eq', '64')),
    turns: [{ of: atServers, to: 'fail', because: { ...letIn, client: 'plain text, from a node' } }],
  },
];

function pastTheSidecar(...which: string[]): string[] {
  return ['nat', 'PREROUTING', '-p', 'tcp', '--dport', '8080', ...which, '-j', 'ACCEPT'];
}
