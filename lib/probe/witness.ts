import type { Witness } from './counters.ts';
import { isCounted, type Kind } from './kind.ts';
import type { Sent } from './outbound.ts';
import { protocols } from './protocols/index.ts';
import type { Cell, Judgement } from './types.ts';

/** The traffic that a Service's sidecars should get from clients with a sidecar, and what they counted. */
export interface Found {
  kind: Kind;
  witness: Witness;
  /** The workloads whose sidecars counted. */
  workloads: ReadonlySet<string>;
  /** How many counted answers seem to have come through these sidecars. */
  answers: number;
}

/** What those say who cannot write into each other's answers. */
export interface Evidence {
  /** What the server's sidecars counted; absent if there is nothing to compare. */
  found: Found | undefined;
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
  sent: Sent;
}

/**
 * Checks a cell's judgement, which relies on request headers, against what nobody can write into a header: what the
 * sidecars of the server and of the client counted, and the certificate of the client. Neither side's word is enough: the
 * server's does not tell who came between, and the client's does not tell who answered.
 */
export function witnessed(cell: Cell, judgement: Judgement, evidence: Evidence): Judgement {
  if (!cell.sidecar) return judgement;
  const { sent } = evidence;
  if (judgement.verdict === 'pass' && 'contradicts' in sent) {
    return { ...judgement, verdict: 'fail', why: sent.contradicts };
  }
  if (judgement.verdict === 'pass' && 'strays' in sent) return doubted(judgement, sent.strays);
  return protocols[cell.protocol].passedOn ? counted(cell, judgement, evidence) : confirmed(cell, judgement, evidence);
}

/** For protocols whose answers tell mutual TLS from plain text: the counters must not contradict them. */
function confirmed(cell: Cell, judgement: Judgement, { found, own, shown, sent }: Evidence): Judgement {
  if (found === undefined || !claims(cell, found)) return judgement;
  const { kind, witness } = found;
  const { verdict } = judgement;
  /** Returns a pass that the server's counters leave open: those of the client may confirm it. */
  const leftOpen = (why: string): Judgement => {
    if (own === false) return doubted(judgement, OTHER_CERTIFICATE);
    if ('unknown' in sent) return doubted(judgement, `${why}; ${sent.unknown}`);
    return shown || !isPlainAt(cell, found) ? judgement : doubted(judgement, why);
  };
  // An idle connection over TLS may be open still, so connections do not show that the answers came over them.
  const requests = 'unknown' in witness ? undefined : witness.requests;
  const answers = found.answers + ownAnswers(judgement);
  if (requests !== undefined && requests < answers && verdict !== 'inconclusive') {
    const why = `${judgement.why}; the server's sidecar took only ${requests} requests for the ${answers} answers that seem to be its server's: somebody else answers`;
    return { ...judgement, verdict: 'fail', why };
  }
  if (kind === 'mixed') {
    if (verdict !== 'pass') return judgement;
    return leftOpen(
      "only the header that came with the requests tells mutual TLS from plain text: the server's sidecar takes several kinds of traffic from clients with a sidecar, and its counters do not tell them apart",
    );
  }
  if ('unknown' in witness) {
    if (verdict !== 'pass') return judgement;
    const claim = kind === 'mtls' ? 'mutual TLS' : 'plain text';
    return leftOpen(`only the header that came with the requests says ${claim}: ${witness.unknown}`);
  }
  const { tls, plain } = witness;
  const connections = `${plain} plain-text connection${plain === 1 ? '' : 's'}`;
  if (kind === 'plain') {
    if (verdict !== 'pass' || !tls) return judgement;
    return doubted(judgement, "the server's sidecar counted TLS connections, though no answer showed an identity");
  }
  if (verdict === 'pass') {
    if (!tls) {
      const why = `X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted no TLS connection and ${connections}: the header is not its own`;
      return { ...judgement, verdict: 'fail', why };
    }
    if (own === false) return doubted(judgement, OTHER_CERTIFICATE);
    if (plain > 0) {
      // A certificate does not excuse these: a sidecar may have sent requests in plain text before it sent them again.
      return doubted(
        judgement,
        `X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted ${connections} that no client without a sidecar made (a scraper or a probe may have, or proxyHeaders.requestId is off)`,
      );
    }
    if (own === undefined && 'unknown' in sent) {
      const why = 'only the side of the server says mutual TLS, so somebody may be in between';
      return doubted(judgement, `${why}: ${sent.unknown}, and which certificates it has is not known`);
    }
    return judgement;
  }
  if (verdict === 'fail' && tls && plain === 0 && !('contradicts' in sent) && onlyHidden(cell, judgement)) {
    return doubted(
      judgement,
      "mutual TLS, identity not shown: the server's sidecar counted TLS connections alone, and no answer has X-Forwarded-Client-Cert (proxyHeaders.forwardedClientCert: SANITIZE does that)",
    );
  }
  return judgement;
}

