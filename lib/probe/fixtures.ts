import { jest } from '@jest/globals';
import type { Expectation, ExpectedOutcome, Outcome } from '../model/expected.ts';
import type { Judgement } from '../verdict/judgement.ts';
import type { Answer } from '../verdict/observed.ts';
import { whyOf } from '../verdict/reasons.ts';
import type { OutboundReading } from '../verdict/record/asked.ts';
import type { ReadCounter } from './sidecars/counters.ts';
import { outboundIn } from './sidecars/outbound.ts';
import type { Cell, ProbeClient } from './types.ts';

// Cells, answers and clients for the probe's tests.

export const identity = 'spiffe://cluster.local/ns/full/sa/sleep';
/** A certificate of that identity, in base64, and its hash. */
const certificate =
  'MIIBjTCCATOgAwIBAgIUUDe2UoAWVfNDmDiP7Wl5JXFZOggwCgYIKoZIzj0EAwIwADAgFw0yNjExMjYxNjUyMzZaGA8yMTI2MTEwMjE2NTIzNlowADBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABGoL0//5wfBqwlJ/y3hoV0yTin2vgd15iyxQ9kqq5THu5UokyMO1nQ7ArMANLARsUfr4zTEibOATzRBCPCwbTh2jgYgwgYUwHQYDVR0OBBYEFKKUIC9kf+Gbe8jk5X2nGVjH4708MB8GA1UdIwQYMBaAFKKUIC9kf+Gbe8jk5X2nGVjH4708MA8GA1UdEwEB/wQFMAMBAf8wMgYDVR0RBCswKYYnc3BpZmZlOi8vY2x1c3Rlci5sb2NhbC9ucy9mdWxsL3NhL3NsZWVwMAoGCCqGSM49BAMCA0gAMEUCIQCsmtpKbC+XvJZVO2uusXi120pljRT1jYbfwPBBd5q8UQIgVBh3KqxQT3lrUkOB7r7dAKpBazbbQKsSINpRezFCYyw=';
export const hash = '2c3c2c9de464a3adb28012c7edb3dfb1a5c2d2452699a59ce4a53e47784e4716';
export const xfcc = `By=spiffe://cluster.local/ns/full/sa/httpbin;Hash=${hash};Subject="";URI=${identity}`;

/**
 * A short form of a server's reply: `m` is 200 over mutual TLS, `p` is 200 in plain text, and `P` is `p` through the
 * server's sidecar. A number below 100 is curl's exit code, any other a status.
 */
export type Reply = 'm' | 'p' | 'P' | number;

/** A short form of an expected outcome. Several outcomes have equal shares, but `~503` is rare: 1 of 8,192. */
export type Wanted = 'm' | 'p' | '503' | '56' | '52/56' | '~503';

export function expecting(...wanted: Wanted[]): Expectation {
  const usual = wanted.filter((one) => one !== '~503').length;
  const outcomes = wanted.map(
    (one, at): ExpectedOutcome => ({
      outcome: outcomeOf(one),
      endpoints: [`full/${at}`],
      ...(one === '~503' ? { share: 1 / 8192, rare: true } : { share: 1 / usual }),
    }),
  );
  return { outcomes, reasons: [] };
}

function outcomeOf(wanted: Wanted): Outcome {
  switch (wanted) {
    case 'm':
      return { kind: 'mtls', identity };
    case 'p':
      return { kind: 'plain' };
    case '503':
    case '~503':
      return { kind: 'unavailable' };
    default:
      return { kind: 'reset', curlExits: wanted.split('/').map(Number) };
  }
}

/** Returns a cell named `client→server`, with its expected outcomes and those before the step. */
export function cell(name: string, wanted: Wanted | Wanted[], before: Wanted | Wanted[] = wanted): Cell {
  const [client, server] = name.split('→') as [string, string];
  return {
    id: name,
    client,
    sidecar: client !== 'legacy',
    server: `${server}/httpbin`,
    answers: wanted === before ? 21 : 90,
    protocol: 'http',
    url: `http://httpbin.${server}:8000/headers`,
    expectation: expecting(...[wanted].flat()),
    before: expecting(...[before].flat()),
  };
}

