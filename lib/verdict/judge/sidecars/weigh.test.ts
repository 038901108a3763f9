import { cell, identity, told, type Wanted } from '../../../probe/fixtures.ts';
import type { Cell } from '../../../probe/types.ts';
import type { Verdict } from '../../fields.ts';
import type { Gap } from '../../gaps.ts';
import type { Judgement, Seen } from '../../judgement.ts';
import { notObserved } from '../../observation.ts';
import type { Observation } from '../../observed.ts';
import type { VerdictReason } from '../../reasons.ts';
import type { CounterEvidence } from './counters.ts';
import type { ExpectedTraffic } from './expected-traffic.ts';
import type { ClientEvidence } from './outbound.ts';
import { type CountedTraffic, type Evidence, weighed as weighedBy } from './weigh.ts';

const mutual: Observation = { kind: 'mtls', identity };
const plain: Observation = { kind: 'plain' };
const unavailable: Observation = { kind: 'unavailable' };
const unseen = notObserved({ code: 'client-lost', error: 'the shell was lost' });

const seen = (observation: Observation, counted = 90): Seen => ({
  observation,
  count: 99,
  counted,
  firstMs: 1,
  lastMs: 2,
});

/** Why the answers alone come to a verdict. */
const byAnswers: Record<Verdict, VerdictReason> = {
  pass: { code: 'as-expected', answers: 90, expected: [] },
  fail: { code: 'wrong-answers', answers: 90, expected: [], wrong: [{ observation: unavailable, times: 90 }] },
  inconclusive: { code: 'nothing-seen', limitMs: 20_000, because: { code: 'nothing-sent' } },
};

const judgement = (verdict: Verdict, ...all: Seen[]) =>
  told({
    verdict,
    reasons: [byAnswers[verdict]],
    requests: 99,
    seen: all,
    timeline: [],
    counted: 90,
    wrong: verdict === 'fail' ? 90 : 0,
    missChance: 0,
    flaps: 0,
  });

/** Returns the judgement after the checks, by default where no certificate is known, and the client counted as it should. */
const weighed = (of: Cell, before: Judgement, found: CountedTraffic | undefined, others: Partial<Evidence> = {}) =>
  told(
    weighedBy(of, before, {
      ownCertificates: undefined,
      identitiesShown: false,
      client: { agrees: true },
      ...others,
      server: found,
    }),
  );

/** The endpoints of all expectations here, each with a sidecar. */
const workloads = new Set(['full/0', 'full/1']);

/** Returns the judgement of `full → full`, whose client has a sidecar, after the check against the counters. */
const held = (
  wanted: Wanted | Wanted[],
  before: Judgement,
  kind: ExpectedTraffic,
  counts: CounterEvidence,
  answers = 0,
) => weighed(cell('full→full', wanted), before, { kind, counts, workloads, answers });

/** The same if the client's sidecar could not be asked. */
const alone = (wanted: Wanted | Wanted[], before: Judgement, kind: ExpectedTraffic, counts: CounterEvidence) =>
  weighed(cell('full→full', wanted), before, { kind, counts, workloads, answers: 0 }, { client: mute });
const mute: ClientEvidence = { unknown: { code: 'client-port', curlExit: 7 } };
const lost: Gap = { code: 'reading-lost', error: 'the shell was lost' };

/** All sorts of results from the counters. */
const everything: CounterEvidence[] = [
  { unknown: lost },
  ...[true, false].flatMap((tls) => [0, 1, 90].map((count) => ({ tls, plain: count }))),
];
const kinds: ExpectedTraffic[] = ['mtls', 'plain', 'mixed'];

