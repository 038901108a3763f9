import { logicalNames } from '../../model/world/rename.ts';
import type { Observation } from '../../verdict/observed.ts';
import { placeWords } from '../place.ts';
import type { AskResult, Results } from '../types.ts';
import { compare } from './compare.ts';
import { cellOf, changed, checkOf, observations, runOf } from './fixtures.ts';
import type { Change, Diff } from './types.ts';

const identity = 'spiffe://cluster.local/ns/full/sa/sleep';
const disabled = 'disable › DISABLE on httpbin.full › sleep.full → httpbin.full';
const reset = 'strict › STRICT on httpbin.full › sleep.legacy → httpbin.full';
const mixed = 'permissive › nothing applied › sleep.full → httpbin.partial';

const v111 = runOf('1.11');
const v112 = runOf('1.12');
const v131 = runOf('1.31');
const places = ({ changes }: Diff) => changes.map(placeWords);
const gatesOf = ({ gates }: Change) => gates.map(({ rule, since, until }) => [rule, since ?? until]);

/** Returns a run in which a cell failed. */
const failing = (run: Results, place: string) =>
  changed(run, (results) => {
    Object.assign(cellOf(results, place), {
      verdict: 'fail',
      why: `seen otherwise in ${results.run.namespaces['full']}`,
    });
    cellOf(results, place).seen = observations({ kind: 'plain' }, { kind: 'not-observed', why: 'lost' });
  });

describe('from 1.11 to 1.12, the workload DISABLE changes what clients with a sidecar see', () => {
  const diff = compare(v111, v112);

  test('two cells changed, from 503 to plain text, and the gate explains them', () => {
    expect(places(diff)).toEqual([disabled, 'destination-rule › DISABLE on httpbin.full › sleep.full → httpbin.full']);
    for (const change of diff.changes) {
      expect(change).toMatchObject({
        explained: true,
        a: { seen: [{ kind: 'unavailable' }] },
        b: { seen: [{ kind: 'plain' }] },
      });
      expect(gatesOf(change)).toEqual([['auto-mtls.endpoint-disabled', '1.12']]);
      expect(change.why).toBe('since 1.12: Auto mTLS sends plain text to full/httpbin: its own policy is DISABLE');
    }
    expect(diff).toMatchObject({ compared: 107, notComparable: [], only: { a: [], b: [] } });
    expect(diff.summary).toEqual({ explained: 2, unexplained: 0, exitCode: 0 });
  });

  test('and the other way round', () => {
    const back = compare(v112, v111);
    expect(places(back)).toEqual(places(diff));
    expect(back.changes.map(({ gates }) => gates)).toEqual(diff.changes.map(({ gates }) => gates));
    expect(back.changes[0]).toMatchObject({ a: { seen: [{ kind: 'plain' }] }, b: { seen: [{ kind: 'unavailable' }] } });
    expect(back.summary).toEqual(diff.summary);
  });

  test('a cell that was tampered with comes first, and no gate explains it', () => {
    const tampered = compare(v111, failing(v112, reset));
    expect(places(tampered)).toEqual([reset, ...places(diff)]);
    expect(tampered.changes[0]).toMatchObject({
      explained: false,
      gates: [],
      a: { verdict: 'pass', seen: [{ kind: 'refused', curlExit: 56 }] },
      b: { verdict: 'fail', seen: [{ kind: 'plain' }] },
      why: 'no longer as the model predicts: seen otherwise in full',
    });
    expect(tampered.summary).toEqual({ explained: 2, unexplained: 1, exitCode: 1 });
  });

  test('a gate explains nothing where the newer side is not as the model says', () => {
    const wrong = compare(v111, failing(v112, disabled));
    expect(wrong.changes[0]).toMatchObject({ explained: false, gates: [], b: { verdict: 'fail' } });
    expect(placeWords(wrong.changes[0] as Change)).toBe(disabled);
  });
});

