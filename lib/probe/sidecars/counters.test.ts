import { gapWords } from '../../verdict/gaps.ts';
import type { Answer } from '../../verdict/observed.ts';
import type { ConnectionCounts } from '../../verdict/record/asked.ts';
import { answer, counterAt } from '../fixtures.ts';
import { connectionsIn, counterUrl, readingOf } from './counters.ts';

describe('where a sidecar tells what it counts', () => {
  test.each([
    ['10.244.0.7', 'http://10.244.0.7:15090/stats/prometheus?filter='],
    ['fd00::7', 'http://[fd00::7]:15090/stats/prometheus?filter='],
  ])('%s', (ip, url) => {
    expect(counterUrl(ip).slice(0, url.length)).toBe(url);
    expect(counterUrl(ip).slice(url.length)).toMatch(/^[\w.*|()]+$/);
  });

  test('it is asked for what is read, and for little else', () => {
    const filter = new RegExp(new URL(counterUrl('10.244.0.7')).searchParams.get('filter') as string);
    const asked = [
      ...['http.inbound_0.0.0.0_8080;.downstream_cx_total', 'http.inbound_10.244.0.7_8080.downstream_cx_ssl_active'],
      ...['http.inbound_0.0.0.0_8080;.downstream_rq_total', 'tcp.inbound|8090||.downstream_cx_total'],
      ...['tcp.InboundPassthroughClusterIpv4.downstream_cx_total', 'listener.[__]_15006.ssl.handshake'],
      ...['listener.0.0.0.0_15006.ssl.fail_verify_no_cert', 'listener.0.0.0.0_15006.downstream_cx_total'],
    ];
    const other = [
      ...['http.inbound_0.0.0.0_8080;.downstream_cx_length_ms', 'http.outbound_0.0.0.0_8000.downstream_cx_total'],
      ...['listener.0.0.0.0_15001.downstream_cx_total', 'listener.0.0.0.0_15006.worker_0.downstream_cx_total'],
    ];
    expect([...asked, ...other].filter((name) => filter.test(name))).toEqual(asked);
  });
});

/** The statistics of a sidecar with Envoy 1.40 after a step with STRICT. The histogram is shortened. */
const statistics = `# TYPE envoy_http_downstream_cx_destroy counter
envoy_http_downstream_cx_destroy{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 148
# TYPE envoy_http_downstream_cx_http1_total counter
envoy_http_downstream_cx_http1_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 149
# TYPE envoy_http_downstream_cx_ssl_total counter
envoy_http_downstream_cx_ssl_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 6
# TYPE envoy_http_downstream_cx_total counter
envoy_http_downstream_cx_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 150
# TYPE envoy_http_downstream_cx_active gauge
envoy_http_downstream_cx_active{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 2
# TYPE envoy_http_downstream_cx_ssl_active gauge
envoy_http_downstream_cx_ssl_active{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 1
# TYPE envoy_http_downstream_cx_length_ms histogram
envoy_http_downstream_cx_length_ms_bucket{http_conn_manager_prefix="inbound_0.0.0.0_8080",le="5"} 14
envoy_http_downstream_cx_length_ms_count{http_conn_manager_prefix="inbound_0.0.0.0_8080"} 18
`;
const counts: ConnectionCounts = { total: 150, tls: 6, active: 2, activeTls: 1 };

