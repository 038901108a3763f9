import {
  cell,
  identity,
  MARK,
  outboundCounts,
  place,
  printedOutbound,
  type SentCounts,
} from '../../../probe/fixtures.ts';
import { outboundIn } from '../../../probe/sidecars/outbound.ts';
import type { Cell } from '../../../probe/types.ts';
import { gapWords } from '../../gaps.ts';
import type { Seen } from '../../judgement.ts';
import type { Observation } from '../../observed.ts';
import { reasonWords } from '../../reasons.ts';
import type { OutboundReadings } from '../../record/asked.ts';
import { type ClientEvidence, sentFor as sentBy } from './outbound.ts';

const workloads = { '10.0.0.1': 'full/0', '10.0.0.2': 'full/1' };
const seen = (observation: Observation, counted: number): Seen => ({
  observation,
  counted,
  count: counted,
  firstMs: 0,
  lastMs: 0,
});
const mutual: Observation = { kind: 'mtls', identity };

/** Returns what a client's sidecar says, in words. */
function inWords(sent: ClientEvidence) {
  if ('unknown' in sent) return { ...sent, unknown: gapWords(sent.unknown) };
  if ('strays' in sent) return { strays: reasonWords(sent.strays) };
  return 'contradicts' in sent ? { contradicts: reasonWords(sent.contradicts) } : sent;
}
const sentFor = (...facts: Parameters<typeof sentBy>) => inWords(sentBy(...facts));

const before = { requests: 100, connections: 2, handshakes: 2 };

/** Returns what the client's sidecar says of ninety answers over mutual TLS, or of others. */
function saying(first: SentCounts, last: SentCounts, { of = cell('full→full', 'm'), all = [seen(mutual, 90)] } = {}) {
  const asked: Cell = { ...of, clusters: [place.cluster] };
  const readings = { first: outboundCounts(first), last: outboundCounts(last) };
  return sentFor(asked, { seen: all, requests: 120 }, readings, workloads);
}

/** Returns what the client's sidecar counted of requests to two endpoints. */
function bothEndpoints(one: number, other: number) {
  const printed = [
    printedOutbound(MARK, place, { requests: one, connections: 1, handshakes: 1 }).split('\n')[2],
    printedOutbound(
      MARK,
      { ...place, address: '10.0.0.2' },
      { requests: other, connections: 1, handshakes: 1, total: { requests: one + other, connections: 2 } },
    ),
  ];
  return outboundIn(printed.join('\n'), MARK).reading;
}

