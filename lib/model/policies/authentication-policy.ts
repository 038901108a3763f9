import { reason } from '../reason.ts';
import type { AuthenticationPolicy, Service } from '../types.ts';
import { byAgeAndJoinedName } from '../world/age.ts';
import { nameOf } from '../world/name.ts';
import type { ModeVerdict, ServerMode } from './peer-authentication.ts';

/** A port as its Service names it. */
export interface ServicePort {
  name?: string;
  port: number;
}

/**
 * Returns the mode that v1alpha1 policies (1.4, 1.5) give a Service's port, or undefined if none applies. The Service's
 * own policy comes first, then the namespace's `default`, then the MeshPolicy `default`. The first one alone counts,
 * and inherits nothing.
 * istio/istio@1.4.10 pilot/pkg/model/push_context.go, AuthenticationPolicyForWorkload.
 */
export function alphaMode(
  policies: AuthenticationPolicy[],
  service: Service,
  port: ServicePort,
): ModeVerdict | undefined {
  const { name, namespace } = service.metadata;
  const inNamespace = policies.filter((policy) => policy.kind === 'Policy' && policy.metadata.namespace === namespace);
  const targeted = inNamespace
    .filter((policy) => policy.metadata.name !== 'default' && targets(policy, name, port))
    .sort(byAgeAndJoinedName)[0];
  if (targeted !== undefined) return verdict(targeted, 'policy.service', `names Service ${name}`);
  const wide = inNamespace.find((policy) => policy.metadata.name === 'default' && isTargetless(policy));
  if (wide !== undefined) return verdict(wide, 'policy.namespace', `covers namespace ${namespace}`);
  return alphaMeshMode(policies);
}

/** Returns the mode of the MeshPolicy `default`, or undefined if there is none. */
export function alphaMeshMode(policies: AuthenticationPolicy[]): ModeVerdict | undefined {
  const policy = policies.find(({ kind, metadata }) => kind === 'MeshPolicy' && metadata.name === 'default');
  return policy && verdict(policy, 'policy.mesh', 'covers the mesh');
}

function targets(policy: AuthenticationPolicy, service: string, port: ServicePort): boolean {
  return (policy.spec?.targets ?? []).some(
    (target) =>
      target.name === service &&
      (target.ports === undefined ||
        target.ports.length === 0 ||
        target.ports.some(({ name, number }) => (name === undefined ? number === port.port : name === port.name))),
  );
}

function isTargetless(policy: AuthenticationPolicy): boolean {
  return (policy.spec?.targets ?? []).length === 0;
}

/** Returns a policy's mode. `mtls: {}` and null mean STRICT; without an mtls peer, mutual TLS is off. */
function modeOf(policy: AuthenticationPolicy): ServerMode {
  const peer = policy.spec?.peers?.find((method) => method.mtls !== undefined);
  return peer === undefined ? 'DISABLE' : (peer.mtls?.mode ?? 'STRICT');
}

function verdict(
  policy: AuthenticationPolicy,
  rule: 'policy.service' | 'policy.namespace' | 'policy.mesh',
  reach: string,
): ModeVerdict {
  const mode = modeOf(policy);
  const how = {
    DISABLE: 'has no mtls peer: plain text alone is taken',
    PERMISSIVE: 'sets mtls PERMISSIVE: mutual TLS and plain text are accepted',
    STRICT: 'sets mtls STRICT: plain text is reset',
  };
  return { mode, reasons: [reason(rule, `${nameOf(policy)} ${reach} and ${how[mode]}`, policy)] };
}
