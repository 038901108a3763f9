import type { Gap } from '../verdict/gaps.ts';
import { gapWords } from '../verdict/gaps.ts';
import type { Observation } from '../verdict/observation.ts';
import { isArrived, isSettled, type Kind, kindAt } from '../verdict/sidecars/kind.ts';
import {
  type Connections,
  type Counter,
  connectionsIn,
  counterUrl,
  type Reading,
  readingOf,
  requestsTo,
  type Witness,
  witnessOf,
} from './counters.ts';
import { answer, cell, type Reply, type Wanted } from './fixtures.ts';
import type { Answer, Cell } from './types.ts';

/** Returns a counter of the nth endpoint in `expecting`: 0 is a Service's first workload, 1 its second. */
const counter = (nth: number, server = 'full/httpbin'): Counter => ({
  server,
  workload: `full/${nth}`,
  pod: `full/httpbin-${nth}`,
  part: 8080,
  url: `http://10.0.0.${nth}:15090/stats`,
});

const lost = (error: string): Gap => ({ code: 'reading-lost', error });

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
const counts: Connections = { total: 150, tls: 6, active: 2, activeTls: 1 };

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
  const counters = [0, 1, 2, 3, 4].map((nth) => counter(nth));
  const answers = [
    answer('p', { body: statistics }),
    answer('p', { body: '# TYPE a counter' }),
    answer(503),
    answer(7),
    answer('p', { body: statistics, curlExit: 18 }),
  ];
  const byUrl = new Map(counters.map(({ url }, at) => [url, answers[at] as Answer]));
  const reading = readingOf(counters, byUrl);
  expect(Object.fromEntries(reading)).toEqual({
    'full/httpbin-0 8080': counts,
    'full/httpbin-1 8080': { code: 'server-uncounted', pod: 'full/httpbin-1', port: 8080 },
    'full/httpbin-2 8080': { code: 'server-port', pod: 'full/httpbin-2', status: 503 },
    'full/httpbin-3 8080': { code: 'server-port', pod: 'full/httpbin-3', curlExit: 7 },
    'full/httpbin-4 8080': { code: 'server-port', pod: 'full/httpbin-4', curlExit: 18 },
  });
  expect([...reading.values()].flatMap((one) => ('code' in one ? [gapWords(one)] : []))).toEqual([
    'the sidecar of full/httpbin-1 does not count the connections of port 8080',
    'port 15090 of full/httpbin-2 answered HTTP 503',
    'port 15090 of full/httpbin-3 answered curl exit 7',
    'port 15090 of full/httpbin-4 answered curl exit 18',
  ]);
});

test('requests that may have come to a sidecar are counted by Service', () => {
  const [full, partial, legacy] = ['full', 'partial', 'legacy'].map((server) => cell(`legacy→${server}`, 'p')) as [
    ...[Cell, Cell, Cell],
  ];
  const asked = ([of, reply]: [Cell, Reply]) => ({
    ...{ cell: of, answer: answer(reply) },
    observation: { kind: 'plain' } as Observation,
  });
  const went = [
    // Through a sidecar, no way to tell (twice), and reset before a sidecar read the request.
    ...([
      [full, 'P'],
      [full, 503],
      [full, 28],
      [full, 56],
    ] as [Cell, Reply][]),
    // One to the workload with a sidecar, two to the one without.
    ...([
      [partial, 'P'],
      [partial, 'p'],
      [partial, 'p'],
    ] as [Cell, Reply][]),
    ...([
      [legacy, 'p'],
      [legacy, 'p'],
    ] as [Cell, Reply][]),
  ];
  const mixed = new Set(['partial/httpbin', 'legacy/httpbin']);
  expect(Object.fromEntries(requestsTo(went.map(asked), mixed, new Set()))).toEqual({
    'full/httpbin': 3,
    'partial/httpbin': 1,
  });
  expect(requestsTo([], mixed, new Set()).size).toBe(0);
});