describe('answers that somebody else gives in the place of the server', () => {
  const few =
    "the server's sidecar took only 3 requests for the 90 answers that seem to be its server's: somebody else answers";

  test.each([
    ['with the identity that is expected', 'm', judgement('pass', seen(mutual)), 'mtls'],
    ['without one', 'm', judgement('fail', seen({ kind: 'plain' })), 'mtls'],
    ['in plain text, where that is expected', 'p', judgement('pass', seen({ kind: 'plain' })), 'plain'],
    ['where others may send either', 'p', judgement('pass', seen({ kind: 'plain' })), 'mixed'],
  ] as const)('fail, %s, though a connection over TLS is open', (_, wanted, before, kind) => {
    // The answers of a pair that fails are its own, and none of those that are the server's.
    const others = before.wrong > 0 ? 0 : 90;
    const found = held(wanted, before, kind, { tls: kind === 'mtls', plain: 0, requests: 3 }, others);
    expect(found).toMatchObject({ verdict: 'fail', why: expect.stringContaining(few) });
    expect(held(wanted, before, kind, { tls: kind === 'mtls', plain: 0, requests: 90 }, others).why).not.toContain(few);
  });

  test('are not looked for where a sidecar does not count requests', () => {
    const passed = judgement('pass', seen(mutual));
    expect(held('m', passed, 'mtls', { tls: true, plain: 0 }, 90)).toEqual(passed);
  });
});

describe('mutual TLS that the header claims', () => {
  const passed = judgement('pass', seen(mutual));

  test('is believed where the sidecar counted TLS connections alone', () => {
    expect(held('m', passed, 'mtls', { tls: true, plain: 0 })).toEqual(passed);
  });

  test('is a failure where it counted none: anybody can write the header', () => {
    expect(held('m', passed, 'mtls', { tls: false, plain: 2 })).toEqual({
      ...passed,
      verdict: 'fail',
      reasons: [{ code: 'header-not-its-own', connections: 2 }],
      why: "X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted no TLS connection and 2 plain-text connections: the header is not its own",
    });
    expect(held('m', passed, 'mtls', { tls: false, plain: 0 })).toMatchObject({
      verdict: 'fail',
      why: expect.stringContaining('counted no TLS connection and 0 plain-text connections'),
    });
  });

  test('is in doubt where it counted plain text, too', () => {
    expect(held('m', passed, 'mtls', { tls: true, plain: 1 })).toEqual({
      ...passed,
      verdict: 'inconclusive',
      reasons: [{ code: 'plain-beside', connections: 1 }],
      why: "X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted 1 plain-text connection that no client without a sidecar made (a scraper or a probe may have, or proxyHeaders.requestId is off)",
    });
    expect(held(['m', 'p'], passed, 'mtls', { tls: true, plain: 7 }).why).toContain('7 plain-text connections that');
  });

  test('is in doubt where nothing is known of either sidecar', () => {
    expect(alone('m', passed, 'mtls', { unknown: lost })).toEqual({
      ...passed,
      verdict: 'inconclusive',
      reasons: [{ code: 'header-alone', claim: 'mtls', server: lost, gap: { code: 'client-port', curlExit: 7 } }],
      why: "only the header that came with the requests says mutual TLS: the shell was lost; port 15000 of the client's sidecar, which its pod alone reaches, answered curl exit 7",
    });
  });

  test('is in doubt where the side of the server alone says so: somebody may be in between', () => {
    const relayed = alone('m', passed, 'mtls', { tls: true, plain: 0 });
    expect(relayed).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('somebody may be in between'),
    });
    const own = weighed(
      cell('full→full', 'm'),
      passed,
      { kind: 'mtls', counts: { tls: true, plain: 0 }, workloads, answers: 0 },
      { ownCertificates: true, client: mute },
    );
    expect(own).toEqual(passed);
  });

  test('is a failure where the sidecar of the client contradicts, whatever the server counted', () => {
    const contradicts: VerdictReason = { code: 'client-sent-fewer', unit: 'requests', answers: 90, sent: 0 };
    for (const kind of kinds) {
      for (const counts of everything) {
        const found = weighed(
          cell('full→full', 'm'),
          passed,
          { kind, counts, workloads, answers: 0 },
          { ownCertificates: true, identitiesShown: true, client: { contradicts } },
        );
        expect(found).toMatchObject({ verdict: 'fail', reasons: [contradicts] });
      }
    }
  });

  test('is in doubt where plain text from other clients is as right, unless the client counted', () => {
    for (const counts of everything) {
      expect(alone('m', passed, 'mixed', counts)).toMatchObject({
        verdict: 'inconclusive',
        why: expect.stringContaining('its counters do not tell them apart'),
      });
      expect(alone(['p', 'm'], passed, 'mixed', counts).verdict).toBe('inconclusive');
      expect(held('m', passed, 'mixed', counts)).toEqual(passed);
    }
  });
});

