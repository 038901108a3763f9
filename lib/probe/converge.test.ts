import { InconclusiveError } from '../platform/errors.ts';
import { type Convergence, defaultLimits as convergence } from '../platform/limits.ts';
import { notObserved } from '../verdict/observation.ts';
import { cell, type JudgementInWords, type Mesh, type Reply, scripted, simulatedClock } from './fixtures.ts';
import { judged } from './record-fixtures.ts';
import type { Cell, ProbeClient } from './types.ts';

const begin = performance.timeOrigin;
const clock = simulatedClock();

async function play(
  cells: Cell[],
  probeClients: Record<string, ProbeClient>,
  options: { convergence?: Partial<Convergence>; signal?: AbortSignal } = {},
) {
  return judged({
    cells,
    probeClients: new Map(Object.entries(probeClients)),
    appliedAt: begin,
    convergence: { ...convergence, ...options.convergence },
    signal: options.signal ?? new AbortController().signal,
  });
}

const verdicts = (found: Record<string, JudgementInWords>) =>
  Object.fromEntries(Object.entries(found).map(([id, { verdict }]) => [id, verdict]));

/** The pairs of STRICT: sleep.legacy to httpbin.full changes, the others do not. */
const strict = [cell('legacy→full', '56', 'p'), cell('legacy→partial', 'p'), cell('legacy→legacy', 'p')];
/** Returns a mesh on which STRICT arrives after the given milliseconds. */
const strictAfter =
  (ms: number): Mesh =>
  (server, _, at) =>
    server === 'full' && at >= ms ? 56 : 'p';

describe('a mesh that does as expected passes', () => {
  test('at once', async () => {
    const found = await play(strict, { legacy: scripted(clock, strictAfter(0)) });
    expect(verdicts(found)).toEqual({ 'legacy→full': 'pass', 'legacy→partial': 'pass', 'legacy→legacy': 'pass' });
    expect(found['legacy→full']).toMatchObject({ flaps: 0, firstRightMs: 30 });
    expect(found['legacy→full']).not.toHaveProperty('lastWrongMs');
  });

  test('after a while, and says when', async () => {
    const found = await play(strict, { legacy: scripted(clock, strictAfter(1_000)) });
    expect(found['legacy→full']).toMatchObject({ verdict: 'pass', flaps: 0 });
    expect(found['legacy→full']?.lastWrongMs).toBeLessThan(1_000);
    expect(found['legacy→full']?.firstRightMs).toBeGreaterThanOrEqual(1_000);
  });

  test('after flaps, and counts them', async () => {
    const replies: Reply[] = ['p', 56, 'p', 56, 56, 'p'];
    const legacy = scripted(clock, (server, nth) => (server === 'full' ? (replies[nth] ?? 56) : 'p'));
    expect((await play(strict, { legacy }))['legacy→full']).toMatchObject({
      verdict: 'pass',
      flaps: 2,
      counted: 90,
      wrong: 0,
    });
  });

  test('just before the deadline', async () => {
    expect(verdicts(await play(strict, { legacy: scripted(clock, strictAfter(18_000)) }))).toEqual({
      'legacy→full': 'pass',
      'legacy→partial': 'pass',
      'legacy→legacy': 'pass',
    });
  });

  test('with each client’s own answers', async () => {
    const cells = [...strict, cell('full→full', 'm'), cell('full→partial', ['m', 'p']), cell('full→legacy', 'p')];
    const full = scripted(clock, (server, nth) => {
      if (server === 'partial') return nth % 2 === 0 ? 'm' : 'p';
      return server === 'full' ? 'm' : 'p';
    });
    const found = await play(cells, { legacy: scripted(clock, strictAfter(300)), full });
    expect(new Set(Object.values(verdicts(found)))).toEqual(new Set(['pass']));
    expect(found['full→partial']?.missChance).toBeLessThan(1e-6);
  });
});

