import type { Protocol, Reason } from '../expected.ts';
import {
  type Authorization,
  type AuthorizationPolicy,
  authorized,
  readsAccount,
} from '../policies/authorization-policy.ts';
import type { ServerMode } from '../policies/peer-authentication.ts';
import { reason, workloadName } from '../reason.ts';
import { holds, type RuleId } from '../rules/rules.ts';
import type { Mesh, Workload } from '../types.ts';
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
  /** The AuthorizationPolicies that act on it. */
  authorizations: readonly AuthorizationPolicy[];
  /** Whether it is not known if its sidecar reads HTTP there, or takes it for bytes. */
  isContested: boolean;
}

/** The result of a try, and why. */
export interface Attempt {
  result: TryResult;
  /** What the server's sidecar takes before the request is refused; absent if it takes nothing, or answers. */
  over?: 'mtls' | 'plain';
  why: Reason;
  /** AuthorizationPolicies that may refuse some of the requests instead: what is asked decides. */
  mayRefuse?: readonly AuthorizationPolicy[];
}

/**
 * Returns the result of a try at an endpoint, and why. PERMISSIVE recognizes Istio's mutual TLS by its ALPN. Any other
 * TLS reaches the application unchanged, which does not speak it.
 * istio/istio pilot/pkg/security/authn/utils/utils.go, BuildInboundTLS; pilot/pkg/networking/core/listener_inbound.go.
 */
export function attempt(to: WireTo, asked: EndpointTry): Attempt {
  const refusal = refusalOfTls(to, asked);
  if (refusal !== undefined) return refusal;
  const { endpoint, wire } = to;
  const { mesh, client, protocol, mode } = asked;
  const name = workloadName(endpoint.workload);
  if (wire === 'plain' && mode === 'STRICT') {
    return { result: 'cut-off', why: plainTextCutOff({ mesh, client, protocol }, endpoint.workload) };
  }
  const authorization = mode === undefined ? { is: 'allowed' as const } : authorizationOf(to, asked);
  if (authorization.is === 'refused') {
    const over = wire === 'mtls' ? 'mtls' : 'plain';
    return { result: 'denied', over, why: denial(to, asked, authorization) };
  }
  const mayRefuse = authorization.is === 'open' && { mayRefuse: authorization.by };
  if (!endpoint.listens) {
    const text = `${name} does not listen on port ${endpoint.port}, to which a headless Service leads as it is`;
    const why = reason('result.nothing-listens', text);
    return { result: mode === undefined ? 'no-connection' : 'server-503', why, ...mayRefuse };
  }
  const why =
    wire === 'mtls'
      ? reason('result.mutual-tls', `${name} accepts mutual TLS and sees ${identityOf(client, mesh)}`)
      : reason('result.plain-text', `${name} accepts plain text and sees no client certificate`);
  return { result: wire === 'mtls' ? 'mtls' : 'plain', why, ...mayRefuse };
}

/** Returns why TLS comes to no connection; undefined if it does, or there is none. */
function refusalOfTls({ endpoint, wire }: WireTo, { mesh, client, choice, mode }: EndpointTry): Attempt | undefined {
  if (wire === 'plain') return undefined;
  const from = workloadName(client);
  const to = workloadName(endpoint.workload);
  const refused = (rule: RuleId, text: string): Attempt => ({ result: 'no-connection', why: reason(rule, text) });
  if (wire === 'tls') {
    const text = `${to} does not end TLS that is not Istio's: no connection comes about`;
    // To the server's sidecar it is bytes, as plain text is, unless that takes mutual TLS alone.
    const isTaken = mode === 'PERMISSIVE' || mode === 'DISABLE';
    return { ...refused('result.other-tls-refused', text), ...(isTaken && { over: 'plain' }) };
  }
  if (mode === undefined || mode === 'DISABLE') {
    return refused('result.mutual-tls-refused', `${to} accepts only plain text: mutual TLS from ${from} fails`);
  }
  const shown = identityOf(endpoint.workload, mesh);
  if (!isNamed(choice.subjectAltNames, shown)) {
    const text = `${to} shows ${shown}, which is not among the rule's subjectAltNames: ${from} drops the connection`;
    return refused('result.other-identity', text);
  }
  if (choice.subjectAltNames === undefined && !isNamed(choice.accounts, shown)) {
    const text = `${to} shows ${shown}, which is none of the accounts that are written for the endpoints: ${from} drops the connection`;
    return refused('result.other-account', text);
  }
  return undefined;
}

function authorizationOf(
  { endpoint, wire }: WireTo,
  { mesh, client, protocol, authorizations, isContested }: EndpointTry,
): Authorization {
  const seen = { ...(wire === 'mtls' && { identity: identityOf(client, mesh) }), port: endpoint.port };
  const as = (isHttp: boolean): Authorization => authorized(authorizations, { ...seen, isHttp }, mesh);
  if (!isContested) return as(!isPassedOn(protocol));
  const isAllowed = [true, false].every((isHttp) => as(isHttp).is === 'allowed');
  return isAllowed ? { is: 'allowed' } : { is: 'open', by: [...authorizations] };
}

function denial(
  { endpoint, wire }: WireTo,
  { mesh, client }: EndpointTry,
  { by, how }: Extract<Authorization, { is: 'refused' }>,
): Reason {
  const what = wire === 'mtls' ? identityOf(client, mesh) : 'what has no identity';
  const does = how === 'denied' ? 'denies' : 'does not allow';
  const sent = wire === 'mtls' ? 'requests' : 'plain text';
  const text = `${nameOf(by)} ${does} ${what}: ${workloadName(endpoint.workload)} refuses the ${sent} of ${workloadName(client)}`;
  const overTls = readsAccount(by) ? 'result.account-denied' : 'result.identity-denied';
  return reason(wire === 'mtls' ? overTls : 'result.plain-text-denied', text, by);
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
