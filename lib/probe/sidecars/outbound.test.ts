import type { Gap } from '../../verdict/gaps.ts';
import { gapWords } from '../../verdict/gaps.ts';
import { MARK, outboundCounts, place, printedOutbound } from '../fixtures.ts';
import { outboundIn, outboundScript } from './outbound.ts';

describe('the script', () => {
  test('asks the sidecar in its own pod, and keeps what is said of the clusters', () => {
    const script = outboundScript([place.cluster], { mark: MARK, seconds: 2 });
    expect(script).toMatch(/^curl -s -m 2 -w '\\n--automtls-0-- .*' 'http:\/\/localhost:15000\/clusters' 'http/);
    expect(script).toContain('(outbound[|]8000[|][|]httpbin[.]full[.]svc[.]cluster[.]local)::');
    expect(script).toContain('cluster[.](outbound[|]8000[|][|]httpbin[.]full[.]svc[.]cluster[.]local);?[.]');
  });
});

describe('reading what it printed', () => {
  test('leaves what came after it', () => {
    const counts = { requests: 100, connections: 2, handshakes: 2 };
    const { rest } = outboundIn(`${printedOutbound(MARK, place, counts)}an answer\nand its report\n`, MARK);
    expect(rest).toBe('an answer\nand its report\n');
  });

  test('requests, connections and handshakes of each endpoint, IPv6 too', () => {
    const counts = { requests: 9, connections: 2, handshakes: 2, failed: 1 };
    for (const [written, address] of [
      ['10.0.0.1', '10.0.0.1'],
      ['[fd00::1]', 'fd00::1'],
    ] as const) {
      expect(outboundCounts(counts, written)).toEqual({
        clusters: {
          [place.cluster]: {
            handshakes: 2,
            total: { requests: 9, connections: 2 },
            endpoints: { [address]: { requests: 9, connections: 2, failed: 1 } },
          },
        },
        changes: 'cluster_manager.cluster_added: 9',
      });
    }
  });

  test('what its clusters counted in all, of endpoints that are gone, too', () => {
    const counts = { requests: 9, connections: 2, total: { requests: 12, connections: 3 } };
    expect(outboundCounts(counts)).toMatchObject({ clusters: { [place.cluster]: { total: counts.total } } });
  });

  test.each<[string, Gap]>([
    ['', { code: 'client-port' }],
    [`${MARK} 0 200\n`, { code: 'client-port' }],
    [`${MARK} 0 503\n${MARK} 0 200\n`, { code: 'client-port', status: 503 }],
    [`${MARK} 7 000\n${MARK} 7 000\n`, { code: 'client-port', curlExit: 7 }],
    [`${MARK} 0 200\n${MARK} 28 000\n`, { code: 'client-port', curlExit: 28 }],
  ])('is none if the sidecar did not answer: %j', (output, gap) => {
    expect(outboundIn(output, MARK).reading).toEqual(gap);
  });

  test('says in words how the sidecar answered', () => {
    const answered = (gap: object) => gapWords({ code: 'client-port', ...gap });
    const port = "port 15000 of the client's sidecar, which its pod alone reaches, answered";
    expect([answered({}), answered({ curlExit: 7 }), answered({ status: 503 })]).toEqual([
      `${port} curl exit unknown`,
      `${port} curl exit 7`,
      `${port} HTTP 503`,
    ]);
  });
});