test('where every endpoint has a sidecar no answer need tell', () => {
  const full = cell('legacy→full', 'p');
  const went = [answer('p'), answer('P'), answer(503), answer(56)].map((one) => ({
    cell: full,
    answer: one,
    observation: { kind: 'plain' } as Observation,
  }));
  expect(Object.fromEntries(requestsTo(went, new Set(), new Set()))).toEqual({ 'full/httpbin': 3 });
});

test('over a protocol that shows no headers, who answered tells whether a sidecar had a part', () => {
  const tcp = { ...cell('legacy→partial', 'p'), protocol: 'tcp' as const };
  const went = ['full/0', 'full/1', 'full/1'].map((workload) => ({
    ...{ cell: tcp, answer: answer('p') },
    observation: { kind: 'answered', workload } as Observation,
  }));
  const counted = new Set(['full/0']);
  expect(Object.fromEntries(requestsTo(went, new Set(['partial/httpbin']), counted))).toEqual({ 'partial/httpbin': 1 });
});

describe('what two readings show', () => {
  const own = [counter(0)];
  const none: Connections = { total: 0, tls: 0, active: 0, activeTls: 0 };
  const reading = (...all: (Partial<Connections> | Gap)[]): Reading =>
    new Map(all.map((one, nth) => [`full/httpbin-${nth} 8080`, 'code' in one ? one : { ...none, ...one }]));

  /** Returns in words why a witness knows nothing. */
  const unknownOf = (witness: Witness) => ('unknown' in witness ? gapWords(witness.unknown) : undefined);

  /** Returns the witness of two readings. Clients without a sidecar sent the given number of requests in between. */
  const shown = (first: Partial<Connections>, last: Partial<Connections>, requests = 0) =>
    witnessOf(own, reading(first), reading(last), requests);

  test.each<[string, Partial<Connections>, Partial<Connections>, number, boolean, number]>([
    ['nothing came', { total: 9, tls: 4 }, { total: 9, tls: 4 }, 0, false, 0],
    ['a connection with TLS', { total: 9, tls: 4 }, { total: 10, tls: 5 }, 0, true, 0],
    ['a plain-text connection', { total: 9, tls: 4 }, { total: 10, tls: 4 }, 0, false, 1],
    ['both', { total: 9, tls: 4 }, { total: 14, tls: 6 }, 0, true, 3],
    [
      'TLS over a connection that was open before',
      { total: 9, tls: 4, active: 1, activeTls: 1 },
      { total: 9, tls: 4 },
      0,
      true,
      0,
    ],
    [
      'plain text over a connection that was open before',
      { total: 9, tls: 4, active: 2, activeTls: 0 },
      { total: 9, tls: 4 },
      0,
      false,
      2,
    ],
    ['one of each open before', { total: 9, tls: 4, active: 2, activeTls: 1 }, { total: 9, tls: 4 }, 0, true, 1],
    ['what is open after tells nothing', {}, { active: 5, activeTls: 3 }, 0, false, 0],
    ['plain text of clients without a sidecar', { total: 9 }, { total: 99 }, 90, false, 0],
    ['more than they brought', { total: 9 }, { total: 99 }, 89, false, 1],
    ['fewer than they may have brought', { total: 9 }, { total: 19, tls: 5 }, 90, true, 0],
    ['their requests are no TLS', { total: 9, tls: 0 }, { total: 99, tls: 0 }, 0, false, 90],
  ])('%s', (_, first, last, requests, tls, plain) => {
    expect(shown(first, last, requests)).toEqual({ tls, plain });
  });

  test('all pods of the Service are added up', () => {
    const two = [counter(0), counter(1)];
    const [first, last] = [reading({ total: 5, tls: 5 }, { total: 5 }), reading({ total: 7, tls: 7 }, { total: 8 })];
    expect(witnessOf(two, first, last, 0)).toEqual({ tls: true, plain: 3 });
    expect(witnessOf(two, first, last, 2)).toEqual({ tls: true, plain: 1 });
    const with7 = reading({ requests: 2 }, { requests: 5 });
    expect(witnessOf(two, with7, reading({ requests: 4 }, { requests: 10 }), 0)).toMatchObject({ requests: 7 });
    expect(witnessOf(two, with7, reading({ requests: 4 }, {}), 0)).not.toHaveProperty('requests');
  });

  test('a connection that one pod has closed takes nothing from another', () => {
    const two = [counter(0), counter(1)];
    const first = reading({ total: 9, tls: 9, active: 1, activeTls: 1 }, { total: 5 });
    expect(witnessOf(two, first, reading({ total: 9, tls: 9 }, { total: 6 }), 0)).toEqual({ tls: true, plain: 1 });
  });

  test.each<[string, Reading | undefined, Reading | undefined, string]>([
    ['no first reading', undefined, reading({}), 'the sidecar of full/httpbin-0 could not be asked'],
    ['no last reading', reading({}), undefined, 'the sidecar of full/httpbin-0 could not be asked'],
    ['a pod that the first does not have', reading(), reading({}), 'the sidecar of full/httpbin-0 could not be asked'],
    ['a first that failed', reading(lost('port 15090 answered HTTP 503')), reading({}), 'port 15090 answered HTTP 503'],
    ['a last that failed', reading({}), reading(lost('the shell was lost')), 'the shell was lost'],
    [
      ...(['a sidecar that counts from 0 again', reading({ total: 9 }), reading({ total: 8 })] as const),
      'the sidecar of full/httpbin-0 was started anew during the step',
    ],
  ])('nothing is known with %s', (_, first, last, unknown) => {
    expect(unknownOf(witnessOf(own, first, last, 0))).toBe(unknown);
  });

  test('nor where one of several could not be read', () => {
    const first = reading({}, {});
    const last = reading({ total: 1, tls: 1 }, lost('the shell was lost'));
    expect(witnessOf([counter(0), counter(1)], first, last, 0)).toEqual({ unknown: lost('the shell was lost') });
  });

  test('nor of a server without a sidecar that could be asked', () => {
    expect(unknownOf(witnessOf([], reading({}), reading({}), 0))).toBe(
      'no sidecar of the server could be asked what it counted',
    );
  });
});