describe('the model’s own releases', () => {
  const releases = Array.from({ length: 28 }, (_, at) => runOf(`1.${at + 4}`));
  const [v14, last] = [releases[0] as Results, releases.at(-1) as Results];
  const next = releases.slice(1).map((newer, at): [Results, Results] => [releases[at] as Results, newer]);
  const named = [...next, [v14, last], [last, v14], [v111, last]].map(
    ([a, b]) => [a?.istio.release, b?.istio.release, a as Results, b as Results] as const,
  );

  /** Returns each cell with the outcomes that the model expects, without endpoints and shares. */
  const expected = ({ suites, run }: Results) =>
    suites.flatMap(({ name, steps }) =>
      steps.flatMap((step) =>
        step.kind === 'check'
          ? []
          : step.cells.map(({ client, server, expectation }) => ({
              place: placeWords({ suite: name, step: step.title, client, server }),
              outcomes: logicalNames(
                JSON.stringify(expectation.outcomes.map(({ outcome }) => outcome)),
                run.namespaces,
              ),
            })),
      ),
    );

  test.each(named)(
    '%s → %s: what changed is what the model expects otherwise, and all of it is explained',
    (_, __, a, b) => {
      const [before, after] = [expected(a), expected(b)];
      const otherwise = before.filter(({ outcomes }, at) => outcomes !== after[at]?.outcomes).map(({ place }) => place);
      const diff = compare(a, b);
      expect(places(diff)).toEqual(otherwise);
      expect(diff).toMatchObject({
        compared: 107,
        summary: { explained: otherwise.length, unexplained: 0, exitCode: 0 },
      });
      for (const { gates } of diff.changes) expect(gates).not.toEqual([]);
    },
  );

  test('from 1.4 to 1.31 plain text is refused in another way, by policies of another kind', () => {
    const { changes } = compare(v14, last);
    expect(changes.map(placeWords)).toEqual([
      reset,
      'destination-rule › STRICT and a rule DISABLE › sleep.legacy → httpbin.full',
      'destination-rule › STRICT and a rule ISTIO_MUTUAL › sleep.legacy → httpbin.full',
      'auto-off › off, STRICT on httpbin.full › sleep.legacy → httpbin.full',
      'auto-off › off, STRICT and a rule ISTIO_MUTUAL › sleep.legacy → httpbin.full',
    ]);
    expect(gatesOf(changes[0] as Change)).toEqual([
      ['policy.service', '1.6'],
      ['result.plain-text-ended', '1.10'],
      ['peer-authentication.workload', '1.5'],
    ]);
  });
});

describe('night to night, of one release', () => {
  const tonight = runOf('1.31', 'tonight');

  test('nothing changed, though the namespaces are others', () => {
    expect(compare(v131, tonight)).toMatchObject({
      compared: 107,
      changes: [],
      notComparable: [],
      only: { a: [], b: [] },
      summary: { exitCode: 0 },
    });
    expect(JSON.stringify(compare(v131, failing(tonight, reset)).changes)).not.toContain('tonight');
  });

  test('how many requests found which endpoint, in which order, is no change', () => {
    const other = changed(tonight, (results) => {
      const cell = cellOf(results, mixed);
      cell.seen = cell.seen.toReversed().map((one, at) => ({ ...one, count: 30 + at }));
      for (const outcome of cell.expectation.outcomes)
        Object.assign(outcome, { share: 0.1, endpoints: ['partial/other'] });
    });
    expect(compare(v131, other).changes).toEqual([]);
  });

  test('nor is a rare outcome, expected or seen', () => {
    const place = 'permissive › nothing applied › sleep.full → httpbin.full';
    const rarely = (...seen: Observation[]) =>
      changed(tonight, (results) => {
        const cell = cellOf(results, place);
        cell.expectation.outcomes.push({ outcome: { kind: 'unavailable' }, endpoints: [], share: 0.001, rare: true });
        cell.seen.push(...observations(...seen));
      });
    expect(compare(v131, rarely()).changes).toEqual([]);
    expect(compare(rarely({ kind: 'unavailable' }), rarely()).changes).toEqual([]);
    const always = changed(rarely(), (results) => {
      delete cellOf(results, place).expectation.outcomes.at(-1)?.rare;
    });
    expect(compare(rarely(), always).changes).toMatchObject([{ explained: false, server: 'httpbin.full' }]);
  });

  test('what came before a cell settled is no change', () => {
    const late = changed(tonight, (results) => {
      const cell = cellOf(results, reset);
      cell.seen = observations({ kind: 'plain' }, { kind: 'refused', curlExit: 56 });
    });
    expect(compare(v131, late).changes).toEqual([]);
  });

  test('another expectation is one that no release explains', () => {
    const other = changed(tonight, (results) => {
      const cell = cellOf(results, reset);
      cell.expectation.outcomes = [{ outcome: { kind: 'reset', curlExits: [7] }, endpoints: [], share: 1 }];
      cell.seen = observations({ kind: 'refused', curlExit: 7 });
    });
    const [change] = compare(v131, other).changes;
    expect(change).toMatchObject({
      explained: false,
      gates: [],
      why: 'both are as the model predicts, but they differ: both are 1.31',
    });
  });

  test('another identity is a change, of the same namespace it is none', () => {
    const as = (identity: string) =>
      changed(tonight, (results) => {
        const cell = cellOf(results, 'permissive › nothing applied › sleep.full → httpbin.full');
        cell.expectation.outcomes = [{ outcome: { kind: 'mtls', identity }, endpoints: [], share: 1 }];
        cell.seen = observations({ kind: 'mtls', identity });
      });
    expect(compare(v131, as(identity.replace('/full/', '/full-tonight/'))).changes).toEqual([]);
    expect(compare(v131, as(identity.replace('/full/', '/legacy-tonight/'))).changes).toMatchObject([
      { explained: false, b: { seen: [{ identity: identity.replace('/full/', '/legacy/') }] } },
    ]);
  });

  test('wrong turns right', () => {
    const [change] = compare(failing(v131, reset), tonight).changes;
    expect(change).toMatchObject({ explained: false, why: 'now as the model predicts' });
    expect(compare(failing(v131, reset), tonight).summary.exitCode).toBe(1);
  });

  test('wrong in the same way is no change, in another way it is one', () => {
    const again = failing(tonight, reset);
    expect(compare(failing(v131, reset), again).summary).toEqual({ explained: 0, unexplained: 0, exitCode: 0 });
    const otherwise = changed(again, (results) => {
      cellOf(results, reset).seen = observations({ kind: 'other', status: 404 });
    });
    expect(compare(failing(v131, reset), otherwise).changes).toMatchObject([
      { explained: false, why: 'neither is as the model predicts: seen otherwise in full' },
    ]);
  });

  test('the same answer where another was expected is one', () => {
    const expecting = changed(failing(tonight, reset), (results) => {
      cellOf(results, reset).expectation.outcomes = [{ outcome: { kind: 'unavailable' }, endpoints: [], share: 1 }];
    });
    expect(compare(failing(v131, reset), expecting).changes).toMatchObject([
      { a: { seen: [{ kind: 'plain' }] }, b: { seen: [{ kind: 'plain' }], expected: [{ kind: 'unavailable' }] } },
    ]);
  });

  test('checks are compared by their verdict', () => {
    const wrong = changed(tonight, (results) => {
      Object.assign(checkOf(results, 'cleanup', 0), { verdict: 'fail', why: 'full-tonight is left' });
      Object.assign(checkOf(results, 'cleanup', 1), { why: 'in other words' });
    });
    expect(compare(v131, wrong).changes).toMatchObject([
      { suite: 'cleanup', a: { expected: [], seen: [] }, why: 'no longer as it should be: full is left' },
    ]);
    expect(compare(wrong, tonight).changes).toMatchObject([{ why: 'now as it should be' }]);
  });
});

