import { isPassedOn } from '../../../model/index.ts';
import type { Gap } from '../../gaps.ts';
import type { Judgement } from '../../judgement.ts';
import { type VerdictReason, verdictOf } from '../../reasons.ts';
import type { Pair } from '../../record/asked.ts';
import type { CounterEvidence } from './counters.ts';
import { type ExpectedTraffic, isCounted } from './expected-traffic.ts';
import type { ClientEvidence } from './outbound.ts';

/** The traffic that a Service's sidecars should get from clients with a sidecar, and what they counted. */
export interface CountedTraffic {
  kind: ExpectedTraffic;
  counts: CounterEvidence;
  /** The workloads whose sidecars counted. */
  workloads: ReadonlySet<string>;
  /** How many counted answers seem to have come through these sidecars. */
  answers: number;
}

/** What those say who cannot write into each other's answers. */
export interface Evidence {
  /** What the server's sidecars counted; absent if there is nothing to compare. */
  server: CountedTraffic | undefined;
  /**
   * Whether the certificates that the headers of the counted answers show are all the client's own: the server's sidecar
   * says which it saw, and the client's which it has. Undefined if either does not.
   */
  ownCertificates: boolean | undefined;
  /**
   * Whether the server's sidecars show any client's own certificate, so that they do not hide identities: all endpoints with
   * a sidecar are of one workload, whose sidecars have the same configuration.
   */
  identitiesShown: boolean;
  /** What the client's own sidecar counted. */
  client: ClientEvidence;
}

/**
 * Checks a pair's judgement, which relies on request headers, against what nobody can write into a header: what the
 * sidecars of the server and of the client counted, and the certificate of the client. Neither side's word is enough: the
 * server's does not tell who came between, and the client's does not tell who answered.
 */
export function weighed(pair: Pair, judgement: Judgement, evidence: Evidence): Judgement {
  const reasons = reasonsFor(pair, judgement, evidence);
  return { ...judgement, verdict: verdictOf(reasons), reasons };
}

function reasonsFor(pair: Pair, judgement: Judgement, evidence: Evidence): VerdictReason[] {
  const { verdict, reasons } = judgement;
  if (!pair.sidecar) return reasons;
  const { client } = evidence;
  if (verdict === 'pass' && 'contradicts' in client) return [client.contradicts];
  if (verdict === 'pass' && 'strays' in client) return [client.strays];
  return isPassedOn(pair.protocol) ? counted(pair, judgement, evidence) : confirmed(pair, judgement, evidence);
}

/** For protocols whose answers tell mutual TLS from plain text: the counters must not contradict them. */
function confirmed(
  pair: Pair,
  judgement: Judgement,
  { server, ownCertificates, identitiesShown, client }: Evidence,
): VerdictReason[] {
  const { verdict, reasons } = judgement;
  if (server === undefined || !claims(pair, server)) return reasons;
  const { kind, counts } = server;
  const gap = 'unknown' in client ? { gap: client.unknown } : {};
  /** Returns a pass that the server's counters leave open: those of the client may confirm it. */
  const leftOpen = (doubt: VerdictReason): VerdictReason[] => {
    if (ownCertificates === false) return [{ code: 'other-certificate' }];
    if ('unknown' in client) return [doubt];
    const isPlain = 'agrees' in client && client.withoutTls === true;
    return identitiesShown || isPlain || !isPlainAt(pair, server) ? reasons : [doubt];
  };
  // An idle connection over TLS may be open still, so connections do not show that the answers came over them.
  const requests = 'unknown' in counts ? undefined : counts.requests;
  const answers = server.answers + ownAnswers(judgement);
  if (requests !== undefined && requests < answers && verdict !== 'inconclusive') {
    return [...reasons, { code: 'server-took-fewer', requests, answers }];
  }
  if (kind === 'mixed') return verdict === 'pass' ? leftOpen({ code: 'header-alone-mixed', ...gap }) : reasons;
  if ('unknown' in counts) {
    return verdict === 'pass'
      ? leftOpen({ code: 'header-alone', claim: kind, server: counts.unknown, ...gap })
      : reasons;
  }
  const { tls, plain: connections } = counts;
  if (kind === 'plain') return verdict === 'pass' && tls ? [{ code: 'tls-unexpected' }] : reasons;
  if (verdict === 'pass') {
    if (!tls) return [{ code: 'header-not-its-own', connections }];
    if (ownCertificates === false) return [{ code: 'other-certificate' }];
    // A certificate does not excuse these: a sidecar may have sent requests in plain text before it sent them again.
    if (connections > 0) return [{ code: 'plain-beside', connections }];
    if (ownCertificates === undefined && 'unknown' in client) return [{ code: 'server-alone', gap: client.unknown }];
    return reasons;
  }
  const isHidden = tls && connections === 0 && !('contradicts' in client) && onlyHidden(pair, judgement);
  return verdict === 'fail' && isHidden ? [{ code: 'identity-hidden' }] : reasons;
}

