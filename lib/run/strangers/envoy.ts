import type { Certified } from './certificates.ts';

// The configuration of the Envoy by which strangers ask with certificates, and impostors answer with them. curl cannot:
// a sidecar that takes plain text besides goes by the protocol `istio`, which curl's --alpn does not name.

/** A listener that asks with a certificate, or with none, whatever address the header names. */
export interface AskingListener {
  port: number;
  certificate?: Certified;
}

/** A listener that answers with a certificate, and takes any of a client's or none. */
export interface AnsweringListener {
  port: number;
  certificate: Certified;
}

/** Where Envoy tells its statistics; only its own pod reaches it. */
export const ADMIN_PORT = 9000;

/** The request header that names the address to ask, as `10.0.0.1:8080`. */
export const ADDRESS_HEADER = 'x-envoy-original-dst-host';

/** What every impostor answers. */
export const IMPOSTORS_ANSWER = 'an impostor answers';

const MANAGER = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const ROUTER = 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router';
const OPTIONS = 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions';
const TLS = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3';

/** What Envoy answers if a server did not: how the connection failed. */
const FAILURE = '%RESPONSE_CODE_DETAILS% %UPSTREAM_TRANSPORT_FAILURE_REASON%';

const whatever = { comparison: { op: 'GE', value: { default_value: 100, runtime_key: 'automtls' } } };

/** It is told in the body and, since nobody reads the body of a tunnel that did not open, in a header. */
const toldFailure = {
  body_format: { text_format_source: { inline_string: FAILURE } },
  mappers: [
    {
      filter: { status_code_filter: whatever },
      headers_to_add: [{ header: { key: 'automtls-failure', value: FAILURE } }],
    },
  ],
};

/** How long a connection may take. */
const CONNECT_TIMEOUT = '4s';

/** Returns the configuration as JSON, which is YAML, too. */
export function envoyConfig(asking: AskingListener[], answering: AnsweringListener[]): string {
  const static_resources = {
    listeners: [...asking.map(askingListener), ...answering.map(answeringListener)],
    clusters: asking.map(askingCluster),
  };
  const admin = { address: addressOf('127.0.0.1', ADMIN_PORT) };
  return JSON.stringify({ admin, static_resources });
}

/** It passes requests on, and opens tunnels for what is no HTTP. Only its own pod reaches it. */
function askingListener({ port }: AskingListener): object {
  const cluster = clusterOf(port);
  const tunnel = { upgrade_type: 'CONNECT', connect_config: {} };
  return listenerOf('127.0.0.1', port, {
    upgrade_configs: [{ upgrade_type: 'CONNECT' }],
    local_reply_config: toldFailure,
    ...routes(
      { match: { connect_matcher: {} }, route: { cluster, upgrade_configs: [tunnel] } },
      { match: { prefix: '/' }, route: { cluster } },
    ),
  });
}

function askingCluster({ port, certificate }: AskingListener): object {
  const common_tls_context = {
    // What a sidecar offers. Without it, one that takes plain text besides sees no mutual TLS of the mesh.
    alpn_protocols: ['istio'],
    ...(certificate !== undefined && certificates(certificate)),
  };
  return {
    name: clusterOf(port),
    type: 'ORIGINAL_DST',
    lb_policy: 'CLUSTER_PROVIDED',
    original_dst_lb_config: { use_http_header: true },
    connect_timeout: CONNECT_TIMEOUT,
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': OPTIONS,
        // A connection that an earlier policy let in must not be used again.
        common_http_protocol_options: { max_requests_per_connection: 1 },
        use_downstream_protocol_config: { http_protocol_options: {}, http2_protocol_options: {} },
      },
    },
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: { '@type': `${TLS}.UpstreamTlsContext`, common_tls_context },
    },
  };
}

function answeringListener({ port, certificate }: AnsweringListener): object {
  const direct_response = { status: 200, body: { inline_string: IMPOSTORS_ANSWER } };
  const manager = {
    common_http_protocol_options: { max_requests_per_connection: 1 },
    ...routes({ match: { prefix: '/' }, direct_response }),
  };
  const common_tls_context = {
    ...certificates(certificate),
    // This asks the client for a certificate, and takes any.
    validation_context: { trust_chain_verification: 'ACCEPT_UNTRUSTED' },
  };
  return listenerOf('0.0.0.0', port, manager, {
    name: 'envoy.transport_sockets.tls',
    typed_config: { '@type': `${TLS}.DownstreamTlsContext`, common_tls_context },
  });
}

function listenerOf(address: string, port: number, manager: object, transport_socket?: object): object {
  const http_filters = [{ name: 'envoy.filters.http.router', typed_config: { '@type': ROUTER } }];
  const typed_config = { '@type': MANAGER, stat_prefix: `at-${port}`, http_filters, ...manager };
  return {
    name: `at-${port}`,
    address: addressOf(address, port),
    filter_chains: [
      {
        filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config }],
        ...(transport_socket !== undefined && { transport_socket }),
      },
    ],
  };
}

function addressOf(address: string, port_value: number): object {
  return { socket_address: { address, port_value } };
}

function routes(...inOrder: object[]): object {
  return { route_config: { virtual_hosts: [{ name: 'all', domains: ['*'], routes: inOrder }] } };
}

function certificates({ chain, key }: Certified): object {
  return { tls_certificates: [{ certificate_chain: { inline_string: chain }, private_key: { inline_string: key } }] };
}

function clusterOf(port: number): string {
  return `from-${port}`;
}