describe('what a Service’s sidecars are expected to take from clients with one', () => {
  const kind = (own: Counter[], ...cells: Cell[]) => kindAt('full/httpbin', own, cells);

  test.each<[string, Wanted | Wanted[], Kind | undefined]>([
    ['mutual TLS alone', 'm', 'mtls'],
    ['plain text alone', 'p', 'plain'],
    ['mutual TLS, and rarely a refusal', ['m', '~503'], 'mtls'],
    ['neither, where they refuse', '503', undefined],
    ['nor where they reset', '56', undefined],
    ['mutual TLS, beside refusals', ['m', '503'], 'mtls'],
    ['plain text, beside refusals', ['503', 'p'], 'plain'],
  ])('%s', (_, wanted, expected) => {
    expect(kind([counter(0), counter(1)], cell('full→full', wanted))).toBe(expected);
  });

  test('several kinds, by endpoint', () => {
    expect(kind([counter(0), counter(1)], cell('full→full', ['m', 'p']))).toBe('mixed');
  });

  test('or by client', () => {
    const other = { ...cell('partial→full', 'p'), sidecar: true };
    expect(kind([counter(0)], cell('full→full', 'm'), other)).toBe('mixed');
    expect(kind([counter(0)], cell('full→full', 'p'), other)).toBe('plain');
  });

  test('any kind, where what one of them gets is not certain', () => {
    const [sure, unsure] = [cell('full→full', 'm'), cell('partial→full', 'm')];
    const notJudged = { ...unsure, sidecar: true, expectation: { ...unsure.expectation, notJudged: ['x'] } };
    expect(kind([counter(0)], sure, { ...unsure, sidecar: true })).toBe('mtls');
    expect(kind([counter(0)], sure, notJudged)).toBe('mixed');
    expect(kind([counter(0)], sure, { ...notJudged, sidecar: false })).toBe('mtls');
    expect(kind([], notJudged)).toBe('mtls');
  });

  test('what goes to the endpoint without a sidecar is not theirs', () => {
    expect(kind([counter(0)], cell('full→full', ['m', 'p']))).toBe('mtls');
    expect(kind([counter(1)], cell('full→full', ['503', 'p']))).toBe('plain');
  });

  test('what clients without a sidecar bring is not looked at', () => {
    expect(kind([counter(0)], cell('full→full', 'm'), cell('legacy→full', 'p'))).toBe('mtls');
    expect(kind([counter(0)], cell('legacy→full', 'p'))).toBeUndefined();
  });

  test('what goes to other Services is not either', () => {
    expect(kind([counter(0)], cell('full→full', 'm'), cell('full→partial', 'p'))).toBe('mtls');
    expect(kind([counter(0)], cell('full→partial', 'p'))).toBeUndefined();
  });

  test('mutual TLS ends at a sidecar, also where none is known, so that it does not go unwitnessed', () => {
    expect(kind([], cell('full→full', 'm'))).toBe('mtls');
    expect(kind([], cell('full→full', 'p'))).toBeUndefined();
  });
});