/** Returns how many answers of a pair with wrong ones count: those of such pairs are not among those of the server. */
function ownAnswers({ wrong, seen }: Judgement): number {
  const answers = seen.filter(({ observation: { kind } }) => kind === 'mtls' || kind === 'plain');
  return wrong === 0 ? 0 : answers.reduce((sum, { counted }) => sum + counted, 0);
}

/** Returns whether a sidecar that hides identities would look like what is expected of a pair. */
function isPlainAt({ expectation }: Pair, { workloads }: CountedTraffic): boolean {
  return expectation.outcomes.some((expected) => expected.outcome.kind === 'plain' && isCounted(expected, workloads));
}

/** Returns whether the only failure is that answers expected over mutual TLS look like plain text. */
function onlyHidden({ expectation }: Pair, { seen }: Judgement): boolean {
  const counted = seen.filter(({ counted: times }) => times > 0);
  return (
    expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls') &&
    counted.length > 0 &&
    counted.every(({ observation }) => observation.kind === 'plain')
  );
}

/** For protocols where only counters tell mutual TLS from plain text: without them, a pair with either cannot pass. */
function counted(pair: Pair, { verdict, reasons }: Judgement, { server, client }: Evidence): VerdictReason[] {
  if (verdict !== 'pass') return reasons;
  const { protocol } = pair;
  if (server === undefined) {
    // If no endpoint has a sidecar, only plain text is expected, and a server that could read the bytes got plain text.
    const isMutual = pair.expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls');
    return isMutual && 'unknown' in client ? [{ code: 'bytes-untold', protocol, gap: client.unknown }] : reasons;
  }
  if (!claims(pair, server)) return reasons;
  const { kind, counts } = server;
  const leftOpen = (gap: Gap | 'mixed'): VerdictReason[] =>
    'unknown' in client
      ? [{ code: 'bytes-uncounted', protocol, server: gap, gap: client.unknown }]
      : [...reasons, { code: 'client-counted' }];
  if (kind === 'mixed') return leftOpen('mixed');
  if ('unknown' in counts) return leftOpen(counts.unknown);
  const { tls, plain: connections } = counts;
  if (kind === 'mtls') {
    if (!tls) return [{ code: 'bytes-in-plain', connections }];
    if (connections > 0) return [{ code: 'bytes-plain-beside', connections }];
    return 'unknown' in client && !client.isHeard
      ? [{ code: 'bytes-server-alone', protocol, gap: client.unknown }]
      : [...reasons, { code: 'server-counted-tls' }];
  }
  if (!tls) return [...reasons, { code: 'server-counted-plain' }];
  return connections === 0 ? [{ code: 'bytes-over-tls' }] : [{ code: 'bytes-tls-beside', connections }];
}

/** Returns whether a pass claims anything that the counters can confirm. */
function claims({ expectation }: Pair, { workloads }: CountedTraffic): boolean {
  return expectation.outcomes.some((outcome) => isCounted(outcome, workloads));
}
