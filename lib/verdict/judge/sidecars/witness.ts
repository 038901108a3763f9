import { isPassedOn } from '../../../model/index.ts';
import type { Gap } from '../../gaps.ts';
import type { Judgement } from '../../judgement.ts';
import { type VerdictReason, verdictOf } from '../../reasons.ts';
import type { Pair } from '../../record/asked.ts';
import type { CounterEvidence } from './counters.ts';
import { type ExpectedTraffic, isCounted } from './kind.ts';
import type { ClientEvidence } from './outbound.ts';

/** The traffic that a Service's sidecars should get from clients with a sidecar, and what they counted. */
export interface CountedTraffic {
  kind: ExpectedTraffic;
  witness: CounterEvidence;
  /** The workloads whose sidecars counted. */
  workloads: ReadonlySet<string>;
  /** How many counted answers seem to have come through these sidecars. */
  answers: number;
}

/** What those say who cannot write into each other's answers. */
export interface Evidence {
  /** What the server's sidecars counted; absent if there is nothing to compare. */
  found: CountedTraffic | undefined;
  /**
   * Whether the certificates that the headers of the counted answers show are all the client's own: the server's sidecar
   * says which it saw, and the client's which it has. Undefined if either does not.
   */
  own: boolean | undefined;
  /**
   * Whether the server's sidecars show any client's own certificate, so that they do not hide identities: all endpoints with
   * a sidecar are of one workload, whose sidecars have the same configuration.
   */
  shown: boolean;
  /** What the client's own sidecar counted. */
  sent: ClientEvidence;
}

/**
 * Checks a pair's judgement, which relies on request headers, against what nobody can write into a header: what the
 * sidecars of the server and of the client counted, and the certificate of the client. Neither side's word is enough: the
 * server's does not tell who came between, and the client's does not tell who answered.
 */
export function witnessed(pair: Pair, judgement: Judgement, evidence: Evidence): Judgement {
  const reasons = reasonsFor(pair, judgement, evidence);
  return { ...judgement, verdict: verdictOf(reasons), reasons };
}

function reasonsFor(pair: Pair, judgement: Judgement, evidence: Evidence): VerdictReason[] {
  const { verdict, reasons } = judgement;
  if (!pair.sidecar) return reasons;
  const { sent } = evidence;
  if (verdict === 'pass' && 'contradicts' in sent) return [sent.contradicts];
  if (verdict === 'pass' && 'strays' in sent) return [sent.strays];
  return isPassedOn(pair.protocol) ? counted(pair, judgement, evidence) : confirmed(pair, judgement, evidence);
}

/** For protocols whose answers tell mutual TLS from plain text: the counters must not contradict them. */
function confirmed(pair: Pair, judgement: Judgement, { found, own, shown, sent }: Evidence): VerdictReason[] {
  const { verdict, reasons } = judgement;
  if (found === undefined || !claims(pair, found)) return reasons;
  const { kind, witness } = found;
  const gap = 'unknown' in sent ? { gap: sent.unknown } : {};
  /** Returns a pass that the server's counters leave open: those of the client may confirm it. */
  const leftOpen = (doubt: VerdictReason): VerdictReason[] => {
    if (own === false) return [{ code: 'other-certificate' }];
    if ('unknown' in sent) return [doubt];
    return shown || !isPlainAt(pair, found) ? reasons : [doubt];
  };
  // An idle connection over TLS may be open still, so connections do not show that the answers came over them.
  const requests = 'unknown' in witness ? undefined : witness.requests;
  const answers = found.answers + ownAnswers(judgement);
  if (requests !== undefined && requests < answers && verdict !== 'inconclusive') {
    return [...reasons, { code: 'server-took-fewer', requests, answers }];
  }
  if (kind === 'mixed') return verdict === 'pass' ? leftOpen({ code: 'header-alone-mixed', ...gap }) : reasons;
  if ('unknown' in witness) {
    return verdict === 'pass'
      ? leftOpen({ code: 'header-alone', claim: kind, server: witness.unknown, ...gap })
      : reasons;
  }
  const { tls, plain: connections } = witness;
  if (kind === 'plain') return verdict === 'pass' && tls ? [{ code: 'tls-unexpected' }] : reasons;
  if (verdict === 'pass') {
    if (!tls) return [{ code: 'header-not-its-own', connections }];
    if (own === false) return [{ code: 'other-certificate' }];
    // A certificate does not excuse these: a sidecar may have sent requests in plain text before it sent them again.
    if (connections > 0) return [{ code: 'plain-beside', connections }];
    if (own === undefined && 'unknown' in sent) return [{ code: 'server-alone', gap: sent.unknown }];
    return reasons;
  }
  const isHidden = tls && connections === 0 && !('contradicts' in sent) && onlyHidden(pair, judgement);
  return verdict === 'fail' && isHidden ? [{ code: 'identity-hidden' }] : reasons;
}