describe('a mesh that does not, fails', () => {
  test('where it never changes', async () => {
    const found = await play(strict, { legacy: scripted(clock, () => 'p') });
    expect(found['legacy→full']).toMatchObject({ verdict: 'fail', why: expect.stringContaining('200 in plain text') });
    expect(clock.now).toBeGreaterThanOrEqual(convergence.arrivalMs);
  });

  test('where it changes after the deadline', async () => {
    const found = await play(strict, { legacy: scripted(clock, strictAfter(20_001)) });
    expect(found['legacy→full']?.verdict).toBe('fail');
  });

  test('where answers are right only after the deadline, in a batch that began before it', async () => {
    // An exec reports a whole batch at once, however long it takes.
    const slow = scripted(clock, (server, _, at) => (server === 'full' && at > 20_000 ? 56 : 'p'), 4_000);
    expect((await play(strict, { legacy: slow }))['legacy→full']).toMatchObject({
      verdict: 'fail',
      why: expect.stringMatching(/it came only after 2\d\.\d s, not within 20 s/),
    });
  });

  test('where it refuses by another kind of failure', async () => {
    for (const reply of [503, 52, 7, 35, 403]) {
      clock.now = 0;
      const legacy = scripted(clock, (server) => (server === 'full' ? reply : 'p'));
      expect((await play(strict, { legacy }))['legacy→full']?.verdict).toBe('fail');
    }
  });

  test('where a pair that should answer is refused, whichever it is', async () => {
    for (const refused of ['partial', 'legacy']) {
      clock.now = 0;
      const legacy = scripted(clock, (server) => (server === refused || server === 'full' ? 56 : 'p'));
      const found = await play(strict, { legacy });
      expect(found[`legacy→${refused}`]?.verdict).toBe('fail');
      expect(found['legacy→full']?.verdict).toBe('pass');
    }
  });

  test('where one of two endpoints is never seen', async () => {
    const mixed = [cell('full→partial', ['m', 'p'])];
    const found = await play(mixed, { full: scripted(clock, () => 'm') });
    expect(found['full→partial']).toMatchObject({
      verdict: 'fail',
      why: expect.stringContaining('200 in plain text was never among'),
    });
  });

  test('where a third kind of answer comes now and then', async () => {
    const mixed = [cell('full→partial', ['m', 'p'])];
    const full = scripted(clock, (_, nth) => (nth % 5 === 4 ? 503 : nth % 2 === 0 ? 'm' : 'p'));
    expect((await play(mixed, { full }))['full→partial']?.verdict).toBe('fail');
  });

  test('where it falls back after all was right once', async () => {
    const legacy = scripted(clock, (server, nth) => (server !== 'full' ? 'p' : nth < 60 ? 56 : 'p'));
    expect((await play(strict, { legacy }))['legacy→full']).toMatchObject({ verdict: 'fail', flaps: 1 });
  });

  test('by one wrong answer among those that count, and says how many of what', async () => {
    const legacy = scripted(clock, (server, nth) => (server !== 'full' || nth === 70 ? 'p' : 56));
    expect((await play(strict, { legacy }))['legacy→full']).toMatchObject({
      verdict: 'fail',
      counted: 90,
      wrong: 1,
      why: 'expected 000 with curl exit 56; 1 of 90 answers after the step had arrived was 200 in plain text',
    });
  });

  test('by one wrong answer of a pair that the step does not change', async () => {
    const legacy = scripted(clock, (server, nth) =>
      server === 'full' ? 56 : server === 'partial' && nth === 15 ? 503 : 'p',
    );
    const found = await play(strict, { legacy });
    expect(found['legacy→partial']).toMatchObject({ verdict: 'fail', wrong: 1 });
    expect(found['legacy→full']?.verdict).toBe('pass');
  });

  test.each([
    ['once', [70]],
    ['three times', [40, 70, 71]],
  ])('no: not by what could not be read %s, but it is no pass either', async (_, at) => {
    const legacy = scripted(clock, (server, nth) => (server !== 'full' ? 'p' : at.includes(nth) ? 28 : 56));
    expect((await play(strict, { legacy }))['legacy→full']).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringMatching(`^${at.length} answers? after the step had arrived could not be read`),
    });
  });
});