describe('a sidecar’s statistics', () => {
  test('hold how many inbound connections there were and are, with TLS and in all', () => {
    expect(connectionsIn(statistics, 8080)).toEqual(counts);
  });

  test('before Istio 1.28 have the listener in the names', () => {
    const named = statistics.replaceAll(
      /envoy_http_(\w+)\{http_conn_manager_prefix="inbound_0.0.0.0_8080",?/g,
      'envoy_http_inbound_0_0_0_0_8080_$1{',
    );
    expect(named).toContain('envoy_http_inbound_0_0_0_0_8080_downstream_cx_total{} 150');
    expect(connectionsIn(named, 8080)).toEqual(counts);
    expect(connectionsIn(named.replaceAll('_inbound_', '_outbound_'), 8080)).toBeUndefined();
  });

  test('of several ports are told apart, those of several addresses are added up', () => {
    const port = statistics.replaceAll('inbound_0.0.0.0_8080', 'inbound_0.0.0.0_9090').replaceAll('} 150', '} 7');
    const address = statistics.replaceAll('inbound_0.0.0.0_8080', 'inbound_[::]_8080');
    expect(connectionsIn(statistics + port, 8080)).toEqual(counts);
    expect(connectionsIn(statistics + port, 9090)).toEqual({ ...counts, total: 7 });
    expect(connectionsIn(statistics + address, 8080)).toEqual({ total: 300, tls: 12, active: 4, activeTls: 2 });
    expect(connectionsIn(statistics, 80)).toBeUndefined();
  });

  test('of what the sidecar itself asks, and of its own admin and statistics ports, do not count', () => {
    const others = ['outbound_0.0.0.0_8000', 'admin', 'stats', 'agent'].map((name) =>
      statistics.replaceAll('inbound_0.0.0.0_8080', name),
    );
    expect(connectionsIn([statistics, ...others].join(''), 8080)).toEqual(counts);
    expect(connectionsIn(others.join(''), 8080)).toBeUndefined();
  });

  test('that are not kept are none, and not 0', () => {
    expect(connectionsIn('', 8080)).toBeUndefined();
    expect(connectionsIn('<html>', 8080)).toBeUndefined();
    for (const name of ['cx_total', 'cx_ssl_total', 'cx_active', 'cx_ssl_active']) {
      const without = statistics.split('\n').filter((line) => !line.startsWith(`envoy_http_downstream_${name}{`));
      expect(connectionsIn(without.join('\n'), 8080)).toBeUndefined();
    }
  });

  test('that are no numbers are none either', () => {
    expect(connectionsIn(statistics.replace('} 150', '} many'), 8080)).toBeUndefined();
  });
});

describe('of ports whose bytes it passes on', () => {
  /** The statistics of a sidecar with one HTTP port, which had 6 connections with TLS. */
  const passedOn = `envoy_listener_downstream_cx_total{listener_address="0.0.0.0_15006"} 190
envoy_listener_ssl_handshake{listener_address="0.0.0.0_15006"} 20
envoy_listener_ssl_fail_verify_no_cert{listener_address="0.0.0.0_15006"} 3
envoy_listener_ssl_connection_error{listener_address="0.0.0.0_15006"} 0
envoy_listener_ssl_handshake{listener_address="10.244.0.7_15008"} 500
envoy_listener_ssl_versions_TLSv1_3{listener_address="0.0.0.0_15006"} 20
envoy_tcp_downstream_cx_total{tcp_prefix="inbound|8090||"} 40
envoy_tcp_downstream_cx_total{tcp_prefix="inbound|8443||"} 2
envoy_tcp_downstream_cx_total{tcp_prefix="outbound|90||echo.full.svc.cluster.local"} 800
`;

  test('a sidecar counts TLS for its listener as a whole, of which HTTP’s is no part', () => {
    const both = statistics + passedOn;
    expect(connectionsIn(both, 'passed-on')).toEqual({ total: 42, tls: 17, active: 0, activeTls: 0 });
    const named = both
      .replace(
        'envoy_tcp_downstream_cx_total{tcp_prefix="inbound|8090||"}',
        'envoy_tcp_inbound_8090___downstream_cx_total{}',
      )
      .replace(
        'envoy_http_downstream_cx_ssl_total{http_conn_manager_prefix="inbound_0.0.0.0_8080"}',
        'envoy_http_inbound_0_0_0_0_8080_downstream_cx_ssl_total{}',
      );
    expect(connectionsIn(named, 'passed-on')).toEqual({ total: 42, tls: 17, active: 0, activeTls: 0 });
  });

  test.each([
    'envoy_tcp_downstream_cx_total{tcp_prefix="InboundPassthroughCluster"}',
    'envoy_tcp_InboundPassthroughClusterIpv4_downstream_cx_total{}',
  ])('ports that no Service declares are among them: %s', (name) => {
    const both = `${statistics}${passedOn}${name} 5\n`;
    expect(connectionsIn(both, 'passed-on')).toMatchObject({ total: 47, tls: 17 });
  });

  test('a listener that takes no TLS has no counter of it', () => {
    const disabled = passedOn.replaceAll(/^envoy_listener_ssl.*\n/gm, '');
    expect(connectionsIn(disabled, 'passed-on')).toEqual({ total: 42, tls: 0, active: 0, activeTls: 0 });
  });

  test('a sidecar whose listener’s statistics are not kept says nothing', () => {
    const dropped = passedOn.replaceAll(/^envoy_listener.*\n/gm, '');
    expect(connectionsIn(statistics + dropped, 'passed-on')).toBeUndefined();
  });
});

test('a reading has each pod’s counts, or why there are none', () => {
  const counters = [0, 1, 2, 3, 4].map((nth) => counterAt(nth));
  const answers = [
    answer('p', { body: statistics }),
    answer('p', { body: '# TYPE a counter' }),
    answer(503),
    answer(7),
    answer('p', { body: statistics, curlExit: 18 }),
  ];
  const byUrl = new Map(counters.map(({ url }, at) => [url, answers[at] as Answer]));
  const reading = readingOf(counters, byUrl);
  expect(reading).toEqual({
    'full/httpbin-0 8080': counts,
    'full/httpbin-1 8080': { code: 'server-uncounted', pod: 'full/httpbin-1', port: 8080 },
    'full/httpbin-2 8080': { code: 'server-port', pod: 'full/httpbin-2', status: 503 },
    'full/httpbin-3 8080': { code: 'server-port', pod: 'full/httpbin-3', curlExit: 7 },
    'full/httpbin-4 8080': { code: 'server-port', pod: 'full/httpbin-4', curlExit: 18 },
  });
  expect(Object.values(reading).flatMap((one) => ('code' in one ? [gapWords(one)] : []))).toEqual([
    'the sidecar of full/httpbin-1 does not count the connections of port 8080',
    'port 15090 of full/httpbin-2 answered HTTP 503',
    'port 15090 of full/httpbin-3 answered curl exit 7',
    'port 15090 of full/httpbin-4 answered curl exit 18',
  ]);
});
