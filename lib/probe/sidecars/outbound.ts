import type { ClusterCounts, EndpointCounts, OutboundReading } from '../../verdict/index.ts';

// The client's own sidecar counts the requests and connections that it makes to each endpoint, and the handshakes of
// each Service. The server cannot touch that.

/** The pod annotation with the endings of the statistics that a sidecar must keep. */
export const SENT_ANNOTATION = {
  'sidecar.istio.io/statsInclusionSuffixes': 'ssl.handshake,upstream_rq_total,upstream_cx_total',
};

/** What /clusters says of each endpoint. */
const FIELDS: Record<string, keyof EndpointCounts> = {
  cx_total: 'connections',
  cx_connect_fail: 'failed',
  rq_total: 'requests',
};

const ADMIN = 'http://localhost:15000';
/** What Envoy counts when it makes a cluster, which then may begin to count at zero. */
const CHANGED = 'cluster_manager.cluster_(added|modified|removed)';
const COUNTED = '(ssl\\.handshake|upstream_(rq|cx)_total)';
const STATISTICS = `${ADMIN}/stats?filter=(^cluster\\.outbound.*\\.${COUNTED}$|^${CHANGED}$)`;

/**
 * Returns a shell script that reads what the client's own sidecar has counted for some clusters.
 * @param mark the beginning of a line that no server's name can be
 * @param seconds the time limit of each request
 */
export function outboundScript(clusters: string[], { mark, seconds }: { mark: string; seconds: number }): string {
  const writeOut = `-w '\\n${mark} %{exitcode} %{http_code}\\n'`;
  const names = clusters.map((cluster) => cluster.replaceAll(/[|.]/g, '[$&]')).join('|');
  const fields = Object.keys(FIELDS).join('|');
  const kept = [mark, 'cluster_manager', `cluster[.](${names});?[.]`, `(${names})::.*::(${fields})::`];
  // A sidecar knows all Services of the mesh, and tells much of each. What is not needed stays in the pod.
  return `curl -s -m ${seconds} ${writeOut} '${ADMIN}/clusters' '${STATISTICS}' | grep -E '^(${kept.join('|')})'`;
}

/**
 * Reads the output of outboundScript's script.
 * @returns the reading, and what else was printed after it
 */
export function outboundIn(output: string, mark: string): { reading: OutboundReading; rest: string } {
  const parts = output.split(new RegExp(`^${mark} (.*)\n`, 'm'));
  const [listed = '', first = '', counted = '', second = '', rest = ''] = parts;
  const failed = [first, second].find((ended) => ended !== '0 200');
  if (failed !== undefined) {
    const [exit = '', status = ''] = failed.split(' ');
    const how = exit === '0' ? { status: Number(status) } : exit === '' ? {} : { curlExit: Number(exit) };
    return { reading: { code: 'client-port', ...how }, rest };
  }
  const clusters: Record<string, ClusterCounts> = {};
  const of = (name: string): ClusterCounts => {
    clusters[name] ??= { endpoints: {} };
    return clusters[name];
  };
  for (const line of listed.split('\n')) readEndpoint(line, of);
  for (const line of counted.split('\n')) readCluster(line, of);
  const changes = counted.split('\n').filter((line) => line.startsWith('cluster_manager.'));
  return { reading: { clusters, changes: changes.sort().join() }, rest };
}

/** Reads a line of /clusters. */
function readEndpoint(line: string, of: (cluster: string) => ClusterCounts): void {
  const [, cluster, address = '', field = '', value] =
    /^(outbound\|[^:]*)::\[?(.+?)\]?:\d+::(\w+)::(\d+)$/.exec(line) ?? [];
  const name = FIELDS[field];
  if (cluster === undefined || name === undefined) return;
  const { endpoints } = of(cluster);
  const counts = endpoints[address] ?? { requests: 0, connections: 0, failed: 0 };
  endpoints[address] = { ...counts, [name]: counts[name] + Number(value) };
}

/** Reads a line of /stats. */
function readCluster(line: string, of: (cluster: string) => ClusterCounts): void {
  // Some releases end the name of a cluster with a semicolon here.
  const [, cluster, statistic, value] =
    /^cluster\.(outbound\|.*?);?\.(ssl\.handshake|upstream_rq_total|upstream_cx_total): (\d+)$/.exec(line) ?? [];
  if (cluster === undefined) return;
  const counts = of(cluster);
  if (statistic === 'ssl.handshake') {
    counts.handshakes = Number(value);
    return;
  }
  const field = statistic === 'upstream_rq_total' ? 'requests' : 'connections';
  counts.total = { requests: 0, connections: 0, ...counts.total, [field]: Number(value) };
}