describe('the client’s sidecar', () => {
  test('agrees if it sent as many requests, over connections with TLS alone', () => {
    expect(saying(before, { requests: 190, connections: 2, handshakes: 2 })).toEqual({ agrees: true });
    expect(saying(before, { requests: 195, connections: 5, handshakes: 5 })).toEqual({ agrees: true });
    expect(saying(before, { requests: 195, connections: 6, handshakes: 5, failed: 1 })).toEqual({ agrees: true });
  });

  test('contradicts if it sent fewer requests: they went past it', () => {
    expect(saying(before, { requests: 189, connections: 2, handshakes: 2 })).toEqual({
      contradicts: expect.stringMatching(
        /^90 answers came, but the client's own sidecar made only 89 requests to the server/,
      ),
    });
  });

  test('contradicts if it opened connections without TLS, or never made a handshake', () => {
    expect(saying(before, { requests: 190, connections: 4, handshakes: 3 })).toEqual({
      contradicts: expect.stringContaining('opened 2 connections to full/0 with 1 TLS handshakes, 3 since it started'),
    });
    expect(saying({ ...before, handshakes: 0 }, { requests: 190, connections: 2, handshakes: 0 })).toEqual({
      contradicts: expect.stringContaining('0 since it started'),
    });
  });

  test('cannot tell if a handshake of somebody else may be under way', () => {
    const shared = (connections: number) => saying(before, { requests: 300, connections, handshakes: 2 });
    expect(shared(4)).toEqual({ unknown: expect.stringContaining('somebody else sends requests') });
    expect(shared(5)).toEqual({ contradicts: expect.any(String) });
  });

  test('tells which of two endpoints answered: plain text beyond what went to the one without a sidecar is a leak', () => {
    const mixed: Cell = { ...cell('full→full', ['m', 'p']), clusters: [place.cluster] };
    const answers = (tls: number, plain: number) => ({
      seen: [seen(mutual, tls), seen({ kind: 'plain' }, plain)],
      requests: 95,
    });
    const readings = { first: bothEndpoints(10, 10), last: bothEndpoints(55, 55) };
    expect(sentFor(mixed, answers(45, 45), readings, workloads)).toEqual({ agrees: true });
    expect(sentFor(mixed, answers(30, 60), readings, workloads)).toEqual({
      contradicts: expect.stringMatching(
        /^60 answers came in plain text as if from full\/1, .* made only 45 requests there/,
      ),
    });
  });

  test('agrees with a server that hides all identities, whose answers over mutual TLS look like plain text', () => {
    const mixed: Cell = { ...cell('full→full', ['m', 'p']), clusters: [place.cluster] };
    const hidden = { seen: [seen({ kind: 'plain' }, 90)], requests: 95 };
    const last = (other: number) => bothEndpoints(55, other);
    const sent = (other: number) =>
      sentFor(mixed, hidden, { first: bothEndpoints(10, 10), last: last(other) }, workloads);
    expect(sent(55)).toEqual({ agrees: true });
    expect(sent(54)).toEqual({ contradicts: expect.stringMatching(/^90 answers came, .* made only 89 requests/) });
  });

  test('knows that nothing went over TLS if it never made a handshake, and would count one', () => {
    const of = cell('full→full', 'p');
    const all = [seen({ kind: 'plain' }, 90)];
    const [first, last] = [
      { requests: 100, connections: 2 },
      { requests: 190, connections: 2 },
    ];
    expect(saying(first, last, { of, all })).toEqual({ agrees: true, withoutTls: true });
    expect(saying(first, { ...last, handshakes: 1 }, { of, all })).toEqual({ agrees: true });
    expect(saying(first, { ...last, total: null }, { of, all })).toEqual({ agrees: true });
  });

  test('over TCP connections count, not requests', () => {
    const of: Cell = { ...cell('full→full', 'm'), protocol: 'tcp' };
    const all = [seen({ kind: 'answered', workload: 'full/0' }, 90)];
    const tcp = (connections: number, handshakes: number) =>
      saying({ requests: 0, connections: 2, handshakes: 2 }, { requests: 0, connections, handshakes }, { of, all });
    expect(tcp(92, 92)).toEqual({ agrees: true });
    expect(tcp(91, 91)).toEqual({ contradicts: expect.stringContaining('made only 89 connections') });
    expect(tcp(92, 91)).toEqual({
      contradicts: expect.stringContaining('90 connections to full/0 with 89 TLS handshakes'),
    });
  });

  test('cannot tell if its cluster may have been made anew meanwhile', () => {
    const again = { requests: 60, connections: 1, handshakes: 3, changes: 10 };
    expect(saying(before, again)).toEqual({ unknown: expect.stringContaining('got new clusters or endpoints') });
    expect(saying({ requests: 5, connections: 1, handshakes: 1 }, { ...again, requests: 90 })).toEqual({
      unknown: expect.stringContaining('got new clusters or endpoints'),
    });
    // So many requests were not sent since.
    const many = { requests: 500, connections: 2, handshakes: 2 };
    expect(saying(many, { ...many, requests: 560, changes: 10 })).toEqual({ contradicts: expect.any(String) });
  });

  test('cannot tell where requests went if an endpoint came anew meanwhile, but how many there were', () => {
    const anew = (requests: number) =>
      saying(before, { requests: 60, connections: 1, handshakes: 3, total: { requests, connections: 3 } });
    expect(anew(190)).toEqual({ unknown: expect.stringContaining('or endpoints meanwhile'), isHeard: true });
    expect(anew(189)).toEqual({ contradicts: expect.stringContaining('made only 89 requests') });
    // Sidecars of older records did not count that.
    const [uncounted, fewer] = [190, 189].map((requests) => ({ ...before, requests, total: null }));
    expect(saying({ ...before, total: null }, uncounted as SentCounts)).toEqual({ agrees: true });
    expect(saying({ ...before, total: null }, fewer as SentCounts)).toEqual({ contradicts: expect.any(String) });
  });

  const [first, last] = [outboundCounts(before), outboundCounts(before)];
  test.each<[string, OutboundReadings]>([
    ['was not asked', {}],
    ['was not asked', { first }],
    ['was not asked', { last }],
    ['is silent', { first: { code: 'reading-lost', error: 'is silent' }, last }],
    ['is silent', { first, last: { code: 'reading-lost', error: 'is silent' } }],
    ['counts no requests as', { first, last: outboundIn(`${MARK} 0 200\n${MARK} 0 200\n`, MARK).reading }],
    ['does not count TLS handshakes', { first, last: outboundCounts({ requests: 190, connections: 2 }) }],
  ])('cannot tell: %s', (why, readings) => {
    expect(
      sentFor({ ...cell('full→full', 'm'), clusters: [place.cluster] }, { seen: [], requests: 0 }, readings, workloads),
    ).toMatchObject({
      unknown: expect.stringContaining(why),
    });
  });

  test('tells that it sent requests to somebody who is none of the server’s pods', () => {
    const strange = (requests: number) => outboundCounts({ requests, connections: 1, handshakes: 1 }, '10.0.0.9');
    const all = { seen: [seen(mutual, 90)], requests: 120 };
    const readings = { first: strange(0), last: strange(7) };
    expect(sentFor({ ...cell('full→full', 'm'), clusters: [place.cluster] }, all, readings, workloads)).toEqual({
      strays: expect.stringContaining('made 7 requests to 10.0.0.9, which was none of'),
    });
  });

  test('may have sent a subset’s requests to the Service as a whole, where no route is for the client', () => {
    const of: Cell = {
      ...cell('full→full', 'm'),
      clusters: ['outbound|8000|one|httpbin.full.svc.cluster.local', place.cluster],
    };
    const readings = {
      first: outboundCounts(before),
      last: outboundCounts({ requests: 190, connections: 2, handshakes: 2 }),
    };
    expect(sentFor(of, { seen: [seen(mutual, 90)], requests: 99 }, readings, workloads)).toEqual({ agrees: true });
  });

  describe('where routes lead requests to subsets', () => {
    const subset = 'outbound|8000|one|httpbin.full.svc.cluster.local';
    const of: Cell = { ...cell('full→full', 'm'), clusters: [place.cluster], routed: [subset] };
    const both = (own: SentCounts, led: SentCounts) => {
      const text = [printedOutbound(MARK, place, own), printedOutbound(MARK, { ...place, cluster: subset }, led)]
        .map((printed) => printed.split('\n'))
        .map((lines) => ({ clusters: lines.slice(0, 3), stats: lines.slice(4, -2) }));
      const end = `${MARK} 0 200`;
      const printed = [
        ...text.flatMap(({ clusters }) => clusters),
        end,
        ...text.flatMap(({ stats }) => stats),
        end,
        '',
      ];
      return outboundIn(printed.join('\n'), MARK).reading;
    };
    const none = { requests: 0, connections: 0, handshakes: 0 };
    const sent = (led: SentCounts, own: SentCounts = none) =>
      sentFor(
        of,
        { seen: [seen(mutual, 90)], requests: 99 },
        { first: both(none, none), last: both(own, led) },
        workloads,
      );

    test('their counters are added to those of the Service', () => {
      expect(sent({ requests: 90, connections: 2, handshakes: 2 })).toEqual({ agrees: true });
      const own = { requests: 50, connections: 1, handshakes: 1 };
      expect(sent({ requests: 40, connections: 1, handshakes: 1 }, own)).toEqual({ agrees: true });
      expect(sent({ requests: 39, connections: 1, handshakes: 1 }, own)).toEqual({
        contradicts: expect.stringContaining('made only 89 requests'),
      });
    });

    test('plain text to one of them is not hidden by handshakes of the other', () => {
      const own = { requests: 50, connections: 1, handshakes: 1 };
      expect(sent({ requests: 40, connections: 1, handshakes: 0 }, own)).toEqual({
        contradicts: expect.stringContaining('2 connections to full/0 with 1 TLS handshakes'),
      });
    });
  });

  test('cannot tell who answered if it passes requests on to the address of the Service', () => {
    const passed = (requests: number) => outboundCounts({ requests, connections: 1 }, '10.96.0.7');
    const of: Cell = { ...cell('full→full', 'p'), clusters: [place.cluster], addresses: ['10.96.0.7'] };
    const readings = { first: passed(0), last: passed(90) };
    expect(sentFor(of, { seen: [seen({ kind: 'plain' }, 90)], requests: 90 }, readings, workloads)).toEqual({
      unknown: expect.stringContaining("the Service's own address"),
      isHeard: true,
    });
  });

  test('is not needed for a refusal', () => {
    const all = [seen({ kind: 'unavailable' }, 90)];
    expect(saying(before, before, { of: cell('full→full', '503'), all })).toEqual({ agrees: true });
  });
});
