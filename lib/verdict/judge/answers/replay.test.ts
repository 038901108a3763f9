import { answer, cell, hash, identity, MARK, printed, type Reply } from '../../../probe/fixtures.ts';
import { type Answered, batchOf, recordOf } from '../../../probe/record-fixtures.ts';
import { readAnswers } from '../../../probe/traffic/answers.ts';
import { notObserved } from '../../observation.ts';
import type { AnsweredBatch, AnswerPhase, Batch, LostBatch, Pair } from '../../record/asked.ts';
import { addBatch, talliesOf } from './replay.ts';
import { emptyTally, type Tally } from './tally.ts';

/** A round of requests to pairs of their own, by how many milliseconds each takes. */
interface Timed {
  atOnce?: true;
  ms: number[];
}

const SENT_MS = 1_000;
const ENDED_MS = 5_000;

/** Returns pairs for the requests of rounds: one for each, so that its tally has the times of that answer alone. */
const pairsFor = (rounds: Timed[]): Pair[] => {
  return rounds.flatMap(({ ms }) => ms).map((_, place) => cell(`legacy→s${place}`, 'p'));
};

/** Returns when each answer of a batch came, and when it may have come at the earliest. */
function timesOf(rounds: Timed[]): { atMs: number[]; sinceMs: number[] } {
  const pairs = pairsFor(rounds);
  const asked = recordOf(pairs);
  const left = [...pairs];
  const answered = rounds.map(({ atOnce, ms }) => ({
    ...(atOnce && { atOnce }),
    answers: ms.map((one): Answered => [left.shift() as Pair, answer('p', { ms: one })]),
  }));
  const sent = { client: 'legacy', part: 'arrival' as const, sentMs: SENT_MS, endedMs: ENDED_MS };
  asked.batches.push(batchOf(asked, sent, answered));
  const tallies = [...talliesOf(asked).values()];
  return {
    atMs: tallies.map(({ timeline }) => timeline[0]?.fromMs as number),
    sinceMs: tallies.map(({ lastBeforeMs }) => lastBeforeMs as number),
  };
}

describe('answers came', () => {
  test.each<[string, Timed[], number[], number[]]>([
    ['one after the other', [{ ms: [10, 20, 30] }], [4_950, 4_970, 5_000], [1_010, 1_030, 1_060]],
    ['all at once', [{ atOnce: true, ms: [10, 30, 20] }], [5_000, 5_000, 5_000], [1_000, 1_000, 1_000]],
    [
      'at once between others',
      [{ ms: [10, 20] }, { atOnce: true, ms: [300, 100] }, { ms: [40] }],
      [4_640, 4_660, 4_960, 4_960, 5_000],
      [1_010, 1_030, 1_030, 1_030, 1_070],
    ],
    [
      'at once, and then again',
      [
        { atOnce: true, ms: [5] },
        { atOnce: true, ms: [7] },
      ],
      [4_993, 5_000],
      [1_000, 1_000],
    ],
    ['in no time', [{ ms: [0, 0] }], [5_000, 5_000], [1_000, 1_000]],
    ['never, if nothing was asked', [], [], []],
  ])('%s', (_, rounds, atMs, sinceMs) => {
    expect(timesOf(rounds)).toEqual({ atMs, sinceMs });
  });

  test.each<[string, Timed[]]>([
    ['one after the other', [{ ms: [10, 25, 3, 3] }]],
    ['at once', [{ atOnce: true, ms: [10, 300, 25] }]],
    ['in several rounds', [{ ms: [10, 20] }, { atOnce: true, ms: [5, 500, 50] }, { ms: [7, 9] }]],
    ['at once at both ends', [{ atOnce: true, ms: [11, 4] }, { ms: [6] }, { atOnce: true, ms: [8, 2, 19] }]],
  ])('at the times that were computed as they were read: %s', (_, rounds) => {
    const all = rounds.flatMap(({ atOnce = false, ms }) => ms.map((one) => ({ atOnce, ms: one })));
    const urls = all.map((_, place) => `http://httpbin.s${place}:8000/headers`);
    const left = [...urls];
    const requests = rounds.map(({ atOnce = false, ms }) => ({
      targets: ms.map(() => ({ url: left.shift() as string, protocol: 'http' as const })),
      atOnce,
    }));
    const output = all.map(({ atOnce, ms }, place) =>
      printed('p', { ms, place: atOnce ? { section: 0, url: urls[place] } : {} }),
    );
    const read = readAnswers(output.join(''), requests, { mark: MARK, endedAt: ENDED_MS });
    expect(timesOf(rounds).atMs).toEqual(read.map(({ at }) => at));
  });
});