describe('a refusal is no pass', () => {
  const only = [cell('legacy→full', '56')];

  test.each<[string, Cell[], Mesh]>([
    ['without a positive control', only, () => 56],
    ['where the client reaches nothing', strict, () => 56],
    ['where no name resolves', strict, () => 6],
    ['where its own name does not resolve', strict, (server) => (server === 'full' ? 6 : 'p')],
    ['where what should answer is unavailable', strict, (server) => (server === 'full' ? 56 : 503)],
  ])('%s: inconclusive', async (_, cells, mesh) => {
    const found = await play(cells, { legacy: scripted(clock, mesh) });
    expect(found['legacy→full']).toMatchObject({ verdict: 'inconclusive' });
  });

  test('of a lost exec: inconclusive, and says what was lost', async () => {
    const lost: ProbeClient = {
      run: async () => {
        clock.now += 11_000;
        throw new InconclusiveError('the shell was lost: the connection closed without a status');
      },
    };
    const found = await play(strict, { legacy: lost });
    for (const { verdict, why } of Object.values(found)) {
      expect(verdict).toBe('inconclusive');
      expect(why).toContain('the connection closed without a status');
    }
  });

  test('nor is an unreadable body where plain text is expected', async () => {
    const legacy: ProbeClient = {
      run: async (script) => {
        const { stdout } = await scripted(clock, strictAfter(0)).run(script, 0);
        return { stdout: stdout.replaceAll(/\{\s*"headers"[^\n]*\n/g, '<html>') };
      },
    };
    const found = await play(strict, { legacy });
    expect(verdicts(found)).toMatchObject({ 'legacy→partial': 'inconclusive', 'legacy→legacy': 'inconclusive' });
  });
});

describe('what does not change proves nothing until what changes has changed', () => {
  test('its answers count from the arrival on', async () => {
    const found = await play(strict, { legacy: scripted(clock, strictAfter(1_000)) });
    expect(found['legacy→legacy']?.requests).toBeGreaterThan(40);
    expect(found['legacy→legacy']?.counted).toBeLessThan(30);
  });

  test('what it answers wrongly before the arrival does not count', async () => {
    const legacy = scripted(clock, (server, _, at) =>
      server === 'full' ? (at >= 1_000 ? 56 : 'p') : at < 900 ? 503 : 'p',
    );
    expect(new Set(Object.values(verdicts(await play(strict, { legacy }))))).toEqual(new Set(['pass']));
  });

  test('what connections pooled before still bring right after it does not count', async () => {
    const legacy = scripted(clock, (server, nth) => (server !== 'full' ? 'p' : nth < 7 ? 56 : nth < 20 ? 'p' : 56));
    expect((await play(strict, { legacy }))['legacy→full']).toMatchObject({ verdict: 'pass', flaps: 1, wrong: 0 });
  });

  test('what breaks with the arrival is seen, on whichever client', async () => {
    // As soon as STRICT has arrived, httpbin.full refuses sleep.full, too.
    const cells = [...strict, cell('full→full', 'm'), cell('full→legacy', 'p')];
    let arrived = false;
    const legacy = scripted(clock, (server, _, at) => {
      arrived ||= at >= 3_000;
      return server === 'full' && arrived ? 56 : 'p';
    });
    const full = scripted(clock, (server) => (server !== 'full' ? 'p' : arrived ? 503 : 'm'));
    const found = await play(cells, { legacy, full });
    expect(found['full→full']?.verdict).toBe('fail');
  });

  test('with no change to see, asking goes on for the time it may take', async () => {
    const cells = [cell('legacy→legacy', 'p'), cell('legacy→full', 'p')];
    const legacy = scripted(clock, (server, _, at) => (server === 'full' && at > 1_500 ? 56 : 'p'));
    expect((await play(cells, { legacy }))['legacy→full']?.verdict).toBe('fail');
    clock.now = 0;
    expect(verdicts(await play(cells, { legacy: scripted(clock, () => 'p') }))).toEqual({
      'legacy→legacy': 'pass',
      'legacy→full': 'pass',
    });
    expect(clock.now).toBeGreaterThanOrEqual(convergence.minObservationMs);
  });

  test('a change to a part of what was there is its own indicator', async () => {
    const cells = [cell('full→partial', 'p', ['m', 'p'])];
    const full = scripted(clock, (_, nth, at) => (at < 500 && nth % 2 === 0 ? 'm' : 'p'));
    expect((await play(cells, { full }))['full→partial']).toMatchObject({ verdict: 'pass' });
    clock.now = 0;
    const unchanged = scripted(clock, (_, nth) => (nth % 2 === 0 ? 'm' : 'p'));
    expect((await play(cells, { full: unchanged }))['full→partial']).toMatchObject({ verdict: 'fail' });
  });
});

describe('a client that is lost', () => {
  /** Returns a client that loses the given batches (from 0), each after `ms` milliseconds. */
  function losing(probeClient: ProbeClient, isLost: (nth: number) => boolean, ms = 0): ProbeClient {
    let nth = -1;
    return {
      run: async (script, timeoutMs) => {
        nth += 1;
        if (!isLost(nth)) return probeClient.run(script, timeoutMs);
        clock.now += ms;
        throw new InconclusiveError('the shell was lost');
      },
    };
  }

  test('once, and comes back, still passes; its runs begin anew', async () => {
    const legacy = losing(scripted(clock, strictAfter(0)), (nth) => nth === 1);
    const found = await play(strict, { legacy });
    expect(new Set(Object.values(verdicts(found)))).toEqual(new Set(['pass']));
    expect(found['legacy→full']?.seen).toContainEqual(
      expect.objectContaining({
        observation: notObserved({ code: 'client-lost', error: 'the shell was lost' }),
        count: 1,
      }),
    );
  });

  test('right after the step, with answers of before in hand, is inconclusive', async () => {
    const legacy = losing(
      scripted(clock, () => 'p'),
      (nth) => nth > 0,
      11_000,
    );
    const found = await play(strict, { legacy });
    expect(found['legacy→full']).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringMatching(/nothing could be observed between 0.1 s and 20.0 s: the shell was lost/),
    });
  });

  test('does not spoil what the other client saw', async () => {
    const cells = [...strict, cell('full→full', 'm')];
    const full = losing(
      scripted(clock, () => 'm'),
      () => true,
      11_000,
    );
    const legacy = scripted(clock, strictAfter(0));
    const found = await play(cells, { full, legacy });
    expect(verdicts(found)).toEqual({
      'legacy→full': 'pass',
      'legacy→partial': 'pass',
      'legacy→legacy': 'pass',
      'full→full': 'inconclusive',
    });
  });

  test('by a mistake of the harness’s own ends the step with that mistake', async () => {
    const broken: ProbeClient = { run: async () => Promise.reject(new TypeError('no such thing')) };
    const cells = [...strict, cell('full→full', 'm')];
    const legacy = scripted(clock, () => 'p');
    await expect(play(cells, { full: broken, legacy })).rejects.toThrow('no such thing');
    const asked = legacy.batches.length;
    await new Promise(setImmediate);
    expect(legacy.batches.length).toBeLessThanOrEqual(asked + 1);
  });
});

