import { distinctCertificates, type Focus, namesOf, relevantConfig, relevantHosts } from './sidecar.ts';

const host = 'httpbin.full.svc.cluster.local';
const client: Focus = { direction: 'outbound', hosts: [host], ports: [8000] };
const server: Focus = { direction: 'inbound', hosts: [host], ports: [8080] };

const type = (name: string) => `type.googleapis.com/envoy.admin.v3.${name}`;
const hcm = { name: 'envoy.filters.network.http_connection_manager' };
const chain = (destination_port?: number) => ({
  filter_chain_match: { ...(destination_port !== undefined && { destination_port }) },
  transport_socket: { name: 'tls' },
  filters: [
    { name: 'istio.metadata_exchange', typed_config: { big: true } },
    {
      ...hcm,
      typed_config: { http_filters: [{ name: 'istio.stats', typed_config: { big: true } }], access_log: [{}] },
    },
  ],
});
const listener = (name: string, port_value: number, ...filter_chains: object[]) => ({
  name,
  active_state: { listener: { name, address: { socket_address: { port_value } }, filter_chains } },
});
const clusters = ['outbound|8000||', 'outbound|8000|v1|', 'outbound|9000||', 'outbound|8000||other.'].map(
  (one) => `${one}${host}`,
);
const inbound = ['inbound|8080||', 'inbound|9090||', `inbound|8000|http|${host}`];
const names = [...clusters, ...inbound, 'PassthroughCluster', 'BlackHoleCluster', 'xds-grpc'];
const dump = {
  configs: [
    { '@type': type('ClustersConfigDump'), dynamic_active_clusters: names.map((name) => ({ cluster: { name } })) },
    {
      '@type': type('EndpointsConfigDump'),
      dynamic_endpoint_configs: names.map((cluster_name) => ({ endpoint_config: { cluster_name, endpoints: [] } })),
    },
    {
      '@type': type('ListenersConfigDump'),
      dynamic_listeners: [
        listener('0.0.0.0_8000', 8000, chain()),
        listener('0.0.0.0_9000', 9000, chain()),
        listener('virtualOutbound', 15001, chain()),
        listener('virtualInbound', 15006, chain(8080), chain(9090), chain()),
      ],
    },
    {
      '@type': type('RoutesConfigDump'),
      dynamic_route_configs: [
        {
          route_config: {
            name: '8000',
            virtual_hosts: [
              { name: `${host}:8000`, domains: ['httpbin', `${host}:8000`] },
              { name: 'another', domains: ['another.svc'] },
              { name: 'allow_any', domains: ['*'] },
            ],
          },
        },
        { route_config: { name: '9000', virtual_hosts: [{ name: 'x', domains: [host] }] } },
      ],
    },
    { '@type': type('SecretsConfigDump'), dynamic_active_secrets: [{ name: 'default' }] },
  ],
};
const named = (list: unknown[] | undefined) =>
  (list as { cluster?: { name: string }; name?: string }[]).map((one) => one.cluster?.name ?? one.name);

test('of a client’s sidecar: clusters and endpoints of the host, the listeners of its port, the routes to it', () => {
  const found = relevantConfig(dump, client);
  expect(Object.keys(found)).toEqual(['clusters', 'endpoints', 'routes', 'listeners']);
  expect(named(found['clusters'])).toEqual([
    `outbound|8000||${host}`,
    `outbound|8000|v1|${host}`,
    'PassthroughCluster',
  ]);
  expect(found['endpoints']).toHaveLength(3);
  expect(named(found['listeners'])).toEqual(['0.0.0.0_8000', 'virtualOutbound']);
  expect(found['routes']).toEqual([
    {
      name: '8000',
      virtual_hosts: [
        { name: `${host}:8000`, domains: ['httpbin', `${host}:8000`] },
        { name: 'allow_any', domains: ['*'] },
      ],
    },
  ]);
});

test('of a server’s sidecar: the filter chains of its port, and those for any port', () => {
  const found = relevantConfig(dump, server);
  expect(named(found['clusters'])).toEqual(['inbound|8080||', `inbound|8000|http|${host}`]);
  expect(named(found['listeners'])).toEqual(['virtualInbound']);
  const [inbound] = found['listeners'] as ReturnType<typeof listener>[];
  const chains = inbound?.active_state.listener.filter_chains as ReturnType<typeof chain>[];
  expect(chains.map((one) => one.filter_chain_match)).toEqual([{ destination_port: 8080 }, {}]);
  expect(chains[0]?.filters).toEqual([
    { name: 'istio.metadata_exchange' },
    { ...hcm, typed_config: { http_filters: [{ name: 'istio.stats' }] } },
  ]);
  expect(found['routes']).toEqual([]);
});

test('a listener that the sidecar rejected is there with the reason', () => {
  const error_state = { details: 'no such filter' };
  const dynamic_listeners = [{ name: 'virtualInbound', error_state }];
  const found = relevantConfig({ configs: [{ '@type': type('ListenersConfigDump'), dynamic_listeners }] }, server);
  expect(found['listeners']).toEqual([{ name: 'virtualInbound', active_state: { listener: {} }, error_state }]);
});

test('a dump of another form is nothing, and no error', () => {
  expect(relevantConfig({}, client)).toEqual({ clusters: [], endpoints: [], routes: [], listeners: [] });
});

test('what Envoy knows of endpoints is of the relevant clusters', () => {
  const cluster_statuses = names.map((name) => ({ name, host_statuses: [], added_via_api: true }));
  expect(named(relevantHosts({ cluster_statuses }, server))).toEqual(['inbound|8080||', `inbound|8000|http|${host}`]);
  expect(relevantHosts({}, server)).toEqual([]);
});

test('a certificate that many clusters have comes once', () => {
  const [mine, other] = ['a', 'b'].map((serial_number) => ({ ca_cert: [], cert_chain: [{ serial_number }] }));
  expect(distinctCertificates({ certificates: [mine, { ...mine }, other] })).toEqual([mine, other]);
  expect(distinctCertificates({})).toEqual([]);
});

test('the names asked for are those that are kept, in characters that need no escape in a URL', () => {
  for (const focus of [client, server]) {
    const asked = new RegExp(`^(?:${namesOf(focus)})$`);
    const kept = relevantConfig(dump, focus);
    for (const name of named(kept['clusters'])) expect(name).toMatch(asked);
    for (const name of named(kept['listeners'])) expect(name).toMatch(asked);
    expect(namesOf(focus)).toMatch(/^[\w.*|-]+$/);
    expect('default').not.toMatch(asked);
    expect('ROOTCA').not.toMatch(asked);
  }
});