describe('a change that only counters can show has arrived', () => {
  test.each<[string, Kind | undefined, Witness, boolean]>([
    ['mutual TLS alone', 'mtls', { tls: true, plain: 0 }, true],
    ['not without any', 'mtls', { tls: false, plain: 0 }, false],
    ['nor with plain text beside it', 'mtls', { tls: true, plain: 1 }, false],
    ['plain text alone', 'plain', { tls: false, plain: 3 }, true],
    ['not with TLS beside it', 'plain', { tls: true, plain: 3 }, false],
    ['nor if nothing is known', 'plain', { unknown: lost('the shell was lost') }, false],
    ['with several kinds nothing can be waited for', 'mixed', { tls: true, plain: 3 }, true],
  ])('%s', (_, kind, witness, arrived) => {
    expect(isArrived(kind, witness)).toBe(arrived);
  });
});

describe('connections of before are gone', () => {
  const settled = (kind: Kind | undefined, ...all: (Partial<Connections> | Gap | undefined)[]) => {
    const own = all.map((_, nth) => counter(nth));
    const counted = all.flatMap((one, nth) => {
      if (one === undefined) return [];
      const read = 'code' in one ? one : { total: 9, tls: 9, active: 0, activeTls: 0, ...one };
      return [[`full/httpbin-${nth} 8080`, read] as const];
    });
    return isSettled(own, kind, new Map(counted));
  };

  test.each<[string, Kind | undefined, Partial<Connections>, boolean]>([
    ['none is open', 'mtls', {}, true],
    ['with TLS alone where mutual TLS is expected', 'mtls', { active: 2, activeTls: 2 }, true],
    ['but not while one is open in plain text', 'mtls', { active: 2, activeTls: 1 }, false],
    ['none is open', 'plain', {}, true],
    ['in plain text alone where that is expected', 'plain', { active: 2 }, true],
    ['but not while one is open with TLS', 'plain', { active: 2, activeTls: 1 }, false],
    ['of either kind where several are expected', 'mixed', { active: 2, activeTls: 1 }, true],
    ['or where no client with a sidecar asks', undefined, { active: 2, activeTls: 1 }, true],
  ])('%s (%s)', (_, kind, connections, expected) => {
    expect(settled(kind, connections)).toBe(expected);
  });

  test('at every pod', () => {
    expect(settled('mtls', { active: 1, activeTls: 1 }, { active: 1 })).toBe(false);
    expect(settled('mtls', { active: 1 }, { active: 1, activeTls: 1 })).toBe(false);
  });

  test('one that cannot be read says nothing of it: it is asked again', () => {
    expect(settled('mtls', lost('the shell was lost'))).toBe(false);
    expect(settled('mtls', undefined)).toBe(false);
    expect(settled('mtls', lost('the shell was lost'), { active: 1 })).toBe(false);
  });
});