/** Returns a counter of the nth endpoint in `expecting`: 0 is a server's first workload, 1 its second. */
export function counterAt(nth: number, server = 'full/httpbin'): ReadCounter {
  return {
    server,
    workload: `full/${nth}`,
    pod: `${server}-${nth}`,
    part: 8080,
    url: `http://${server.replace('/', '.')}-${nth}:15090/stats`,
  };
}

/** A judgement with its reasons in words, too. */
export type JudgementInWords = Judgement & { why: string };

/** Returns a judgement with its reasons in words, too. */
export function told(judgement: Judgement): JudgementInWords {
  return { ...judgement, why: whyOf(judgement.reasons) };
}

/** Returns an answer as read from curl's report. */
export function answer(reply: Reply, changes: Partial<Answer> = {}): Answer {
  const { status, curlExit, curlMessage, body } = replyOf(reply);
  return { at: 0, status, curlExit, curlMessage, ms: 10, fresh: true, body, ...changes };
}

/** The mark of what `printed` returns. */
export const MARK = '--automtls-0--';

/** Returns what curl prints for one request, with askScript's `-w` option. */
export function printed(reply: Reply, { ms = 10, body = replyOf(reply).body, place = {}, mark = MARK } = {}): string {
  const { status, curlExit, curlMessage } = replyOf(reply);
  const code = String(status).padStart(3, '0');
  const report = { http_code: code, exitcode: curlExit, num_connects: 1, time_total: ms / 1000, ...place };
  return `${body}\n${mark} ${JSON.stringify(report)} |||${curlMessage}\n`;
}

/** Returns what curl prints for a request for a sidecar's statistics. */
export function printedCounts(
  { total, tls, open }: { total: number; tls: number; open?: 'tls' | 'plain' | undefined },
  mark = MARK,
): string {
  const of = (name: string, value: number) =>
    `envoy_http_downstream_cx_${name}{http_conn_manager_prefix="inbound_0.0.0.0_8080"} ${value}\n`;
  const active = [of('active', open === undefined ? 0 : 1), of('ssl_active', open === 'tls' ? 1 : 0)];
  return printed('p', { body: [of('total', total), of('ssl_total', tls), ...active].join(''), mark });
}

/** Returns what a client's sidecar prints of one cluster, with one endpoint, for outboundScript's script. */
export function printedOutbound(
  mark: string,
  { cluster, address }: { cluster: string; address: string },
  counts: {
    requests: number;
    connections: number;
    handshakes?: number;
    failed?: number;
    changes?: number;
    /** What went to endpoints that are gone, too; null if that is not counted. */
    total?: { requests: number; connections: number } | null;
  },
): string {
  const { requests, connections, handshakes, failed = 0, changes = 9, total = { requests, connections } } = counts;
  const of = (name: string, value: number): string => `${cluster}::${address}:8080::${name}::${value}`;
  return [
    ...[of('cx_total', connections), of('cx_connect_fail', failed), of('rq_total', requests), `${mark} 0 200`],
    `cluster_manager.cluster_added: ${changes}`,
    ...(handshakes === undefined ? [] : [`cluster.${cluster};.ssl.handshake: ${handshakes}`]),
    ...(total === null
      ? []
      : [
          `cluster.${cluster};.upstream_cx_total: ${total.connections}`,
          `cluster.${cluster};.upstream_rq_total: ${total.requests}`,
        ]),
    `${mark} 0 200`,
    '',
  ].join('\n');
}

/** What a client's sidecar counts of one cluster. */
export type SentCounts = Parameters<typeof printedOutbound>[2];

