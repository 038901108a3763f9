import { InconclusiveError } from '../platform/errors.ts';
import { defaultLimits as convergence } from '../platform/limits.ts';
import {
  cell,
  counterAt,
  hash,
  markOf,
  printed,
  printedCounts,
  type Reply,
  scripted,
  simulatedClock,
} from './fixtures.ts';
import { judged as judgedAs } from './record-fixtures.ts';
import type { Cell, ProbeClient } from './types.ts';

// Asks steps on a simulated mesh, where the sidecar of httpbin.full counts its connections.

const counters = [counterAt(0)];
/** What the sidecars of the clients are known to have. */
const certificates = new Map(['full', 'other'].map((client) => [client, new Set([hash])]));
const clock = simulatedClock();

/**
 * Returns httpbin.full's reply to the client with a sidecar, and the kind of connection.
 * @param atMs milliseconds since the step
 */
type World = (atMs: number, nth: number) => { reply: Reply; over: 'tls' | 'plain' };

/** A PERMISSIVE mesh, on which the step changes nothing. */
const permissive: World = () => ({ reply: 'm', over: 'tls' });
const unchanged = [
  cell('full→full', 'm'),
  cell('full→legacy', 'p'),
  cell('legacy→full', 'p'),
  cell('legacy→legacy', 'p'),
];

const nextTick = () => new Promise(setImmediate);

interface Clients {
  probeClients: Map<string, ProbeClient>;
  /** The clock's times of the readings of the counters, in milliseconds. */
  readings: number[];
}
type Run = () => Promise<{ stdout: string }>;

/**
 * Returns clients of a world, which take turns. The client with a sidecar keeps its connection until it needs one of
 * the other kind.
 */
function clientsOf(world: World): Clients {
  const counts: { total: number; tls: number; open: 'tls' | 'plain' | undefined } = { total: 5, tls: 5, open: 'tls' };
  const readings: number[] = [];
  const full = scripted(clock, (server, nth, atMs) => {
    if (server !== 'full') return 'p';
    const { reply, over } = world(atMs, nth);
    if (over !== counts.open) {
      counts.total += 1;
      if (over === 'tls') counts.tls += 1;
      counts.open = over;
    }
    return reply;
  });
  const legacy = scripted(clock, (server) => {
    if (server !== 'full') return 'p';
    counts.total += 1;
    return 'P';
  });
  const inTurn = (own: ProbeClient): ProbeClient => ({
    run: async (script, timeoutMs) => {
      await nextTick();
      if (!script.includes(':15090/')) return own.run(script, timeoutMs);
      readings.push(clock.now);
      return { stdout: printedCounts(counts, markOf(script)) };
    },
  });
  const probeClients = new Map([
    ['full', inTurn(full)],
    ['legacy', inTurn(legacy)],
  ]);
  return { probeClients, readings };
}

/** Returns the clients with another `run` for one of them. */
function withClient(
  clients: Clients,
  client: string,
  ask: (run: Run, script: string) => ReturnType<Run>,
  like = client,
): Clients {
  const own = clients.probeClients.get(like) as ProbeClient;
  const probeClient: ProbeClient = { run: (script, timeoutMs) => ask(() => own.run(script, timeoutMs), script) };
  return { ...clients, probeClients: new Map([...clients.probeClients, [client, probeClient]]) };
}

function judged(cells: Cell[], { probeClients }: Clients, read = counters) {
  const { signal } = new AbortController();
  const appliedAt = performance.timeOrigin;
  return judgedAs({ cells, probeClients, counters: read, certificates, appliedAt, convergence, signal });
}

test('where header and counters agree, all pass: plain text of clients without a sidecar is known to be theirs', async () => {
  const clients = clientsOf(permissive);
  const verdicts = Object.values(await judged(unchanged, clients)).map(({ verdict }) => verdict);
  expect(verdicts).toEqual(['pass', 'pass', 'pass', 'pass']);
  expect(clients.readings).toHaveLength(2);
});

test('a header that somebody else wrote fails, and fails only the pair that rests on it', async () => {
  const forged: World = () => ({ reply: 'm', over: 'plain' });
  const found = await judged(unchanged, clientsOf(forged));
  expect(found['full→full']).toMatchObject({
    verdict: 'fail',
    why: expect.stringContaining('the header is not its own'),
  });
  expect(['full→legacy', 'legacy→full', 'legacy→legacy'].map((id) => found[id]?.verdict)).toEqual([
    ...['pass', 'pass', 'pass'],
  ]);
});