describe('where curl may end in two ways, how it did counts', () => {
  const ended = runOf('1.9');
  const torn = changed(ended, (results) => {
    cellOf(results, reset).seen = observations({ kind: 'refused', curlExit: 56 });
  });
  const v110 = runOf('1.10');

  test('a reset before and after 1.10 is no change', () => {
    expect(places(compare(torn, v110))).not.toContain(reset);
  });

  test('an end in good order before 1.10 is one, and explained', () => {
    const change = compare(ended, v110).changes.find((one) => placeWords(one) === reset) as Change;
    expect(change).toMatchObject({ explained: true, a: { seen: [{ curlExit: 52 }] }, b: { seen: [{ curlExit: 56 }] } });
    expect(gatesOf(change)).toEqual([['result.plain-text-ended', '1.10']]);
  });

  test('what came before the last wrong answer does not', () => {
    const settled = changed(torn, (results) => {
      const cell = cellOf(results, reset);
      cell.seen = observations({ kind: 'refused', curlExit: 52 }, { kind: 'plain' }, { kind: 'refused', curlExit: 56 });
      cell.timeline = [
        { state: 'right', fromMs: 0, toMs: 50, count: 21 },
        { state: 'wrong', fromMs: 100, toMs: 150, count: 21 },
        { state: 'right', fromMs: 200, toMs: 250, count: 21 },
      ];
    });
    expect(compare(torn, settled).changes).toEqual([]);
  });

  test('nor does a release that allows both explain why it was the other tonight', () => {
    expect(compare(ended, torn).changes).toMatchObject([{ explained: false, gates: [] }]);
  });
});

