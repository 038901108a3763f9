// What of a sidecar's configuration concerns one pair. Envoy's admin interface prints the types of
// envoy/admin/v3/config_dump.proto and clusters.proto; what they hold may differ between releases, so all is optional.

/** What of a sidecar's configuration is relevant. */
export interface Focus {
  /** In which direction requests pass through the sidecar. */
  direction: 'inbound' | 'outbound';
  /** The Service's hosts; an ExternalName has that of its target, too. */
  hosts: string[];
  /** Ports of listeners and clusters: the Service's port of a client, the pods' ports of a server. */
  ports: number[];
}

interface ConfigDump {
  configs?: (Record<string, unknown> & { '@type'?: string })[];
}

interface Listener {
  name?: string;
  address?: { socket_address?: { port_value?: number } };
  filter_chains?: { filter_chain_match?: { destination_port?: number } }[];
}

interface DynamicListener {
  name?: string;
  active_state?: { listener?: Listener };
  error_state?: unknown;
}

interface RouteConfig {
  name?: string;
  virtual_hosts?: { name?: string; domains?: string[] }[];
}

/**
 * Returns the relevant part of a sidecar's configuration: clusters, endpoints with their metadata, routes and listeners.
 * Nothing else of the dump is kept; of other filters than those that decide, the names.
 */
export function relevantConfig({ configs = [] }: ConfigDump, focus: Focus): Record<string, unknown[]> {
  const all = <T>(type: string, ...lists: string[]): T[] =>
    configs
      .filter((one) => one['@type']?.endsWith(`.${type}`))
      .flatMap((one) => lists.flatMap((list) => (one[list] as T[] | undefined) ?? []));
  const clusters = all<{ cluster?: { name?: string } }>(
    'ClustersConfigDump',
    'static_clusters',
    'dynamic_active_clusters',
    'dynamic_warming_clusters',
  );
  const endpoints = all<{ endpoint_config?: { cluster_name?: string } }>(
    'EndpointsConfigDump',
    'static_endpoint_configs',
    'dynamic_endpoint_configs',
  );
  const routes = all<{ route_config?: RouteConfig }>(
    'RoutesConfigDump',
    'static_route_configs',
    'dynamic_route_configs',
  );
  const listeners = all<DynamicListener>('ListenersConfigDump', 'dynamic_listeners');
  const parts = {
    clusters: clusters.filter(({ cluster }) => isClusterOf(focus, cluster?.name)),
    endpoints: endpoints.filter(({ endpoint_config: one }) => isClusterOf(focus, one?.cluster_name)),
    routes: focus.direction === 'inbound' ? [] : routes.flatMap(({ route_config: one }) => routesFor(focus, one)),
    listeners: listeners.flatMap((listener) => listenerFor(focus, listener)),
  };
  return Object.fromEntries(Object.entries(parts).map(([name, list]) => [name, list.map((one) => tidy(one))]));
}

/** Returns what Envoy currently knows of the endpoints of relevant clusters. */
export function relevantHosts(
  { cluster_statuses = [] }: { cluster_statuses?: { name?: string; host_statuses?: unknown }[] },
  focus: Focus,
): unknown[] {
  return cluster_statuses
    .filter(({ name }) => isClusterOf(focus, name))
    .map(({ name, host_statuses }) => ({ name, host_statuses }));
}

/** Returns the certificates of a sidecar, each once: Envoy lists them again for every cluster and listener. */
export function distinctCertificates({ certificates = [] }: { certificates?: unknown[] }): unknown[] {
  return [...new Map(certificates.map((one) => [JSON.stringify(one), one])).values()];
}

/**
 * Returns the names of relevant resources as a regular expression for Envoy's `name_regex`, only of characters that need
 * no escape in a URL. Versions of Envoy that do not know it return everything.
 */
export function namesOf({ direction, hosts, ports }: Focus): string {
  const common = direction === 'inbound' ? ['virtualInbound'] : ['virtualOutbound', 'PassthroughCluster'];
  return [...common, ...[...hosts, ...ports].map((part) => `.*${part}.*`)].join('|');
}

/** Names are `outbound|<port>|<subset>|<host>`; before 1.10 inbound ones have the Service's port and host. */
function isClusterOf({ direction, hosts, ports }: Focus, name = ''): boolean {
  if (name === 'PassthroughCluster') return direction === 'outbound';
  const [way, port, , host = ''] = name.split('|');
  if (way !== direction) return false;
  return direction === 'inbound'
    ? ports.includes(Number(port)) || hosts.includes(host)
    : ports.includes(Number(port)) && hosts.includes(host);
}

/** Returns the routes of the hosts, and those of hosts that the sidecar does not know. */
function routesFor({ hosts, ports }: Focus, config: RouteConfig = {}): RouteConfig[] {
  const { name = '', virtual_hosts = [] } = config;
  if (!ports.includes(Number(name.split(':').at(-1)))) return [];
  const own = virtual_hosts.filter(
    (one) =>
      one.domains?.some((domain) => hosts.includes(domain.replace(/:\d+$/, ''))) ||
      ['allow_any', 'block_all'].includes(one.name ?? ''),
  );
  return own.length === 0 ? [] : [{ ...config, virtual_hosts: own }];
}

function listenerFor({ direction, ports }: Focus, one: DynamicListener): unknown[] {
  const listener = one.active_state?.listener;
  const isCommon = one.name === (direction === 'inbound' ? 'virtualInbound' : 'virtualOutbound');
  const port = listener?.address?.socket_address?.port_value;
  if (!isCommon && (port === undefined || !ports.includes(port))) return [];
  const chains = listener?.filter_chains?.filter(({ filter_chain_match: match }) => {
    const own = match?.destination_port;
    return direction === 'outbound' || own === undefined || ports.includes(own);
  });
  const kept = { ...listener, ...(chains !== undefined && { filter_chains: chains }) };
  return [{ ...one, active_state: { ...one.active_state, listener: kept } }];
}

/** Parts of a listener or cluster that do not decide about mutual TLS. */
const idle = new Set(['access_log', 'tracing', 'request_id_extension', 'upgrade_configs', 'last_updated']);

/** Filters of which more than the name is of interest. */
const deciding = /http_connection_manager$|tcp_proxy$|rbac$/;

function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !idle.has(key));
  return Object.fromEntries(
    entries.map(([key, one]) => [key, /^(http_|listener_)?filters$/.test(key) ? filters(one) : tidy(one)]),
  );
}

function filters(value: unknown): unknown {
  if (!Array.isArray(value)) return tidy(value);
  return value.map((one: { name?: string }) => (deciding.test(one.name ?? '') ? tidy(one) : { name: one.name }));
}
