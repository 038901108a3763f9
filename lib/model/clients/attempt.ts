import type { Protocol, Reason } from '../expected.ts';
import type { ServerMode } from '../policies/peer-authentication.ts';
import { reason, workloadName } from '../reason.ts';
import { holds } from '../rules/rules.ts';
import type { KubeObject, Mesh, Workload } from '../types.ts';
import { hasSidecar } from '../world/labels.ts';
import { nameOf } from '../world/name.ts';
import { isPassedOn } from '../world/protocol.ts';
import type { Choice, WireTo } from './call.ts';

/**
 * The result of one try at one endpoint: an answer; no connection, so that the client's sidecar retries; a connection
 * that ends without an answer, which it does not retry; or a refusal by the server's own sidecar, since nobody listens
 * or since an AuthorizationPolicy denies it.
 */
export type TryResult = 'mtls' | 'plain' | 'no-connection' | 'cut-off' | 'server-503' | 'denied';

/** The client, and how it asks. */
export interface AskingClient {
  client: Workload;
  protocol: Protocol;
  mesh: Mesh;
}

interface EndpointTry extends AskingClient {
  choice: Choice;
  /** The mode of the endpoint's sidecar; undefined if it has none. */
  mode: ServerMode | undefined;
  /** The AuthorizationPolicy by which it denies plain text, if there is one. */
  denyingPlainText?: KubeObject | undefined;
}

/**
 * Returns the result of a try at an endpoint, and why. PERMISSIVE recognizes Istio's mutual TLS by its ALPN. Any other
 * TLS reaches the application unchanged, which does not speak it.
 * istio/istio pilot/pkg/security/authn/utils/utils.go, BuildInboundTLS; pilot/pkg/networking/core/listener_inbound.go.
 */
export function attempt(
  { endpoint, wire }: WireTo,
  { mesh, client, protocol, choice, mode, denyingPlainText }: EndpointTry,
): { result: TryResult; why: Reason } {
  const from = workloadName(client);
  const to = workloadName(endpoint.workload);
  if (wire === 'tls') {
    const text = `${to} does not end TLS that is not Istio's: no connection comes about`;
    return { result: 'no-connection', why: reason('result.other-tls-refused', text) };
  }
  if (wire === 'mtls' && (mode === undefined || mode === 'DISABLE')) {
    const text = `${to} accepts only plain text: mutual TLS from ${from} fails`;
    return { result: 'no-connection', why: reason('result.mutual-tls-refused', text) };
  }
  if (wire === 'mtls' && !isNamed(choice.subjectAltNames, identityOf(endpoint.workload, mesh))) {
    const text = `${to} shows ${identityOf(endpoint.workload, mesh)}, which is not among the rule's subjectAltNames: ${from} drops the connection`;
    return { result: 'no-connection', why: reason('result.other-identity', text) };
  }
  const { accounts } = choice;
  if (
    wire === 'mtls' &&
    choice.subjectAltNames === undefined &&
    !isNamed(accounts, identityOf(endpoint.workload, mesh))
  ) {
    const text = `${to} shows ${identityOf(endpoint.workload, mesh)}, which is none of the accounts that are written for the endpoints: ${from} drops the connection`;
    return { result: 'no-connection', why: reason('result.other-account', text) };
  }
  if (wire === 'plain' && mode === 'STRICT')
    return { result: 'cut-off', why: plainTextCutOff({ mesh, client, protocol }, endpoint.workload) };
  if (wire === 'plain' && mode !== undefined && denyingPlainText !== undefined) {
    const text = `${nameOf(denyingPlainText)} denies clients without a principal: ${to} refuses the plain text of ${from}`;
    return { result: 'denied', why: reason('result.plain-text-denied', text, denyingPlainText) };
  }
  if (!endpoint.listens) {
    const text = `${to} does not listen on port ${endpoint.port}, to which a headless Service leads as it is`;
    return { result: mode === undefined ? 'no-connection' : 'server-503', why: reason('result.nothing-listens', text) };
  }
  return wire === 'mtls'
    ? {
        result: 'mtls',
        why: reason('result.mutual-tls', `${to} accepts mutual TLS and sees ${identityOf(client, mesh)}`),
      }
    : { result: 'plain', why: reason('result.plain-text', `${to} accepts plain text and sees no client certificate`) };
}

/** Returns the SPIFFE identity of a workload's service account. */
export function identityOf(
  { namespace, serviceAccount }: Pick<Workload, 'namespace' | 'serviceAccount'>,
  { trustDomain }: Pick<Mesh, 'trustDomain'>,
): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
}

function isNamed(names: string[] | undefined, identity: string): boolean {
  return names === undefined || names.includes(identity);
}

function plainTextCutOff({ mesh, client, protocol }: AskingClient, server: Workload): Reason {
  const begin = `${workloadName(server)} takes mutual TLS alone: the plain text of ${workloadName(client)} is`;
  if (hasSidecar(client) && !isPassedOn(protocol)) {
    return reason('result.plain-text-refused', `${begin} cut off, which its sidecar reports as 503`);
  }
  return holds('result.plain-text-ended', mesh.release)
    ? reason('result.plain-text-ended', `${begin} reset, or its connection ended in good order`)
    : reason('result.plain-text-reset', `${begin} reset`);
}
