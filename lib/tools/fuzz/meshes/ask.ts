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
import type { Answer, Observation, OutboundReading } from '../../../verdict/index.ts';
import type { ClientPod } from './deploy.ts';
import { CLIENT } from './stand-ins.ts';

/** A port of a Service, and how often to ask it. */
export interface AskedPort {
  service: Service;
  port: number;
  protocol: Protocol;
  times: number;
}

/** The time limit of a request. A refusal of a sidecar takes less, even after its retries. */
const REQUEST_SECONDS = 5;
/** The time limit of a script with some requests that come to nothing. */
const SCRIPT_MS = 180_000;

/**
 * Sends requests from a pod, each over a connection of its own, and returns what each showed, by the place of its port.
 * Where sidecars pass bytes on, the client's own says how many of its connections were mutual TLS.
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
  const clusters = sidecar ? ports.map(clusterOf) : [];
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
    const handshakes = last === undefined ? 0 : handshakesAt(port, first?.reading, last.reading);
    return observationsOf(own, port.protocol, handshakes);
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

/** Returns what a sidecar calls a port of a Service. */
function clusterOf({ service, port }: AskedPort): string {
  return `outbound|${port}||${hostnameOf(service)}`;
}

/** Returns how many handshakes a client's sidecar made with a port, its subsets included; undefined if it does not say. */
function handshakesAt(
  { service, port }: AskedPort,
  before: OutboundReading | undefined,
  after: OutboundReading,
): number | undefined {
  if (before === undefined || 'code' in before || 'code' in after) return undefined;
  const count = ({ clusters }: typeof after): number =>
    Object.entries(clusters)
      .filter(([name]) => name.startsWith(`outbound|${port}|`) && name.endsWith(`|${hostnameOf(service)}`))
      .reduce((sum, [, { handshakes = 0 }]) => sum + handshakes, 0);
  return count(after) - count(before);
}

/**
 * Returns what answers show. A server shows mutual TLS in a header, if its sidecar takes the request for HTTP. Bytes that
 * are passed on have a connection each, and so a handshake if it is mutual TLS: that is how sidecars send requests to
 * headless Services, too, whose protocol is not declared.
 * @param handshakes those of the client's sidecar with the port; undefined if not known
 */
function observationsOf(answers: readonly Answer[], protocol: Protocol, handshakes: number | undefined): Observation[] {
  const { passedOn } = protocols[protocol];
  const isAnswered = ({ curlExit, status }: Answer): boolean => curlExit === 0 && status === 200;
  const shown = answers.map((answer): Observation => {
    if (passedOn && isAnswered(answer)) return { kind: 'plain' };
    return observationOf(answer, protocol, { pods: new Map() });
  });
  const without = shown.filter(({ kind }) => kind === 'plain').length;
  if (handshakes === undefined || handshakes === 0 || without === 0) {
    return handshakes === undefined && passedOn ? shown.map(untold) : shown;
  }
  if (without === answers.length && (passedOn || handshakes >= without)) {
    return shown.map((_, nth) => (nth < handshakes ? { kind: 'mtls', identity: '' } : { kind: 'plain' }));
  }
  // Some handshakes may have been a refused connection's.
  return passedOn ? shown.map(untold) : shown;
}

function untold(observation: Observation): Observation {
  return observation.kind === 'plain' ? { kind: 'answered', workload: '' } : observation;
}