test('one connection in plain text among those with TLS is no pass', async () => {
  const leaking: World = (_, nth) => ({ reply: 'm', over: nth % 300 === 299 ? 'plain' : 'tls' });
  const sampled = unchanged.map((one) => ({ ...one, answers: 300 }));
  expect((await judged(sampled, clientsOf(leaking)))['full→full']).toMatchObject({
    verdict: 'inconclusive',
    why: expect.stringContaining('counted 1 plain-text connection that no client without a sidecar made'),
  });
});

describe('connections pooled before the step', () => {
  const disabled = [cell('full→full', 'p', 'm'), ...unchanged.slice(1)];

  test('are waited for, so that the wrong answers they bring do not count', async () => {
    // DISABLE arrives at once, but an old connection stays open for 4 s and serves every fourth request.
    const world: World = (atMs, nth) => {
      if (atMs >= 4_000) return { reply: 'p', over: 'plain' };
      return { reply: nth % 4 === 0 ? 'm' : 'p', over: 'tls' };
    };
    const clients = clientsOf(world);
    const found = await judged(disabled, clients);
    expect(found['full→full']).toMatchObject({ verdict: 'pass', wrong: 0 });
    expect(found['full→full']?.lastWrongMs).toBeGreaterThan(3_000);
    expect(clients.readings.at(-1)).toBeGreaterThan(4_000);
  });

  test('are not waited for without end, and then nothing passes that rests on their absence', async () => {
    const clients = clientsOf(() => ({ reply: 'p', over: 'tls' }));
    const found = await judged(disabled, clients);
    expect(found['full→full']).toMatchObject({
      verdict: 'inconclusive',
      why: "the server's sidecar counted TLS connections, though no answer showed an identity",
    });
    expect(['full→legacy', 'legacy→full', 'legacy→legacy'].map((id) => found[id]?.verdict)).toEqual([
      ...['pass', 'pass', 'pass'],
    ]);
    expect(clock.now).toBeLessThan(convergence.graceMs + convergence.sampleMs);
  });
});

describe('clients that are asked at the same time', () => {
  test('what was sent before the sample does not count, though it comes back within it', async () => {
    const clients: Clients = clientsOf(() => ({ reply: clients.readings.length === 0 ? 503 : 'm', over: 'tls' }));
    const slow = withClient(clients, 'full', async (run) => {
      const came = await run();
      while (clients.readings.length === 0) await nextTick();
      return came;
    });
    expect((await judged(unchanged, slow))['full→full']).toMatchObject({ verdict: 'pass', wrong: 0, flaps: 0 });
  });

  test('what a client without a sidecar brings while the counters are read is known to be its own', async () => {
    const clients = clientsOf(permissive);
    const cells = [...unchanged, { ...cell('other→full', 'p'), sidecar: false }];
    const reading = withClient(clients, 'legacy', async (run, script) => {
      const came = await run();
      if (script.includes(':15090/')) for (let tick = 0; tick < 5; tick += 1) await nextTick();
      return came;
    });
    const other = withClient(reading, 'other', (run) => run(), 'legacy');
    expect((await judged(cells, other))['full→full']).toMatchObject({ verdict: 'pass' });
  });

  test('what a batch brought that was lost may have come all the same', async () => {
    const clients = clientsOf(permissive);
    let lost = 0;
    const losing = withClient(clients, 'legacy', async (run, script) => {
      const came = await run();
      if (script.includes(':15090/') || clients.readings.length === 0 || lost > 0) return came;
      lost += 1;
      throw new InconclusiveError('the shell was lost');
    });
    const found = await judged(unchanged, losing);
    expect(lost).toBe(1);
    expect(found['full→full']).toMatchObject({ verdict: 'pass' });
  });

  test('the client that reads the counters does so between its own batches, and nobody else does', async () => {
    let underWay = 0;
    let most = 0;
    const clients = withClient(clientsOf(permissive), 'legacy', async (run) => {
      most = Math.max(most, ++underWay);
      const came = await run();
      underWay -= 1;
      return came;
    });
    await judged(unchanged, clients);
    expect(most).toBe(1);
    expect(clients.readings).toHaveLength(2);
  });
});