describe('plain text that no header contradicts', () => {
  const passed = judgement('pass', seen(plain));

  test('is believed where the sidecar counted no TLS', () => {
    expect(held('p', passed, 'plain', { tls: false, plain: 3 })).toEqual(passed);
    expect(held('p', passed, 'plain', { tls: false, plain: 0 })).toEqual(passed);
  });

  test('is in doubt where it did', () => {
    for (const count of [0, 3]) {
      expect(held('p', passed, 'plain', { tls: true, plain: count })).toEqual({
        ...passed,
        verdict: 'inconclusive',
        reasons: [{ code: 'tls-unexpected' }],
        why: "the server's sidecar counted TLS connections, though no answer showed an identity",
      });
    }
  });

  test('is in doubt where nothing is known', () => {
    expect(held('p', passed, 'plain', { unknown: lost })).toMatchObject({
      verdict: 'inconclusive',
      why: 'only the header that came with the requests says plain text: the shell was lost',
    });
  });

  test('is in doubt where mutual TLS from other clients is as right, whatever was counted', () => {
    for (const counts of everything) expect(held('p', passed, 'mixed', counts).verdict).toBe('inconclusive');
  });
});

test('a refusal needs no counts where the sidecar is to refuse', () => {
  const passed = judgement('pass', seen(unavailable));
  for (const counts of everything) expect(held('503', passed, 'mixed', counts)).toEqual(passed);
});

test('nor does plain text from an endpoint without a sidecar, whatever those beside it counted', () => {
  const passed = judgement('pass', seen(plain));
  const beside = { workloads: new Set(['full/0']), answers: 0 };
  for (const kind of kinds) {
    for (const counts of everything) {
      expect(weighed(cell('full→full', ['503', 'p']), passed, { kind, counts, ...beside })).toEqual(passed);
      // The same answer may have come from an endpoint with a sidecar.
      expect(weighed(cell('full→full', ['p', 'p']), passed, { kind: 'mixed', counts, ...beside })).not.toEqual(passed);
    }
  }
});

test('nor does a client without a sidecar, which sends plain text alone', () => {
  const passed = judgement('pass', seen(plain));
  for (const kind of kinds) {
    for (const counts of everything) {
      expect(weighed(cell('legacy→full', 'p'), passed, { kind, counts, workloads, answers: 0 })).toEqual(passed);
    }
  }
});

describe('a failure', () => {
  const hidden: CounterEvidence = { tls: true, plain: 0 };

  test('is none where mutual TLS was counted alone, and only the header is missing', () => {
    const failed = judgement('fail', seen(plain));
    expect(held('m', failed, 'mtls', hidden)).toEqual({
      ...failed,
      verdict: 'inconclusive',
      reasons: [{ code: 'identity-hidden' }],
      why: "mutual TLS, identity not shown: the server's sidecar counted TLS connections alone, and no answer has X-Forwarded-Client-Cert (proxyHeaders.forwardedClientCert: SANITIZE does that)",
    });
    expect(held(['m', 'p'], failed, 'mtls', hidden).verdict).toBe('inconclusive');
  });

  test('what came before the sample, or could not be read, changes nothing about that', () => {
    const failed = judgement('fail', seen(unavailable, 0), seen(plain), seen(unseen, 0));
    expect(held('m', failed, 'mtls', hidden).verdict).toBe('inconclusive');
  });

  test.each<[string, CounterEvidence]>([
    ['no TLS', { tls: false, plain: 3 }],
    ['plain text beside it', { tls: true, plain: 1 }],
    ['nothing', { tls: false, plain: 0 }],
    ['what nobody could read', { unknown: lost }],
  ])('stays one where the sidecar counted %s', (_, counts) => {
    const failed = judgement('fail', seen(plain));
    expect(held('m', failed, 'mtls', counts)).toEqual(failed);
  });

  test.each<[string, Seen[]]>([
    ['another status', [seen(plain, 89), seen(unavailable, 1)]],
    ['another identity', [seen({ kind: 'mtls', identity: `${identity}2` })]],
    ['an identity in some answers, and none in others', [seen(mutual, 50), seen(plain, 40)]],
    ['a refusal', [seen({ kind: 'refused', curlExit: 56 })]],
    ['nothing in the sample', [seen(unavailable, 0), seen(unseen, 0)]],
  ])('stays one where the answers show %s', (_, all) => {
    const failed = judgement('fail', ...all);
    expect(held('m', failed, 'mtls', hidden)).toEqual(failed);
  });

  test('stays one where no mutual TLS was expected', () => {
    const failed = judgement('fail', seen(plain));
    expect(held('503', failed, 'mtls', hidden)).toEqual(failed);
    for (const kind of ['plain', 'mixed'] as const) {
      for (const counts of everything) {
        expect(held('p', failed, kind, counts)).toEqual(failed);
        expect(held('m', failed, kind, counts)).toEqual(failed);
      }
    }
  });
});

