import { peerMode } from './policies/peer-authentication.ts';
import { predict } from './predict.ts';
import type { Question, World } from './types.ts';
import { endpointsOf, serviceNamed } from './world/endpoints.ts';
import { hasSidecar } from './world/labels.ts';
import { servedPolicies } from './world/served.ts';

/**
 * What a client that waits for the server's first bytes gets: these bytes; nothing, on a connection that stays open; or
 * the end of the connection.
 */
export type Greeting = 'greeted' | 'silent' | 'closed';

/**
 * Returns what a client gets from a port where the server speaks first, and why. A sidecar that takes mutual TLS looks
 * at a connection's first bytes to tell TLS from plain text: over plain text none come, and it waits. It gives up only
 * if the mesh configuration sets protocolDetectionTimeout, which it does not by default. Over mutual TLS the client's
 * sidecar begins with its handshake. The Service must have one kind of endpoint.
 * istio/istio pilot/pkg/networking/core/listener_inbound.go, populateListenerFilters; tests/integration/pilot
 * serverFirstTestCases.
 * @throws Error if the question names a client, Service or port that the world does not have
 */
export function greetingOf(world: World, question: Omit<Question, 'protocol'>): { comesTo: Greeting; why: string } {
  const { outcomes, reasons } = predict(world, { ...question, protocol: 'tcp' });
  if (outcomes.some(({ outcome }) => outcome.kind === 'mtls')) {
    return { comesTo: 'greeted', why: "over mutual TLS the client's sidecar sends the first bytes" };
  }
  const refused = reasons.find(({ rule }) => rule === 'result.mutual-tls-refused');
  if (refused !== undefined) return { comesTo: 'closed', why: refused.text };
  const service = serviceNamed(world.services, question.server);
  const [endpoint] = service === undefined ? [] : endpointsOf(world, service, question.server);
  if (endpoint === undefined) throw new Error(`nothing is behind ${question.server.namespace}/${question.server.name}`);
  const { workload, port } = endpoint;
  if (!hasSidecar(workload)) return { comesTo: 'greeted', why: 'the server has no sidecar' };
  const { mode } = peerMode(servedPolicies(world).peerAuthentications, world.mesh, workload, port);
  return mode === 'DISABLE'
    ? { comesTo: 'greeted', why: "the server's sidecar takes plain text alone, and so looks at no bytes" }
    : { comesTo: 'silent', why: `the server's sidecar is ${mode}, and waits for the first bytes of plain text` };
}
