import { identityOf } from './clients/attempt.ts';
import type { Reason } from './expected.ts';
import type { ServicePort } from './policies/authentication-policy.ts';
import type { ServerMode } from './policies/peer-authentication.ts';
import { acceptedMode } from './policies/server-mode.ts';
import { reason } from './reason.ts';
import { holds, type RuleId } from './rules/rules.ts';
import type { Impostor, Mesh, Service, Stranger, World } from './types.ts';
import { type Endpoint, endpointsOf } from './world/endpoints.ts';
import { servedPolicies } from './world/served.ts';

/** What becomes of a stranger's request, or of a request to an impostor. */
export interface Reception {
  comesTo: 'let in' | 'refused';
  reasons: Reason[];
}

/**
 * Returns what a port of a workload's pods does with a stranger's requests. TLS is asked with the protocol `istio`, as
 * sidecars do: by that, a sidecar that is PERMISSIVE tells mutual TLS of the mesh from TLS of the application.
 * istio/istio pilot/pkg/security/authn/utils/utils.go, BuildInboundTLS; pilot/pkg/networking/core/filterchain_options.go.
 */
export function receptionOf(
  world: World,
  { endpoint, service, port }: { endpoint: Endpoint; service: Service; port: ServicePort },
  stranger: Stranger,
): Reception {
  const { mesh } = world;
  const { mode = 'DISABLE', reasons } = acceptedMode(mesh, servedPolicies(world), endpoint, { service, port });
  return withReasons(reasons, inMode(mode, stranger, mesh));
}

interface Decision {
  comesTo: Reception['comesTo'];
  rule: RuleId;
  text: string;
}

function withReasons(reasons: Reason[], { comesTo, rule, text }: Decision): Reception {
  return { comesTo, reasons: [...reasons, reason(rule, text)] };
}

function inMode(mode: ServerMode, stranger: Stranger, mesh: Mesh): Decision {
  if (stranger === 'plain') {
    return mode === 'STRICT'
      ? refused('stranger.plain-text-reset', 'STRICT refuses plain text, wherever it comes from')
      : letIn('stranger.plain-text-answered', 'plain text is taken');
  }
  if (mode === 'DISABLE') {
    return refused('stranger.no-mutual-tls', 'plain text alone is taken, so that no certificate is of any use');
  }
  switch (stranger) {
    case 'no-certificate':
      return refused('stranger.no-certificate', 'mutual TLS needs a certificate of the client');
    case 'self-signed':
    case 'other-authority':
      return refused('stranger.untrusted', "the mesh's authority has not issued the certificate");
    case 'other-trust-domain':
      if (isAlias(mesh) && holds('stranger.alias-trust-domain', mesh.release)) {
        return letIn('stranger.alias-trust-domain', 'the trust domain of the certificate is among trustDomainAliases');
      }
      return holds('stranger.other-trust-domain', mesh.release)
        ? refused('stranger.other-trust-domain', `the certificate is not of the trust domain ${mesh.trustDomain}`)
        : letIn('stranger.member', "this release lets in every certificate of the mesh's authority");
    case 'member':
      return letIn('stranger.member', `the mesh's authority has issued the certificate for ${mesh.trustDomain}`);
  }
}

/** The trust domain of a stranger that is of another one. */
export function otherTrustDomain({ trustDomain }: Pick<Mesh, 'trustDomain'>): string {
  return `not-${trustDomain}`;
}

function isAlias(mesh: Mesh): boolean {
  return (mesh.trustDomainAliases ?? []).includes(otherTrustDomain(mesh));
}

function refused(rule: RuleId, text: string): Decision {
  return { comesTo: 'refused', rule, text };
}

function letIn(rule: RuleId, text: string): Decision {
  return { comesTo: 'let in', rule, text };
}

/**
 * Returns what a client's sidecar does with an impostor that announces mutual TLS.
 * istio/istio pilot/pkg/networking/core/cluster_tls.go, buildAutoMtlsSettings.
 */
export function receptionOfImpostor(impostor: Impostor): Reception {
  switch (impostor) {
    case 'self-signed':
    case 'other-authority':
      return withReasons([], refused('impostor.untrusted', "the mesh's authority has not issued its certificate"));
    case 'other-identity':
      return withReasons(
        [],
        refused('impostor.other-identity', 'its certificate names another account than its pod has'),
      );
    case 'named':
      return withReasons(
        [],
        letIn('impostor.named', "the mesh's authority has issued its certificate for the pod's account"),
      );
  }
}

/**
 * Returns the identities that a client's sidecar must accept of a Service, and no others: the accounts of its endpoints,
 * in the mesh's trust domain and its aliases.
 * istio/istio pilot/pkg/model/push_context.go, ServiceAccounts.
 */
export function identitiesOf(world: World, service: Service, port: ServicePort): { names: string[]; reason: Reason } {
  const endpoints = endpointsOf(world, service, port);
  const { trustDomain, trustDomainAliases = [], release } = world.mesh;
  const aliases = holds('impostor.alias-trust-domain', release) ? trustDomainAliases : [];
  const names = endpoints.flatMap(({ workload }) =>
    [trustDomain, ...aliases].map((domain) => identityOf(workload, { trustDomain: domain })),
  );
  const why =
    aliases.length > 0
      ? reason('impostor.alias-trust-domain', 'the accounts of its endpoints, of each trust domain, and no other names')
      : reason('impostor.accounts', 'the accounts of its endpoints, and no other names');
  return { names: [...new Set(names)].sort(), reason: why };
}
