import { answer, cell, counterAt } from '../../../probe/fixtures.ts';
import { type Answered, batchOf, recordOf } from '../../../probe/record-fixtures.ts';
import type { Cell } from '../../../probe/types.ts';
import type { AnswerPhase, AskedRecord, Pair, Reading, SidecarsRecord } from '../../record/asked.ts';
import { decide } from '../answers/decide.ts';
import { talliesOf } from '../answers/replay.ts';
import type { Tally } from '../answers/tally.ts';
import { judgePairs } from '../pairs.ts';
import { evidenceIn } from './evidence.ts';
import type { CountedTraffic } from './weigh.ts';

const full = cell('full→full', 'm');
const partial = cell('full→partial', 'm');
const plainToFull = cell('legacy→full', 'p');
const pairs = [full, partial, plainToFull, cell('legacy→partial', 'p')];
const counters = [counterAt(0, 'full/httpbin'), counterAt(0, 'partial/httpbin')];

/** What one batch brought: its answers, and how it was sent. */
interface Brought {
  client: string;
  endedMs: number;
  answers: Answered[];
  part?: AnswerPhase;
}

/** Returns what the sidecars of a pair's server counted. */
function foundAt(
  pair: Pair,
  sidecars: SidecarsRecord,
  batches: Brought[] = [],
  of: Pair[] = pairs,
): CountedTraffic | undefined {
  const asked = recordOf(of, { sidecars });
  for (const { client, endedMs, answers, part = 'sample' } of batches) {
    asked.batches.push(batchOf(asked, { client, part, sentMs: 0, endedMs }, [{ answers }]));
  }
  const tallies = talliesOf(asked);
  const judgement = decide(pair, tallies.get(pair) as Tally, asked.limits);
  return evidenceIn({ asked, sidecars, tallies })(pair, judgement).server;
}

/** Returns what sidecars said 2 s after the step, and after all batches. */
function saying(first: Reading | undefined, last: Reading | undefined): SidecarsRecord {
  return { counters, first: { atMs: 2_000, ...(first && { counts: first }) }, ...(last && { last }), sent: {} };
}

const reading = (total: number, tls: number, ofPartial = { total, tls }): Reading => ({
  'full/httpbin-0 8080': { total, tls, active: 0, activeTls: 0 },
  'partial/httpbin-0 8080': { ...ofPartial, active: 0, activeTls: 0 },
});

/** Returns a batch that made requests to httpbin.full, each over a connection in plain text. */
const bringing = (of: Cell, endedMs: number, requests: number): Brought => ({
  client: of.client,
  endedMs,
  answers: Array<Answered>(requests).fill([of, answer('P')]),
});

describe('what a server’s sidecars counted', () => {
  test('is the difference between the two readings, each server its own', () => {
    const sidecars = saying(reading(10, 5), reading(11, 6, { total: 12, tls: 5 }));
    expect(foundAt(full, sidecars)).toMatchObject({ kind: 'mtls', counts: { tls: true, plain: 0 } });
    expect(foundAt(partial, sidecars)).toMatchObject({ kind: 'mtls', counts: { tls: false, plain: 2 } });
  });

  test('but for what clients without a sidecar brought to it meanwhile', () => {
    const sidecars = saying(reading(10, 5), reading(41, 6));
    const batches = [
      bringing(plainToFull, 3_000, 10),
      bringing(plainToFull, 4_000, 15),
      // Requests of a client with a sidecar are not subtracted: their connections are what the counters are for.
      bringing(full, 3_000, 100),
    ];
    expect(foundAt(full, sidecars, batches)?.counts).toEqual({ tls: true, plain: 5 });
    expect(foundAt(partial, sidecars, batches)?.counts).toEqual({ tls: true, plain: 30 });
  });

  test('a batch that was over before the first reading was counted by it', () => {
    const sidecars = saying(reading(10, 5), reading(21, 6));
    const went = (endedMs: number) => foundAt(full, sidecars, [bringing(plainToFull, endedMs, 10)])?.counts;
    expect(went(1_999)).toEqual({ tls: true, plain: 10 });
    expect(went(2_000)).toEqual({ tls: true, plain: 10 });
    expect(went(2_001)).toEqual({ tls: true, plain: 0 });
  });

  test('one that was under way may have come after it, though the sample had not started', () => {
    const early: Brought = { ...bringing(plainToFull, 2_100, 10), part: 'grace' };
    const found = foundAt(full, saying(reading(10, 5), reading(21, 6)), [early]);
    expect(found?.counts).toEqual({ tls: true, plain: 0 });
  });

  test('is unknown without one of the readings', () => {
    const unknown = { kind: 'mtls', counts: { unknown: { code: 'server-unasked', pod: 'full/httpbin-0' } } };
    expect(foundAt(full, saying(undefined, reading(1, 1)))).toMatchObject(unknown);
    expect(foundAt(full, saying(reading(1, 1), undefined))).toMatchObject(unknown);
    expect(foundAt(full, { counters, sent: {} })).toMatchObject(unknown);
  });

  test('is unknown of a server that should take mutual TLS and has no sidecar to ask', () => {
    expect(foundAt(full, { counters: [], sent: {} })).toMatchObject({
      kind: 'mtls',
      counts: { unknown: { code: 'server-unasked' } },
    });
  });

  test('is nothing where no client with a sidecar asks', () => {
    const same = cell('legacy→legacy', 'p');
    const sidecars = { counters: [counterAt(0, 'legacy/httpbin')], sent: {} };
    expect(foundAt(same, sidecars, [], [same])).toBeUndefined();
  });

  test('is compared with the answers that seem to have come through them, but for those that nobody is certain of, and of pairs that fail by themselves', () => {
    const certain = cell('full→full', 'm');
    const open = { ...cell('legacy→full', 'p'), expectation: { ...certain.expectation, notJudged: ['a Sidecar'] } };
    const leaking = cell('other→full', 'm');
    const batches = [certain, open, leaking].map((one): Brought => {
      const answers: Answered[] = Array<Answered>(10).fill([one, answer('m')]);
      const leak: Answered[] = one === leaking ? [[one, answer('p')]] : [];
      return { client: one.client, endedMs: 2_500, answers: [...answers, ...leak] };
    });
    const sidecars = { counters: [counterAt(0)], sent: {} };
    expect(foundAt(certain, sidecars, batches, [certain, open, leaking])?.answers).toBe(10);
  });
});

test('where no sidecar was to be asked, answers alone decide', () => {
  const asked: AskedRecord = recordOf([full]);
  const answers: Answered[] = Array<Answered>(full.answers).fill([full, answer('m')]);
  asked.batches.push(batchOf(asked, { client: 'full', part: 'sample', sentMs: 0, endedMs: 900 }, [{ answers }]));
  expect(judgePairs(asked).get(full.id)?.verdict).toBe('pass');
  const withoutCounters = { ...asked, sidecars: { counters: [], sent: {} } };
  expect(judgePairs(withoutCounters).get(full.id)?.verdict).toBe('inconclusive');
});