describe('what cannot be told', () => {
  const open = changed(v131, (results) => {
    Object.assign(cellOf(results, reset), { verdict: 'inconclusive', why: 'the shell in full-run131 was lost' });
  });

  test('is neither changed nor equal', () => {
    const diff = compare(v131, open);
    expect(diff).toMatchObject({ compared: 106, changes: [], summary: { exitCode: 3 } });
    expect(diff.notComparable).toEqual([
      {
        suite: 'strict',
        step: 'STRICT on httpbin.full',
        client: 'sleep.legacy',
        server: 'httpbin.full',
        port: 8000,
        protocol: 'http',
        a: 'pass',
        b: 'inconclusive',
        why: 'run run131: the shell in full was lost',
      },
    ]);
    expect(compare(open, v131).notComparable).toMatchObject([{ a: 'inconclusive', b: 'pass' }]);
  });

  test('does not hide an unexplained change', () => {
    expect(compare(v131, failing(open, disabled)).summary.exitCode).toBe(1);
  });

  test('is every pass of a run with errors of its own; its failures stand', () => {
    const doubtful = changed(failing(v131, reset), ({ runErrors }) => {
      runErrors.push('full-run131 is still there');
    });
    const diff = compare(v112, doubtful);
    expect(places(diff)).toEqual([reset]);
    expect(diff).toMatchObject({ compared: 1, b: { runErrors: ['full is still there'] } });
    expect(diff.notComparable).toHaveLength(106);
    expect(diff.notComparable[0]).toMatchObject({
      b: 'inconclusive',
      why: 'run run131: no pass of this run counts: full is still there',
    });
    expect(
      compare(
        v131,
        changed(v131, ({ runErrors }) => void runErrors.push('odd')),
      ).summary.exitCode,
    ).toBe(3);
  });
});

describe('what is on one side only', () => {
  const without = changed(v131, ({ suites }) => {
    const strict = suites.find(({ name }) => name === 'strict');
    strict?.steps.shift();
    const disable = suites.find(({ name }) => name === 'disable')?.steps[0] as AskResult;
    disable.cells.splice(1, 1);
    const off = suites.find(({ name }) => name === 'auto-off');
    Object.assign(off ?? {}, { skipped: 'it changes the mesh for everybody', steps: [] });
  });
  const missing = [
    'strict › STRICT on httpbin.full',
    'disable › DISABLE on httpbin.full › sleep.full → httpbin.partial',
    'auto-off › off, PERMISSIVE',
    'auto-off › off, STRICT on httpbin.full',
    'auto-off › off, STRICT and a rule ISTIO_MUTUAL',
    'auto-off › on again, all removed',
  ];

  test('lost is what the newer has no more', () => {
    expect(compare(v131, without)).toMatchObject({
      compared: 76,
      only: { a: missing, b: [] },
      summary: { exitCode: 3 },
    });
  });

  test('what is new is fine', () => {
    expect(compare(without, v131)).toMatchObject({
      compared: 76,
      only: { a: [], b: missing },
      summary: { exitCode: 0 },
    });
  });

  test('unless the older was interrupted: that is not new, but was never asked', () => {
    const interrupted = changed(without, ({ run }) => {
      run.interrupted = true;
    });
    expect(compare(interrupted, v131)).toMatchObject({
      a: { runErrors: ['it was interrupted, so some results are missing'] },
      summary: { exitCode: 3 },
    });
  });

  test('nothing in common is nothing compared', () => {
    const nothing = changed(v131, (results) => {
      results.suites = [];
    });
    expect(compare(nothing, v131)).toMatchObject({ compared: 0, summary: { exitCode: 3 } });
    expect(compare(nothing, nothing).summary.exitCode).toBe(3);
  });
});

test('how long steps took to arrive is put side by side, and nothing is concluded from it', () => {
  const timed = (run: Results, at: number, propagation: AskResult['propagation']) =>
    changed(run, ({ suites }) => {
      Object.assign(suites.find(({ name }) => name === 'strict')?.steps[at] ?? {}, { propagation });
    });
  const a = timed(timed(v131, 0, { firstRightMs: 160, lastWrongMs: 1_179, flaps: 1 }), 3, {
    firstRightMs: 140,
    flaps: 0,
  });
  const b = timed(v131, 0, { firstRightMs: 164, lastWrongMs: 150, flaps: 0 });
  const diff = compare(a, b);
  expect(diff.propagation).toEqual([
    { suite: 'strict', step: 'STRICT on httpbin.full', aMs: 1_179, bMs: 164 },
    { suite: 'strict', step: 'STRICT removed', aMs: 140 },
  ]);
  expect(diff.summary.exitCode).toBe(0);

  const wrong = changed(failing(a, reset), (results) => {
    cellOf(results, reset).changes = true;
  });
  expect(compare(wrong, b).propagation).toEqual([
    { suite: 'strict', step: 'STRICT removed', aMs: 140 },
    { suite: 'strict', step: 'STRICT on httpbin.full', bMs: 164 },
  ]);
});

test('each side says which run it is', () => {
  expect(compare(v111, v112).b).toEqual({
    id: 'run112',
    startedAt: '2026-01-02T03:04:05.678Z',
    istio: { version: '1.12.0', release: '1.12' },
    cluster: { provider: 'kind', name: 'of run112', kubernetes: 'v1.35.0' },
    automtls: '0.1.0',
  });
});

test('the runs that were given stay as they are', () => {
  const before = structuredClone([v111, v112]);
  compare(v111, v112);
  expect([v111, v112]).toEqual(before);
});
