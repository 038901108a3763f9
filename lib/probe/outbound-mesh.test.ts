import { defaultLimits as convergence } from '../platform/limits.ts';
import {
  cell,
  type JudgementInWords,
  markOf,
  place,
  printedOutbound,
  type Reply,
  scripted,
  simulatedClock,
} from './fixtures.ts';
import { judged } from './record-fixtures.ts';
import type { Cell, ProbeClient } from './types.ts';

// When the counters of a client's own sidecar are read, in a step that changes what becomes of another client.

const clock = simulatedClock();

/** Returns how many requests `full` had made at each reading, and whether it made none with it; and what counted. */
async function readingsOf(full: Cell) {
  const sent: number[] = [];
  const alone: boolean[] = [];
  const own = scripted(clock, (_, nth): Reply => (full.answers === 21 || nth > 4 ? 'm' : 'p'));
  const meshed: ProbeClient = {
    run: async (script, timeoutMs) => {
      await new Promise(setImmediate);
      const [head = '', ...others] = script.split('\n');
      if (!head.includes('localhost:15000/clusters')) return own.run(script, timeoutMs);
      const requests = own.batches.flat().length;
      sent.push(requests);
      alone.push(others.length === 0);
      const counts = printedOutbound(markOf(head), place, { requests, connections: 1, handshakes: 1 });
      const { stdout } = others.length === 0 ? { stdout: '' } : await own.run(others.join('\n'), timeoutMs);
      return { stdout: counts + stdout };
    },
  };
  const legacy = scripted(clock, (server, nth): Reply => (server === 'full' && nth > 4 ? 56 : 'p'));
  const judgements = await judged({
    cells: [full, cell('legacy→full', '56', 'p'), cell('legacy→legacy', 'p')],
    probeClients: new Map([
      ['full', meshed],
      ['legacy', legacy],
    ]),
    endpoints: new Map([[place.address, 'full/0']]),
    appliedAt: performance.timeOrigin,
    convergence,
    signal: new AbortController().signal,
    counters: [],
  });
  const { counted, verdict } = judgements[full.id] as JudgementInWords;
  return { sent, alone, counted, verdict };
}

test('a client that waits for others reads them meanwhile, and once: nothing that it asked before is counted as sent', async () => {
  const { sent, alone, counted, verdict } = await readingsOf({ ...cell('full→full', 'm'), clusters: [place.cluster] });
  expect(verdict).toBe('pass');
  expect(alone).toEqual([true, true]);
  expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBe(counted);
});

test('one that asks until the sample reads them with its first requests', async () => {
  const changing = { ...cell('full→full', 'm', 'p'), clusters: [place.cluster] };
  const { sent, alone, counted } = await readingsOf(changing);
  expect(alone).toEqual([false, true]);
  expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBe(counted);
  expect(sent[0]).toBeGreaterThan(0);
});