/** The cluster of httpbin.full in the sidecars of clients, and its endpoint. */
export const place = { cluster: 'outbound|8000||httpbin.full.svc.cluster.local', address: '10.0.0.1' };

/** Returns the reading of a client's sidecar that sent so much to an endpoint of that cluster. */
export function outboundCounts(counts: SentCounts, address = place.address): OutboundReading {
  return outboundIn(printedOutbound(MARK, { ...place, address }, counts), MARK).reading;
}

/** Returns the body of a sidecar's answer about its certificates. */
export function certificatesBody(): string {
  const chain = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const own = { tls_certificate: { certificate_chain: { inline_bytes: Buffer.from(chain).toString('base64') } } };
  const root = { validation_context: { trusted_ca: { inline_bytes: 'eA==' } } };
  const configs = [own, root].map((secret, at) => ({ name: ['default', 'ROOTCA'][at], secret }));
  return JSON.stringify({ configs });
}

/** Returns the body of /headers in go-httpbin's format. */
export function headersBody(headers: Record<string, string | string[]>): string {
  return `${JSON.stringify({ headers }, null, 2)}\n`;
}

function replyOf(reply: Reply): { status: number; curlExit: number; curlMessage: string; body: string } {
  const plain = { Accept: ['*/*'], Host: ['httpbin.full:8000'] };
  const fine = { status: 200, curlExit: 0, curlMessage: '' };
  if (reply === 'm') return { ...fine, body: headersBody({ ...plain, 'X-Forwarded-Client-Cert': [xfcc] }) };
  if (reply === 'p') return { ...fine, body: headersBody(plain) };
  if (reply === 'P') return { ...fine, body: headersBody({ ...plain, 'X-Request-Id': ['1'] }) };
  if (reply >= 100) return { ...fine, status: reply, body: `status ${reply}` };
  return { status: 0, curlExit: reply, curlMessage: messages[reply] ?? `curl exit ${reply}`, body: '' };
}

const messages: Record<number, string> = {
  6: 'Could not resolve host: httpbin.full',
  52: 'Empty reply from server',
  56: 'Recv failure: Connection reset by peer',
};

/** A clock that only moves by the time of a client's requests. */
export interface Clock {
  now: number;
}

/** Returns the clock of a file's tests, which begins at 0 in each, so that no verdict depends on the speed of the machine. */
export function simulatedClock(): Clock {
  const clock = { now: 0 };
  beforeEach(() => {
    clock.now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => clock.now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  return clock;
}

/**
 * Returns a server's reply to a request.
 * @param nth the number of earlier requests to that server
 * @param atMs the time of the answer, in milliseconds since the clock's start
 */
export type Mesh = (server: string, nth: number, atMs: number) => Reply;

/** Returns the mark that a script gives to curl. */
export function markOf(script: string): string {
  return /--automtls-[0-9a-f]+--/.exec(script)?.[0] ?? MARK;
}

/**
 * Returns a client whose output is what curl would print for the mesh's replies.
 * @param ms how far each request moves the clock
 */
export function scripted(clock: Clock, mesh: Mesh, ms = 10): ProbeClient & { batches: string[][] } {
  const counts = new Map<string, number>();
  const batches: string[][] = [];
  return {
    batches,
    run: async (script) => {
      const asked = script.split(/ --next |\n/).flatMap((section) => {
        const [, number] = /"section":(\d+)/.exec(section) ?? [];
        return [...section.matchAll(/'(http:\/\/httpbin\.([^:]+):8000\/headers)'/g)].map(([, url, server = '']) => ({
          server,
          place: number === undefined ? {} : { section: Number(number), url },
        }));
      });
      batches.push(asked.map(({ server }) => server));
      const parts = asked.map(({ server, place }) => {
        clock.now += ms;
        const nth = counts.get(server) ?? 0;
        counts.set(server, nth + 1);
        return printed(mesh(server, nth, clock.now), { ms, place, mark: markOf(script) });
      });
      return { stdout: parts.join('') };
    },
  };
}