describe('what a batch shows', () => {
  const [answering, refusing] = [cell('legacy→legacy', 'p'), cell('legacy→full', '56')];
  const sent = { client: 'legacy', part: 'sample' as const, sentMs: 0, endedMs: 100 };
  const replies = (...all: [Pair, Reply][]): Answered[] => all.map(([pair, reply]) => [pair, answer(reply)]);

  test('has the controls of that batch alone', () => {
    const asked = recordOf([answering, refusing]);
    const before = batchOf(asked, sent, [{ answers: replies([answering, 'p'], [refusing, 56]) }]);
    const after = batchOf(asked, sent, [{ answers: replies([answering, 'p']) }]);
    const around = batchOf(asked, sent, [{ answers: replies([answering, 'p'], [refusing, 56], [answering, 'p']) }]);
    const countedOf = (...batches: Batch[]) => talliesOf({ ...asked, batches }).get(refusing)?.counted;
    expect([countedOf(before, after), countedOf(around), countedOf(around, before, around)]).toEqual([0, 1, 2]);
  });

  test('has them across rounds, and takes no answer at once for one', () => {
    const asked = recordOf([answering, refusing]);
    const [control] = replies([answering, 'p']) as [Answered];
    const [refusal] = replies([refusing, 56]) as [Answered];
    const rounds = [
      { answers: [control] },
      { atOnce: true as const, answers: [refusal, refusal] },
      { answers: [control] },
    ];
    const batches = [batchOf(asked, sent, rounds)];
    expect(talliesOf({ ...asked, batches }).get(refusing)).toMatchObject({ counted: 2, wrong: 0 });
    const together = [batchOf(asked, sent, [{ atOnce: true, answers: [control, refusal, control] }])];
    expect(talliesOf({ ...asked, batches: together }).get(refusing)).toMatchObject({ counted: 0, unread: 1 });
  });

  test('counts in the part in which it was sent', () => {
    const countedIn = (part: AnswerPhase) => {
      const asked = recordOf([answering]);
      asked.batches.push(batchOf(asked, { ...sent, part }, [{ answers: replies([answering, 'p']) }]));
      const { counted, sinceArrival } = talliesOf(asked).get(answering) as Tally;
      return { counted, sinceArrival };
    };
    expect(countedIn('arrival')).toEqual({ counted: 0, sinceArrival: 0 });
    expect(countedIn('grace')).toEqual({ counted: 0, sinceArrival: 1 });
    expect(countedIn('sample')).toEqual({ counted: 1, sinceArrival: 1 });
  });

  test('is told in the order of the answers', () => {
    const asked = recordOf([answering, refusing]);
    const batch = batchOf(asked, sent, [{ answers: replies([answering, 'p'], [refusing, 56], [answering, 503]) }]);
    const observed = addBatch(new Map(asked.pairs.map((pair) => [pair, emptyTally()])), asked, batch);
    expect(observed.map(({ pair, observation: { kind } }) => [pair.id, kind])).toEqual([
      ['legacy→legacy', 'plain'],
      ['legacy→full', 'not-observed'],
      ['legacy→legacy', 'not-observed'],
    ]);
    expect(observed.map(({ shown }) => shown)).toEqual(asked.shown);
  });

  test('has who gave a wrong answer, and the certificates of those over mutual TLS', () => {
    const meshed = cell('full→full', 'm');
    const asked = recordOf([meshed]);
    const headers = { server: 'envoy', 'x-envoy-upstream-service-time': '1' };
    const aborted = answer(503, { body: 'fault filter abort', headers });
    const answers: Answered[] = [
      [meshed, answer('m')],
      [meshed, aborted],
      [meshed, answer('m')],
    ];
    asked.batches.push(batchOf(asked, { ...sent, client: 'full' }, [{ answers }]));
    const { seen, certificates } = talliesOf(asked).get(meshed) as Tally;
    expect([...seen.values()]).toMatchObject([
      { observation: { kind: 'mtls', identity }, count: 2 },
      { observation: { kind: 'unavailable' }, count: 1, by: ['server-sidecar'] },
    ]);
    expect(certificates).toEqual(new Set([hash]));
  });

  test('shows the answers that came with it as evidence, else the first of each sort', () => {
    const asked = recordOf([answering]);
    const [first, later] = [answer('p', { at: 1 }), answer('p', { at: 2 })];
    const batch = batchOf(asked, sent, [{ answers: [[answering, later]] }]);
    asked.shown = asked.shown.map((shown) => ({ ...shown, first }));
    const evidenceWith = (...answers: Parameters<typeof addBatch>[3][]) => {
      const tally = emptyTally();
      addBatch(new Map([[answering, tally]]), asked, batch, ...answers);
      return [...tally.seen.values()].map(({ evidence }) => evidence);
    };
    expect(evidenceWith([later])).toEqual([later]);
    expect(evidenceWith()).toEqual([first]);
  });
});