/** Returns how many answers of a pair with wrong ones count: those of such pairs are not among those of the server. */
function ownAnswers({ wrong, seen }: Judgement): number {
  const answers = seen.filter(({ observation: { kind } }) => kind === 'mtls' || kind === 'plain');
  return wrong === 0 ? 0 : answers.reduce((sum, { counted }) => sum + counted, 0);
}

/** Returns whether a sidecar that hides identities would look like what is expected of a pair. */
function isPlainAt({ expectation }: Pair, { workloads }: CountedTraffic): boolean {
  return expectation.outcomes.some((one) => one.outcome.kind === 'plain' && isCounted(one, workloads));
}

/** Returns whether the only failure is that answers expected over mutual TLS look like plain text. */
function onlyHidden({ expectation }: Pair, { seen }: Judgement): boolean {
  const counted = seen.filter((one) => one.counted > 0);
  return (
    expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls') &&
    counted.length > 0 &&
    counted.every(({ observation }) => observation.kind === 'plain')
  );
}

/** For protocols where only counters tell mutual TLS from plain text: without them, a pair with either cannot pass. */
function counted(pair: Pair, { verdict, reasons }: Judgement, { found, sent }: Evidence): VerdictReason[] {
  if (verdict !== 'pass') return reasons;
  const { protocol } = pair;
  if (found === undefined) {
    // If no endpoint has a sidecar, only plain text is expected, and a server that could read the bytes got plain text.
    const isMutual = pair.expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls');
    return isMutual && 'unknown' in sent ? [{ code: 'bytes-untold', protocol, gap: sent.unknown }] : reasons;
  }
  if (!claims(pair, found)) return reasons;
  const { kind, witness } = found;
  const leftOpen = (server: Gap | 'mixed'): VerdictReason[] =>
    'unknown' in sent
      ? [{ code: 'bytes-uncounted', protocol, server, gap: sent.unknown }]
      : [...reasons, { code: 'client-counted' }];
  if (kind === 'mixed') return leftOpen('mixed');
  if ('unknown' in witness) return leftOpen(witness.unknown);
  const { tls, plain: connections } = witness;
  if (kind === 'mtls') {
    if (!tls) return [{ code: 'bytes-in-plain', connections }];
    if (connections > 0) return [{ code: 'bytes-plain-beside', connections }];
    return 'unknown' in sent && !sent.isHeard
      ? [{ code: 'bytes-server-alone', protocol, gap: sent.unknown }]
      : [...reasons, { code: 'server-counted-tls' }];
  }
  if (!tls) return [...reasons, { code: 'server-counted-plain' }];
  return connections === 0 ? [{ code: 'bytes-over-tls' }] : [{ code: 'bytes-tls-beside', connections }];
}

/** Returns whether a pass claims anything that the counters can confirm. */
function claims({ expectation }: Pair, { workloads }: CountedTraffic): boolean {
  return expectation.outcomes.some((outcome) => isCounted(outcome, workloads));
}
