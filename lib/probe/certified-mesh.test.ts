import { InconclusiveError } from '../platform/errors.ts';
import { defaultLimits as convergence } from '../platform/limits.ts';
import {
  cell,
  certificatesBody,
  counterAt,
  hash,
  type JudgementInWords,
  markOf,
  place,
  printed,
  printedCounts,
  printedOutbound,
  scripted,
  simulatedClock,
} from './fixtures.ts';
import { askedAndJudged } from './record-fixtures.ts';
import type { ProbeClient } from './types.ts';

// Asks a simulated mesh where httpbin.full gets mutual TLS from one client with a sidecar, and plain text from another.

const endpoints = new Map([[place.address, 'full/0']]);
const cells = [
  { ...cell('full→full', 'm'), clusters: [place.cluster] },
  cell('full→legacy', 'p'),
  { ...cell('other→full', 'p'), clusters: [place.cluster] },
  cell('other→legacy', 'p'),
];
const clock = simulatedClock();

/** What `full → full` and `other → full` were judged, who was asked for certificates, and which are known now. */
interface Found {
  found: (JudgementInWords | undefined)[];
  asked: string[];
  certificates: Record<string, string[]> | undefined;
}

/** @param certificates those that are known before; undefined if nobody is to look */
async function judged(
  certificates: Map<string, Set<string>> | undefined,
  answer: (mark: string) => string = (mark) => printed('p', { body: certificatesBody(), mark }),
): Promise<Found> {
  const asked: string[] = [];
  const clientOf = (name: string): ProbeClient => {
    const own = scripted(clock, (server) => (name === 'full' && server === 'full' ? 'm' : 'p'));
    return {
      run: async (script, timeoutMs) => {
        await new Promise(setImmediate);
        if (script.includes(':15090/')) return { stdout: printedCounts({ total: 9, tls: 5 }, markOf(script)) };
        // What the sidecar counted is read in one line, alone or before the requests.
        const [head = '', ...others] = script.split('\n');
        if (head.includes('localhost:15000/clusters')) {
          const requests = own.batches.flat().filter((server) => server === 'full').length;
          const counted = printedOutbound(markOf(head), place, { requests, connections: 1, handshakes: 1 });
          const { stdout } = others.length === 0 ? { stdout: '' } : await own.run(others.join('\n'), timeoutMs);
          return { stdout: counted + stdout };
        }
        if (!script.includes('localhost:15000/')) return own.run(script, timeoutMs);
        asked.push(name);
        return { stdout: answer(markOf(script)) };
      },
    };
  };
  const probeClients = new Map(['full', 'other'].map((name) => [name, clientOf(name)]));
  const { signal } = new AbortController();
  const { asked: record, judgements } = await askedAndJudged({
    cells,
    probeClients,
    counters: [counterAt(0)],
    endpoints,
    ...(certificates && { certificates }),
    appliedAt: performance.timeOrigin,
    convergence,
    signal,
  });
  const found = ['full→full', 'other→full'].map((id) => judgements[id]);
  return { found, asked, certificates: record.sidecars?.certificates };
}

const verdictsOf = ({ found }: Found) => found.map((one) => one?.verdict);

test('the certificate of the client proves what counters cannot tell apart, and is asked for once', async () => {
  const first = await judged(new Map());
  expect(verdictsOf(first)).toEqual(['pass', 'pass']);
  expect(first.asked).toEqual(['full']);
  expect(first.certificates).toEqual({ full: [hash] });
  const known = new Map([['full', new Set(first.certificates?.['full'])]]);
  expect(await judged(known)).toMatchObject({ asked: [], found: [{ verdict: 'pass' }, { verdict: 'pass' }] });
});

test('a certificate that the sidecar has since replaced is asked for again, and the old one still known', async () => {
  const certificates = new Map([['full', new Set(['an older one'])]]);
  const again = await judged(certificates);
  expect(verdictsOf(again)).toEqual(['pass', 'pass']);
  expect(new Set(again.certificates?.['full'])).toEqual(new Set(['an older one', hash]));
  // Whoever asks is told what is known, and keeps it: what was handed over stays as it was.
  expect(certificates).toEqual(new Map([['full', new Set(['an older one'])]]));
});

test('a header with the certificate of somebody else passes nowhere', async () => {
  const body = certificatesBody();
  const others = new Map([['full', new Set(['the certificate of the client'])]]);
  const { found } = await judged(others, (mark) => printed(404, { body, mark }));
  expect(found[0]).toMatchObject({ verdict: 'inconclusive', why: expect.stringContaining('of no certificate') });
  expect(found[1]?.verdict).toBe('inconclusive');
});

test.each<[string, Map<string, Set<string>> | undefined, (mark: string) => string]>([
  ['nobody asks', undefined, () => ''],
  ['the sidecar does not say', new Map(), (mark: string) => printed(404, { mark })],
  ['another server answers', new Map(), (mark: string) => printed('p', { mark })],
  [
    'the shell is lost',
    new Map(),
    () => {
      throw new InconclusiveError('the shell was lost');
    },
  ],
])(
  'without certificates, since %s, counters decide alone: those of the client tell mutual TLS, but not that nobody hides it',
  async (_, certificates, answer) => {
    const { found } = await judged(certificates, answer);
    const inDoubt = { verdict: 'inconclusive', why: expect.stringContaining('its counters do not tell them apart') };
    expect(found).toEqual([expect.objectContaining({ verdict: 'pass' }), expect.objectContaining(inDoubt)]);
  },
);