describe('a batch without answers', () => {
  const [full, partial, legacy] = [cell('legacy→full', 'p'), cell('legacy→partial', 'p'), cell('legacy→legacy', 'p')];
  const others = cell('full→full', 'm');
  const asked = recordOf([full, partial, legacy, others]);
  const because = { code: 'client-lost' as const, error: 'the shell was lost' };
  const lost: LostBatch = {
    client: 'legacy',
    part: 'sample',
    sentMs: 1_000,
    knownMs: 3_000,
    because,
    isUnreadable: false,
    asked: [0, 1, 0],
  };

  /** Returns the tallies of the pairs after some batches, in the order of the pairs. */
  const talliesAfter = (...batches: Batch[]): Tally[] => [...talliesOf({ ...asked, batches }).values()];

  test('says nothing of any pair of a client that was lost, asked or not', () => {
    const [ofFull, ofPartial, ofLegacy, ofOthers] = talliesAfter(lost);
    for (const tally of [ofFull, ofPartial, ofLegacy]) {
      expect(tally).toMatchObject({ requests: 1, counted: 0, unread: 0, lost: 1, lastUnread: true });
      expect(tally?.timeline).toEqual([{ state: 'not-observed', fromMs: 3_000, toMs: 3_000, count: 1 }]);
      expect([...(tally?.seen.values() ?? [])]).toEqual([
        { observation: notObserved(because), count: 1, counted: 0, firstMs: 3_000, lastMs: 3_000 },
      ]);
    }
    expect(ofOthers).toEqual(emptyTally());
  });

  test('leaves as many answers unread as were asked for, if its output came', () => {
    const [ofFull, ofPartial, ofLegacy, ofOthers] = talliesAfter({ ...lost, isUnreadable: true });
    expect(ofFull).toMatchObject({ requests: 2, counted: 0, unread: 2, lost: 0 });
    expect(ofPartial).toMatchObject({ requests: 1, counted: 0, unread: 1, lost: 0 });
    expect([ofLegacy, ofOthers]).toEqual([emptyTally(), emptyTally()]);
  });

  test.each(['arrival', 'grace'] as const)('holds nothing against the mesh before the sample: %s', (part) => {
    for (const isUnreadable of [false, true]) {
      expect(talliesAfter({ ...lost, part, isUnreadable })[0]).toMatchObject({ unread: 0, lost: 0, wrong: 0 });
    }
  });

  test('is no observation: what was seen last is still that of before', () => {
    const record = recordOf([full]);
    const sent = { client: 'legacy', part: 'arrival' as const, sentMs: 100, endedMs: 500 };
    const answered: AnsweredBatch = batchOf(record, sent, [{ answers: [[full, answer('p', { ms: 10 })]] }]);
    const batches = [answered, { ...lost, asked: [0] }];
    expect(talliesOf({ ...record, batches }).get(full)).toMatchObject({
      lastBeforeMs: 110,
      lastRight: true,
      lastUnread: true,
    });
  });

  test('brings nothing that was observed', () => {
    const tallies = new Map(asked.pairs.map((pair) => [pair, emptyTally()]));
    expect(addBatch(tallies, asked, lost)).toEqual([]);
    expect(tallies.get(full)?.requests).toBe(1);
  });
});
