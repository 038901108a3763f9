import type { AskingClient, TryResult } from './clients/attempt.ts';
import type { Retries } from './clients/call.ts';
import type { Protocol } from './expected.ts';
import { mesh, workload } from './fixtures.ts';
import { outcomeOf, outcomesOf, retriesSave } from './outcomes.ts';

const client = workload('full/sleep');
const plainClient = workload('legacy/sleep', { sidecar: false });

const asker = (asked: Partial<AskingClient> = {}): AskingClient => ({
  client,
  protocol: 'http',
  mesh: mesh(),
  ...asked,
});

const tried = (results: [TryResult, number][]) =>
  results.map(([result, replicas], i) => ({ workload: workload(`full/w${i}`, { replicas }), result }));

function shares(results: [TryResult, number][], retries: Retries): Record<string, number> {
  const outcomes = outcomesOf(tried(results), retries, asker());
  return Object.fromEntries(
    outcomes.map(({ outcome, share, rare }) => [
      rare ? `rarely ${outcome.kind}` : outcome.kind,
      Number(share.toFixed(6)),
    ]),
  );
}

describe('the share of each outcome', () => {
  test.each<[string, [TryResult, number][], Retries, Record<string, number>]>([
    ['one endpoint', [['mtls', 1]], 'other-host', { mtls: 1 }],
    [
      'by pods, not by workloads',
      [
        ['mtls', 3],
        ['plain', 1],
      ],
      'other-host',
      { mtls: 0.75, plain: 0.25 },
    ],
    [
      'like outcomes add up',
      [
        ['mtls', 1],
        ['plain', 1],
        ['mtls', 2],
      ],
      'other-host',
      { mtls: 0.75, plain: 0.25 },
    ],
    ['no connection anywhere', [['no-connection', 2]], 'other-host', { unavailable: 1 }],
    [
      'a retry skips the host that took none, unless it draws it six times: 1/2 · 1/2⁶ · 1/2⁶',
      [
        ['mtls', 1],
        ['no-connection', 1],
      ],
      'other-host',
      { mtls: 0.999878, 'rarely unavailable': 0.000122 },
    ],
    [
      'two retries skip two, unless one draws what was tried: 2/3 · (1/3⁶ · (1/3⁶ + (1 - 1/3⁶)/2) + (1 - 1/3⁶)/2 · (2/3)⁶)',
      [
        ['mtls', 1],
        ['no-connection', 2],
      ],
      'other-host',
      { mtls: 0.970318, 'rarely unavailable': 0.029682 },
    ],
    [
      'and not three: 3/4 · 2/3 · 1/2, and a little more for what is drawn again',
      [
        ['mtls', 1],
        ['no-connection', 3],
      ],
      'other-host',
      { mtls: 0.746034, unavailable: 0.253966 },
    ],
    [
      'what another endpoint always has is not rare',
      [
        ['no-connection', 1],
        ['mtls', 1],
        ['cut-off', 1],
        ['no-connection', 1],
      ],
      'other-host',
      { mtls: 0.498678, unavailable: 0.501322 },
    ],
    [
      'a share as small is not rare where an endpoint has it',
      [
        ['mtls', 49],
        ['no-connection', 1],
      ],
      'same-host',
      { mtls: 0.98, unavailable: 0.02 },
    ],
    [
      'kube-proxy hardly ever draws one of four three times: 1/4³',
      [
        ['mtls', 3],
        ['no-connection', 1],
      ],
      'drawn-again',
      { mtls: 0.984375, 'rarely unavailable': 0.015625 },
    ],
    [
      'what is cut off is not tried again',
      [
        ['plain', 1],
        ['cut-off', 1],
      ],
      'other-host',
      { plain: 0.5, unavailable: 0.5 },
    ],
    [
      'one pod alone is dialled',
      [
        ['mtls', 1],
        ['no-connection', 1],
      ],
      'same-host',
      { mtls: 0.5, unavailable: 0.5 },
    ],
    [
      'kube-proxy draws three times: 1/2³',
      [
        ['mtls', 1],
        ['no-connection', 1],
      ],
      'drawn-again',
      { mtls: 0.875, 'rarely unavailable': 0.125 },
    ],
    [
      'of what kube-proxy draws, a connection that is cut off is not used again, and one that is answered is',
      [
        ['plain', 1],
        ['cut-off', 1],
      ],
      'drawn-again',
      { plain: 0.5, 'rarely unavailable': 0.5 },
    ],
    [
      'if none is answered, each is cut off',
      [
        ['server-503', 1],
        ['cut-off', 1],
      ],
      'drawn-again',
      { unavailable: 1 },
    ],
    [
      'no one tries again',
      [
        ['plain', 1],
        ['no-connection', 1],
      ],
      'none',
      { plain: 0.5, unavailable: 0.5 },
    ],
    [
      'what the retries save is shared',
      [
        ['mtls', 1],
        ['plain', 1],
        ['no-connection', 1],
      ],
      'other-host',
      { mtls: 0.5, plain: 0.5, 'rarely unavailable': 0.000001 },
    ],
  ])('%s', (_, results, retries, expected) => {
    expect(shares(results, retries)).toEqual(expected);
  });

  test('one dead host of two loses 1 request of 8,192, one of three 1 of 1,594,323', () => {
    const lost = (answering: number) =>
      outcomesOf(
        tried([
          ['mtls', answering],
          ['no-connection', 1],
        ]),
        'other-host',
        asker(),
      ).find(({ rare }) => rare)?.share;
    expect(lost(1)).toBe(1 / 8192);
    expect(lost(2)).toBeCloseTo(1 / 1_594_323, 15);
  });

  test('come to what drawing at random comes to', () => {
    let seed = 1;
    const draw = (hosts: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.floor((seed / 2_147_483_647) * hosts);
    };
    const requests = 200_000;
    let lost = 0;
    for (let request = 0; request < requests; request += 1) {
      // Of three hosts, 0 and 1 are dead.
      let host = draw(3);
      const before = new Set([host]);
      for (let retry = 0; retry < 2 && host < 2; retry += 1) {
        for (let at = 0; at < 6; at += 1) {
          host = draw(3);
          if (!before.has(host)) break;
        }
        before.add(host);
      }
      if (host < 2) lost += 1;
    }
    const [, rare] = outcomesOf(
      tried([
        ['mtls', 1],
        ['no-connection', 2],
      ]),
      'other-host',
      asker(),
    );
    const share = rare?.share as number;
    // Three standard deviations.
    expect(Math.abs(lost / requests - share)).toBeLessThan(3 * Math.sqrt((share * (1 - share)) / requests));
  });

  test('add up to 1, each with its workloads', () => {
    const outcomes = outcomesOf(
      tried([
        ['mtls', 1],
        ['no-connection', 5],
        ['plain', 3],
        ['cut-off', 2],
      ]),
      'other-host',
      asker(),
    );
    expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    expect(outcomes.map(({ outcome, endpoints }) => [outcome.kind, endpoints])).toEqual([
      ['mtls', ['full/w0']],
      ['unavailable', ['full/w1', 'full/w3']],
      ['plain', ['full/w2']],
    ]);
  });
});