describe('over a protocol whose answers do not tell mutual TLS from plain text', () => {
  const answered = judgement('pass', seen({ kind: 'answered', workload: 'full/0' }));
  const tcp = (wanted: Wanted, from = 'full') => ({ ...cell(`${from}→full`, wanted), protocol: 'tcp' as const });
  const of = (wanted: Wanted, kind: ExpectedTraffic, counts: CounterEvidence) =>
    weighed(tcp(wanted), answered, { kind, counts, workloads, answers: 0 });

  test.each<[string, Wanted, ExpectedTraffic, CounterEvidence, Verdict, string]>([
    ['TLS alone', 'm', 'mtls', { tls: true, plain: 0 }, 'pass', 'counted TLS connections alone'],
    [
      'no TLS',
      'm',
      'mtls',
      { tls: false, plain: 90 },
      'fail',
      'counted no TLS connection and 90 plain-text connections',
    ],
    [
      'a leak',
      'm',
      'mtls',
      { tls: true, plain: 1 },
      'inconclusive',
      'TLS connections, and 1 plain-text connection that',
    ],
    ['no TLS', 'p', 'plain', { tls: false, plain: 3 }, 'pass', 'counted no TLS connection'],
    ['TLS alone', 'p', 'plain', { tls: true, plain: 0 }, 'fail', 'expected plain text'],
    ['both', 'p', 'plain', { tls: true, plain: 3 }, 'inconclusive', 'TLS connections, and 3 plain-text connections'],
    ['what only the client counted', 'm', 'mtls', { unknown: lost }, 'pass', 'counted what it sent'],
    ['several kinds', 'm', 'mixed', { tls: true, plain: 0 }, 'pass', "the client's sidecar counted what it sent"],
  ])('%s where %s is expected (%s)', (_, wanted, kind, counts, verdict, why) => {
    expect(of(wanted, kind, counts)).toMatchObject({ verdict, why: expect.stringContaining(why) });
  });

  test.each<[string, ExpectedTraffic, CounterEvidence, string]>([
    ['TLS alone', 'mtls', { tls: true, plain: 0 }, "only the server's could be asked"],
    ['what nobody read', 'mtls', { unknown: lost }, "the shell was lost; port 15000 of the client's sidecar"],
    ['several kinds', 'mixed', { tls: true, plain: 0 }, 'takes several kinds from clients with a sidecar; port 15000'],
  ])('%s is in doubt if the client cannot be asked', (_, kind, counts, why) => {
    const found = weighed(tcp('m'), answered, { kind, counts, workloads, answers: 0 }, { client: mute });
    expect(found).toMatchObject({ verdict: 'inconclusive', why: expect.stringContaining(why) });
  });

  test('without counters nothing that claims mutual TLS passes, and plain text only where no sidecar is', () => {
    expect(weighed(tcp('m'), answered, undefined, { client: mute }).verdict).toBe('inconclusive');
    expect(weighed(tcp('m'), answered, undefined)).toEqual(answered);
    expect(weighed(tcp('p'), answered, undefined, { client: mute })).toEqual(answered);
  });

  test('what was not believed before, refusals, and clients without a sidecar need none', () => {
    for (const counts of everything) {
      const failed = judgement('fail', seen(unavailable));
      expect(weighed(tcp('m'), failed, { kind: 'mtls', counts, workloads, answers: 0 })).toEqual(failed);
      expect(of('56', 'mixed', counts)).toEqual(answered);
      expect(weighed(tcp('p', 'legacy'), answered, { kind: 'mtls', counts, workloads, answers: 0 })).toEqual(answered);
    }
  });
});

