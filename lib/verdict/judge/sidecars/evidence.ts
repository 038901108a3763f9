import type { Judgement } from '../../judgement.ts';
import type { AskedRecord, Counter, Pair, SidecarsRecord } from '../../record/asked.ts';
import type { Tally } from '../answers/tally.ts';
import { counterEvidenceOf, mixedOf, plainRequestsTo, workloadsOf } from './counters.ts';
import { expectedTrafficAt } from './expected-traffic.ts';
import { sentFor } from './outbound.ts';
import type { CountedTraffic, Evidence } from './weigh.ts';

// What of a record speaks for or against what the headers of a pair's answers say.

/** A record with what sidecars say, and the tallies of its pairs. */
export interface Testified {
  asked: AskedRecord;
  sidecars: SidecarsRecord;
  tallies: ReadonlyMap<Pair, Tally>;
}

/**
 * Returns a function that returns what those say who cannot write into each other's answers: the sidecars of a pair's
 * client and server.
 */
export function evidenceIn(testified: Testified): (pair: Pair, judgement: Judgement) => Evidence {
  const { asked, sidecars, tallies } = testified;
  const servers = new Set(asked.pairs.map(({ server }) => server));
  const counted = new Map([...servers].map((server) => [server, countedAt(testified, server)]));
  const hasOwnCertificates = (pair: Pair): boolean | undefined => {
    const certificates = tallies.get(pair)?.certificates ?? new Set();
    const known = sidecars.certificates?.[pair.client];
    return certificates.size === 0 ? undefined : known && certificates.isSubsetOf(new Set(known));
  };
  return (pair, judgement) => {
    const behind = workloadsOf(countersOf(sidecars, pair.server));
    return {
      server: counted.get(pair.server),
      ownCertificates: hasOwnCertificates(pair),
      identitiesShown:
        behind.size === 1 &&
        asked.pairs.some((other) => other.server === pair.server && hasOwnCertificates(other) === true),
      client: sentFor(pair, judgement, sidecars.sent[pair.client] ?? {}, sidecars.endpoints ?? {}),
    };
  };
}

/**
 * Returns what the sidecars of a server counted during the sample. Returns undefined if there is nothing to compare: the
 * server has no sidecar, or no client with a sidecar asks it.
 */
function countedAt({ asked, sidecars, tallies }: Testified, server: string): CountedTraffic | undefined {
  const ofServer = countersOf(sidecars, server);
  const kind = expectedTrafficAt(server, ofServer, asked.pairs);
  if (kind === undefined) return undefined;
  const { first, last, counters } = sidecars;
  const requests = plainRequestsTo(asked, counters, { server, sinceMs: first?.atMs ?? Number.NEGATIVE_INFINITY });
  const counts = counterEvidenceOf(ofServer, first?.counts, last, requests);
  const isMixed = mixedOf(asked.pairs, counters).has(server);
  return { kind, workloads: workloadsOf(ofServer), counts, answers: answersThrough(tallies, server, isMixed) };
}

/** Returns the counters of a server. */
export function countersOf<C extends Pick<Counter, 'server'>>({ counters }: { counters: C[] }, server: string): C[] {
  return counters.filter((counter) => counter.server === server);
}

/**
 * Returns how many counted answers seem to have come through a server's sidecars: all that are a 200, or only those over
 * mutual TLS if some endpoints have no sidecar. Where it is not certain who answers, there may be more. Those of a pair
 * with wrong answers are left out: it fails by itself, and its other answers may have gone the same way.
 */
function answersThrough(tallies: ReadonlyMap<Pair, Tally>, server: string, isMixed: boolean): number {
  const kinds = isMixed ? ['mtls'] : ['mtls', 'plain'];
  return [...tallies]
    .filter(([pair]) => pair.server === server && pair.expectation.notJudged === undefined)
    .flatMap(([, { seen, wrong }]) => (wrong === 0 ? [...seen.values()] : []))
    .filter(({ observation }) => kinds.includes(observation.kind))
    .reduce((sum, { counted }) => sum + counted, 0);
}