describe('what a failure looks like', () => {
  test.each<[TryResult, string, string]>([
    ['cut-off', '1.31', '[56]'],
    ['cut-off', '1.10', '[56]'],
    ['cut-off', '1.9', '[52,56]'],
    ['no-connection', '1.31', '[7]'],
  ])('%s without a sidecar in %s: curl exits with %s', (result, release, exits) => {
    const [only] = outcomesOf(tried([[result, 1]]), 'none', asker({ client: plainClient, mesh: mesh(release) }));
    expect(only?.outcome).toEqual({ kind: 'reset', curlExits: JSON.parse(exits) });
  });

  test.each<[Protocol, TryResult, 'full' | 'legacy', string]>([
    ['http', 'cut-off', 'full', 'unavailable'],
    ['grpc', 'cut-off', 'full', 'unavailable'],
    ['tcp', 'cut-off', 'full', '[52,56]'],
    ['tcp', 'cut-off', 'legacy', '[56]'],
    ['https', 'cut-off', 'full', '[52,55,56]'],
    ['tcp', 'no-connection', 'full', '[52,56]'],
    ['https', 'no-connection', 'full', '[35]'],
    ['grpc', 'cut-off', 'legacy', '[55,56]'],
    ['https', 'cut-off', 'legacy', '[52,55,56]'],
    ['tcp', 'no-connection', 'legacy', '[7]'],
    ['tcp', 'server-503', 'legacy', '[52,56]'],
    ['grpc', 'server-503', 'legacy', 'unavailable'],
  ])('%s, %s, from %s: %s', (protocol, result, from, sees) => {
    const outcome = outcomeOf({ result: result }, asker({ protocol, client: from === 'full' ? client : plainClient }));
    expect(outcome.kind === 'reset' ? JSON.stringify(outcome.curlExits) : outcome.kind).toBe(sees);
  });

  test('a server’s own 503 reaches a client without a sidecar', () => {
    const [only] = outcomesOf(tried([['server-503', 1]]), 'none', asker({ client: plainClient }));
    expect(only?.outcome).toEqual({ kind: 'unavailable' });
  });
});

describe('retries save requests', () => {
  test.each<[TryResult[], Retries, boolean]>([
    [['mtls', 'no-connection'], 'other-host', true],
    [['mtls', 'no-connection'], 'drawn-again', true],
    [['mtls', 'no-connection'], 'same-host', false],
    [['no-connection', 'no-connection'], 'other-host', false],
    [['mtls', 'plain'], 'other-host', false],
  ])('%j with %s: %s', (results, retries, saves) => {
    expect(retriesSave(tried(results.map((result) => [result, 1])), retries)).toBe(saves);
  });
});