test('what is inconclusive stays so, for its own reason', () => {
  const open = judgement('inconclusive', seen(plain));
  for (const kind of kinds) {
    for (const counts of everything) expect(held('m', open, kind, counts)).toEqual(open);
  }
});

describe('certificates', () => {
  const passed = judgement('pass', seen(mutual));
  const leaking: CounterEvidence = { tls: true, plain: 3 };
  const unknown: CounterEvidence = { unknown: lost };
  const open: [string, ExpectedTraffic, CounterEvidence][] = [
    ['several kinds', 'mixed', leaking],
    ['nothing that anybody could read', 'mtls', unknown],
  ];
  const certified = (
    wanted: Wanted | Wanted[],
    kind: ExpectedTraffic,
    counts: CounterEvidence,
    shown: Pick<Evidence, 'ownCertificates' | 'identitiesShown'>,
    own = workloads,
  ) => weighed(cell('full→full', wanted), passed, { kind, counts, workloads: own, answers: 0 }, shown);

  test.each(open)(
    'of the client are needed with what it counted, where the counters of the server have %s',
    (_, kind, counts) => {
      expect(certified('m', kind, counts, { ownCertificates: true, identitiesShown: true })).toEqual(passed);
      expect(certified('m', kind, counts, { ownCertificates: true, identitiesShown: false })).toEqual(passed);
      const found = { kind, counts, workloads, answers: 0 };
      expect(weighed(cell('full→full', 'm'), passed, found, { ownCertificates: true, client: mute }).verdict).toBe(
        'inconclusive',
      );
    },
  );

  test.each([...open, ['TLS alone', 'mtls', { tls: true, plain: 0 }] as const])(
    'of somebody else are no pass, even where the counters have %s',
    (_, kind, counts) => {
      expect(certified('m', kind, counts, { ownCertificates: false, identitiesShown: true })).toMatchObject({
        verdict: 'inconclusive',
        why: expect.stringContaining("of no certificate that the client's sidecar has"),
      });
    },
  );

  test('do not excuse a sidecar that counted no TLS, or plain text that nobody knows of', () => {
    const shown = { ownCertificates: true, identitiesShown: true };
    expect(certified('m', 'mtls', { tls: false, plain: 3 }, shown).verdict).toBe('fail');
    expect(certified('m', 'mtls', leaking, shown)).toMatchObject({
      verdict: 'inconclusive',
      why: expect.stringContaining('counted 3 plain-text connections that no client without a sidecar made'),
    });
  });

  test('of any client show that a sidecar hides none, so that an answer without one is plain text', () => {
    for (const wanted of ['p', ['m', 'p']] as Wanted[][]) {
      expect(certified(wanted, 'mixed', leaking, { ownCertificates: true, identitiesShown: true })).toEqual(passed);
      expect(certified(wanted, 'mixed', leaking, { ownCertificates: true, identitiesShown: false }).verdict).toBe(
        'inconclusive',
      );
    }
    // The endpoint in plain text has no sidecar, so nothing could hide there.
    const beside = new Set(['full/0']);
    expect(certified(['m', 'p'], 'mixed', leaking, { ownCertificates: true, identitiesShown: false }, beside)).toEqual(
      passed,
    );
  });

  test('that nobody shows are not needed where the client’s sidecar never made a handshake', () => {
    const found = { kind: 'mixed' as const, counts: leaking, workloads, answers: 0 };
    const by = (client: ClientEvidence) =>
      weighed(cell('full→full', 'p'), passed, found, { ownCertificates: true, identitiesShown: false, client });
    expect(by({ agrees: true, withoutTls: true })).toEqual(passed);
    expect(by({ agrees: true }).verdict).toBe('inconclusive');
  });

  test('that nobody shows change nothing about plain text that a TLS counter contradicts', () => {
    expect(
      certified('p', 'plain', { tls: true, plain: 0 }, { ownCertificates: true, identitiesShown: true }).verdict,
    ).toBe('inconclusive');
  });
});
