import type { Kind, Witness } from './counters.ts';
import type { Cell, Judgement } from './types.ts';

/** What the sidecars of a Service are expected to take from clients that have one, and what they counted. */
export interface Found {
  kind: Kind;
  witness: Witness;
}

/** Holds a cell's judgement, which rests on what requests bring with them, against what the server's sidecar has counted. */
export function witnessed(cell: Cell, judgement: Judgement, { kind, witness }: Found): Judgement {
  if (!cell.sidecar) return judgement;
  const { verdict } = judgement;
  if (kind === 'mixed') {
    const claims = cell.expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls' || outcome.kind === 'plain');
    if (verdict !== 'pass' || !claims) return judgement;
    return doubted(
      judgement,
      "only the header that came with the requests tells mutual TLS from plain text: the server's sidecar takes several kinds of traffic from clients with a sidecar, and its counters do not tell them apart",
    );
  }
  if ('unknown' in witness) {
    if (verdict !== 'pass') return judgement;
    const claim = kind === 'mtls' ? 'mutual TLS' : 'plain text';
    return doubted(judgement, `only the header that came with the requests says ${claim}: ${witness.unknown}`);
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
    if (plain === 0) return judgement;
    return doubted(
      judgement,
      `X-Forwarded-Client-Cert says mutual TLS, but the server's sidecar counted ${connections} that no client without a sidecar made (a scraper or a probe may have, or proxyHeaders.requestId is off)`,
    );
  }
  if (verdict === 'fail' && tls && plain === 0 && onlyHidden(cell, judgement)) {
    return doubted(
      judgement,
      "mutual TLS, identity not shown: the server's sidecar counted TLS connections alone, and no answer has X-Forwarded-Client-Cert (proxyHeaders.forwardedClientCert: SANITIZE does that)",
    );
  }
  return judgement;
}

/** Whether all that is wrong is that answers over mutual TLS look like plain text. */
function onlyHidden({ expectation }: Cell, { seen }: Judgement): boolean {
  const counted = seen.filter((one) => one.counted > 0);
  return (
    expectation.outcomes.some(({ outcome }) => outcome.kind === 'mtls') &&
    counted.length > 0 &&
    counted.every(({ observation }) => observation.kind === 'plain')
  );
}

function doubted(judgement: Judgement, why: string): Judgement {
  return { ...judgement, verdict: 'inconclusive', why };
}