describe('a reader that is no good', () => {
  /** Returns the clients with another result for readings of the counters. */
  function reading(clients: Clients, read: (nth: number, run: Run) => ReturnType<Run>): Clients {
    let nth = -1;
    return withClient(clients, 'legacy', async (run, script) => {
      if (!script.includes(':15090/')) return run();
      nth += 1;
      return read(nth, run);
    });
  }

  test.each([
    ['before the sample', 0],
    ['after it', 1],
  ])('and is lost once, %s, is asked again', async (_, which) => {
    const clients = reading(clientsOf(permissive), async (nth, run) => {
      if (nth === which) throw new InconclusiveError('the shell was lost');
      return run();
    });
    expect((await judged(unchanged, clients))['full→full']?.verdict).toBe('pass');
  });

  test.each([
    ['before the sample', 0],
    ['after it', 1],
  ])('and is lost for good, %s, leaves the header without evidence', async (_, from) => {
    const clients = reading(clientsOf(permissive), async (nth, run) => {
      if (nth < from) return run();
      clock.now += 1_000;
      throw new InconclusiveError('the shell was lost');
    });
    const found = await judged(unchanged, clients);
    expect(found['full→full']).toMatchObject({
      verdict: 'inconclusive',
      why: "only the header that came with the requests says mutual TLS: the shell was lost; the client's sidecar was not asked",
    });
    expect(found['legacy→full']?.verdict).toBe('pass');
  });

  test('and comes back only when the sample has begun without it, has seen nothing of what was before', async () => {
    const clients = reading(clientsOf(permissive), async (nth, run) => {
      if (nth === 0) {
        clock.now += convergence.graceMs;
        // Meanwhile, the other client continues and begins the sample.
        for (let tick = 0; tick < 50; tick += 1) await nextTick();
      }
      return run();
    });
    expect((await judged(unchanged, clients))['full→full']).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('the sidecar of full/httpbin-0 could not be asked'),
    });
  });

  test('and is lost after a reading before the sample does not lose that one', async () => {
    const unsettled = (text: string): string => text.replace(/(ssl_active\{[^}]*\}) 1/, '$1 0');
    const clients = reading(clientsOf(permissive), async (nth, run) => {
      if (nth === 0) return { stdout: unsettled((await run()).stdout) };
      if (nth > 1) return run();
      clock.now += convergence.graceMs;
      throw new InconclusiveError('the shell was lost');
    });
    expect((await judged(unchanged, clients))['full→full']?.why).toContain(
      'counted no TLS connection and 1 plain-text connection',
    );
  });

  test('and is lost after a reading of some counters does not lose what that said', async () => {
    const clients = reading(clientsOf(permissive), async (nth, run) => {
      clock.now += 1_000;
      if (nth === 1 || nth > 4) throw new InconclusiveError('the shell was lost');
      const { stdout } = await run();
      return { stdout: `${stdout}${printed(28, { mark: markOf(stdout) })}` };
    });
    const found = await judged(unchanged, clients, [...counters, counterAt(0, 'partial/httpbin')]);
    expect(found['full→full']?.verdict).toBe('pass');
  });

  test('has time of its own after a sample that used up all of its time', async () => {
    const timeouts: number[] = [];
    const clients = clientsOf(() => ({ reply: 28, over: 'tls' }));
    const reader = clients.probeClients.get('legacy') as ProbeClient;
    const timed: ProbeClient = {
      run: (script, timeoutMs) => {
        if (script.includes(':15090/')) timeouts.push(timeoutMs);
        return reader.run(script, timeoutMs);
      },
    };
    const probeClients = new Map([...clients.probeClients, ['legacy', timed]]);
    const cells = [cell('full→full', 'm'), cell('full→legacy', 'p'), cell('legacy→legacy', 'p')];
    const found = await judged(cells, { ...clients, probeClients });
    expect(found['full→full']?.verdict).toBe('inconclusive');
    expect(clock.now).toBeGreaterThan(convergence.sampleMs);
    expect(timeouts.at(-1)).toBe(convergence.graceMs);
  });

  test('by a mistake of the harness’s own ends the step with that mistake', async () => {
    const clients = reading(clientsOf(permissive), () => Promise.reject(new TypeError('no such thing')));
    await expect(judged(unchanged, clients)).rejects.toThrow('no such thing');
  });
});