describe('^C', () => {
  test('ends the asking at once, with answers under way', async () => {
    const controller = new AbortController();
    const silent: ProbeClient = {
      run: () => {
        queueMicrotask(() => controller.abort(new Error('interrupted')));
        return new Promise(() => {});
      },
    };
    await expect(play(strict, { legacy: silent }, { signal: controller.signal })).rejects.toThrow('interrupted');
  });

  test('before the asking, nothing is asked', async () => {
    const legacy = scripted(clock, strictAfter(0));
    await expect(play(strict, { legacy }, { signal: AbortSignal.abort(new Error('interrupted')) })).rejects.toThrow(
      'interrupted',
    );
    expect(legacy.batches).toEqual([]);
  });
});

test('every batch has a control at both ends', async () => {
  const legacy = scripted(clock, strictAfter(300));
  await play(strict, { legacy });
  expect(legacy.batches[0]).toHaveLength(Math.floor(convergence.maxRequestsBefore / 3) + 4);
  for (const batch of legacy.batches) {
    expect(batch.at(0)).not.toBe('full');
    expect(batch.at(-1)).not.toBe('full');
  }
});

test('after a batch that brought nothing, little is asked: a client that waits for a name service loses no time', async () => {
  const legacy = scripted(clock, (_, nth) => (nth < 20 ? 6 : 56), 2_000);
  await play(strict, { legacy });
  expect(legacy.batches.slice(1).map(({ length }) => length)).toEqual(expect.arrayContaining([3]));
  expect(Math.max(...legacy.batches.slice(1).map(({ length }) => length))).toBe(3);
});

test('no go may take longer than what is left of the time for the arrival', async () => {
  const limits: number[] = [];
  const silent: ProbeClient = {
    run: async (_, timeoutMs) => {
      limits.push(timeoutMs);
      clock.now += timeoutMs;
      throw new InconclusiveError('the shell was silent');
    },
  };
  await play(strict, { legacy: silent });
  expect(limits[0]).toBeLessThanOrEqual(convergence.arrivalMs);
});

test('a request may take its time, and half of it while the client has heard nothing', async () => {
  const times: (string | undefined)[] = [];
  const mesh = scripted(clock, () => 'p');
  let lost = 2;
  const flaky: ProbeClient = {
    run: async (script, timeoutMs) => {
      times.push(/ -m (\S+) /.exec(script)?.[1]);
      lost -= 1;
      if (lost >= 0) throw new InconclusiveError('the shell was lost');
      return mesh.run(script, timeoutMs);
    },
  };
  await play([cell('legacy→full', 'p')], { legacy: flaky }, { convergence: { requestMs: 3_000 } });
  expect(times.slice(0, 4)).toEqual(['1.5', '1.5', '1.5', '3']);
});

test('a client without a probe client is a mistake', async () => {
  await expect(play(strict, {})).rejects.toThrow('no probe client for legacy');
});
