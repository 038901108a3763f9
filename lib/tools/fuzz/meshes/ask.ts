import { hostnameOf, type Protocol, type Service } from '../../../model/index.ts';
import { type Kube, openSession } from '../../../platform/kube/index.ts';
import {
  askScript,
  localPorts,
  newMark,
  observationOf,
  outboundIn,
  outboundScript,
  protocols,
  readAnswers,
  type Target,
  urlFor,
} from '../../../probe/index.ts';
import { CLIENT } from '../../../stand-ins/index.ts';
import { type Answer, notObserved, type Observation, type OutboundReading } from '../../../verdict/index.ts';
import type { ClientPod } from './deploy.ts';

/** A port of a Service, and how often to ask it. */
export interface AskedPort {
  service: Service;
  /** The Service that an ExternalName leads to; otherwise the Service itself. */
  target: Service;
  port: number;
  protocol: Protocol;
  /** Whether the server's sidecar takes requests for HTTP, and so shows in a header what it saw. */
  isShown: boolean;
  times: number;
}

/** The time limit of a request. A refusal of a sidecar takes less, even after its retries. */
const REQUEST_SECONDS = 5;
/**
 * curl's exit code if a stream of HTTP/2 was closed too early: a sidecar has answered for the server before it had the
 * whole request, and curl has lost the answer, which may be a 403 as well as a 503.
 */
export const STREAM_CLOSED = 92;
/** The time limit of a script with some requests that come to nothing. */
const SCRIPT_MS = 180_000;

/**
 * Sends requests from a pod, each over a connection of its own, and returns what each showed, by the place of its port.
 * Where the server's sidecar passes bytes on, the client's own says how many of its connections were mutual TLS.
 * @param sidecar whether the client has one
 * @throws InconclusiveError if the pod does not answer
 */
export async function observed(
  kube: Kube,
  client: ClientPod,
  { ports, sidecar }: { ports: readonly AskedPort[]; sidecar: boolean },
): Promise<Observation[][]> {
  const places = placesOf(ports);
  const targets = places.map((place) => targetOf(ports[place] as AskedPort));
  const requests = { mark: newMark(), requestSeconds: REQUEST_SECONDS, takePort: localPorts() };
  const script = askScript([{ targets }], requests);
  const clusters = sidecar ? ports.flatMap(clustersOf) : [];
  const [before, after] = [newMark(), newMark()];
  const reading = (mark: string): string[] =>
    clusters.length === 0 ? [] : [outboundScript(clusters, { mark, seconds: REQUEST_SECONDS })];
  const session = await openSession(kube, { namespace: client.namespace, pod: client.pod, container: CLIENT });
  let stdout: string;
  try {
    ({ stdout } = await session.run([...reading(before), script, ...reading(after)].join('\n'), SCRIPT_MS));
  } finally {
    session.close();
  }
  const first = clusters.length === 0 ? undefined : outboundIn(stdout, before);
  const last = first && outboundIn(first.rest, after);
  const answers = readAnswers(first?.rest ?? stdout, [{ targets }], { ...requests, endedAt: 0 });
  return ports.map((port, at) => {
    const own = answers.filter((_, nth) => places[nth] === at);
    const sent = last === undefined ? nothing : sentTo(port, first?.reading, last.reading);
    return observationsOf(own, port, sent);
  });
}

/** Returns the order in which ports are asked, by their places: all of them once, then those that are asked again. */
function placesOf(ports: readonly AskedPort[]): number[] {
  const rounds = Math.max(0, ...ports.map(({ times }) => times));
  return Array.from({ length: rounds }, (_, round) =>
    ports.flatMap(({ times }, place) => (times > round ? [place] : [])),
  ).flat();
}

function targetOf({ service, port, protocol }: AskedPort): Target {
  return { url: urlFor(protocol, hostnameOf(service), port), protocol };
}

/** Returns what a sidecar calls a port of a Service: up to 1.20 an ExternalName by its own name. */
function clustersOf({ service, target, port }: AskedPort): string[] {
  return [...new Set([service, target])].map((one) => `outbound|${port}||${hostnameOf(one)}`);
}

/** What a client's sidecar sent to a port: its connections, and how many of them had a TLS handshake. */
interface Sent {
  connections: number;
  handshakes: number;
  /** How many it ever had. */
  all: { connections: number; handshakes: number };
}

/** What a client without a sidecar sends. */
const nothing: Sent = { connections: 0, handshakes: 0, all: { connections: 0, handshakes: 0 } };

/** Returns what a client's sidecar sent to a port, its subsets included; undefined if it does not say. */
function sentTo(
  { service, target, port }: AskedPort,
  before: OutboundReading | undefined,
  after: OutboundReading,
): Sent | undefined {
  if (before === undefined || 'code' in before || 'code' in after) return undefined;
  const of = (reading: typeof after, one: Service) =>
    Object.entries(reading.clusters).filter(
      ([name]) => name.startsWith(`outbound|${port}|`) && name.endsWith(`|${hostnameOf(one)}`),
    );
  // Requests to an ExternalName may go by its own name, or by its target's.
  const isUsed = of(after, service).some(([, { endpoints }]) =>
    Object.values(endpoints).some(({ connections }) => connections > 0),
  );
  const named = isUsed ? service : target;
  const count = (reading: typeof after): Sent['all'] => {
    const sum = { connections: 0, handshakes: 0 };
    for (const [, { endpoints, handshakes = 0 }] of of(reading, named)) {
      sum.handshakes += handshakes;
      for (const { connections } of Object.values(endpoints)) sum.connections += connections;
    }
    return sum;
  };
  const [earlier, all] = [count(before), count(after)];
  return {
    connections: all.connections - earlier.connections,
    handshakes: all.handshakes - earlier.handshakes,
    all,
  };
}

/**
 * Returns what answers show. A server whose sidecar takes requests for HTTP shows mutual TLS in a header. If it passes
 * bytes on, as it does too where no protocol is declared, the connections of the client's sidecar show it.
 * @param sent undefined if not known
 */
export function observationsOf(
  answers: readonly Answer[],
  { protocol, isShown }: AskedPort,
  sent: Sent | undefined,
): Observation[] {
  const isAnswered = ({ curlExit, status }: Answer): boolean => curlExit === 0 && status === 200;
  const shown = answers.map((answer): Observation => {
    if (protocols[protocol].passedOn && isAnswered(answer)) return { kind: 'plain' };
    const { status, curlExit, curlMessage: message } = answer;
    if (curlExit === STREAM_CLOSED && status === 0) return notObserved({ code: 'curl-failed', curlExit, message });
    return observationOf(answer, protocol, { pods: new Map() });
  });
  const seen = [...new Set(shown.map(({ kind }) => kind))];
  if (isShown || !seen.includes('plain')) return shown;
  const plain = shown.flatMap(({ kind }, nth) => (kind === 'plain' ? [nth] : []));
  // A connection of an earlier request may still be used.
  const { connections, handshakes } = sent?.connections === 0 ? sent.all : (sent ?? nothing);
  // Some of several may have been a refused request's.
  const isMixed = handshakes > 0 && handshakes < connections;
  if (sent === undefined || (isMixed && seen.length > 1)) {
    return shown.map((one) => (one.kind === 'plain' ? { kind: 'answered', workload: '' } : one));
  }
  const mutual = new Set(isMixed ? plain.slice(0, handshakes) : handshakes > 0 ? plain : []);
  return shown.map((one, nth) => (mutual.has(nth) ? { kind: 'mtls', identity: '' } : one));
}