const OTHER_CERTIFICATE =
  "X-Forwarded-Client-Cert says mutual TLS as the client, but its hash is of no certificate that the client's sidecar has: the header is not the server's own";

/** Returns how many answers of a pair with wrong ones count: those of such pairs are not among those of the server. */
function ownAnswers({ wrong, seen }: Judgement): number {
  const answers = seen.filter(({ observation: { kind } }) => kind === 'mtls' || kind === 'plain');
  return wrong === 0 ? 0 : answers.reduce((sum, { counted }) => sum + counted, 0);
}

/** Returns whether a sidecar that hides identities would look like what is expected of a cell. */
function isPlainAt({ expectation }: Cell, { workloads }: Found): boolean {
  return expectation.outcomes.some((one) => one.outcome.kind === 'plain' && isCounted(one, workloads));
}

/** Returns whether the only failure is that answers expected over mutual TLS look like plain text. */
function onlyHidden({ expectation }: Cell, { seen }: Judgement): boolean {
  const counted = seen.filter((one) => one.counted > 0);
  return (
    expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls') &&
    counted.length > 0 &&
    counted.every(({ observation }) => observation.kind === 'plain')
  );
}

/** For protocols where only counters tell mutual TLS from plain text: without them, a cell with either cannot pass. */
function counted(cell: Cell, judgement: Judgement, { found, sent }: Evidence): Judgement {
  const { verdict, why } = judgement;
  if (verdict !== 'pass') return judgement;
  const protocol = cell.protocol.toUpperCase();
  if (found === undefined) {
    // If no endpoint has a sidecar, only plain text is expected, and a server that could read the bytes got plain text.
    const isMutual = cell.expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls');
    const why = `no answer over ${protocol} tells mutual TLS from plain text`;
    return isMutual && 'unknown' in sent ? doubted(judgement, `${why}; ${sent.unknown}`) : judgement;
  }
  if (!claims(cell, found)) return judgement;
  const { kind, witness } = found;
  const only = `over ${protocol} only the counters of sidecars tell mutual TLS from plain text`;
  const leftOpen = (reason: string): Judgement =>
    'unknown' in sent
      ? doubted(judgement, `${only}; ${reason}; ${sent.unknown}`)
      : { ...judgement, why: `${why}; the client's sidecar counted what it sent` };
  if (kind === 'mixed') return leftOpen("the server's takes several kinds from clients with a sidecar");
  if ('unknown' in witness) return leftOpen(witness.unknown);
  const { tls, plain } = witness;
  const connections = `${plain} plain-text connection${plain === 1 ? '' : 's'}`;
  if (kind === 'mtls') {
    if (tls && plain === 0 && 'unknown' in sent && !sent.isHeard) {
      return doubted(judgement, `${only}; only the server's could be asked: ${sent.unknown}`);
    }
    if (tls && plain === 0) return { ...judgement, why: `${why}; the server's sidecar counted TLS connections alone` };
    const instead = `expected mutual TLS; the server's sidecar counted ${tls ? 'TLS connections, and ' : 'no TLS connection and '}${connections}`;
    if (!tls) return { ...judgement, verdict: 'fail', why: instead };
    return doubted(judgement, `${instead} that no client without a sidecar made`);
  }
  if (!tls) return { ...judgement, why: `${why}; the server's sidecar counted no TLS connection` };
  const instead = "expected plain text; the server's sidecar counted TLS connections";
  if (plain === 0) return { ...judgement, verdict: 'fail', why: `${instead} alone` };
  return doubted(judgement, `${instead}, and ${connections}`);
}

/** Returns whether a pass claims anything that the counters can confirm. */
function claims({ expectation }: Cell, { workloads }: Found): boolean {
  return expectation.outcomes.some((outcome) => isCounted(outcome, workloads));
}

function doubted(judgement: Judgement, why: string): Judgement {
  return { ...judgement, verdict: 'inconclusive', why };
}
