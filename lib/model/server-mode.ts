import { alphaMeshMode, alphaMode, type ServicePort } from './authentication-policy.ts';
import { type ModeVerdict, peerMode, scopeMode } from './peer-authentication.ts';
import { reason } from './reason.ts';
import { atLeast } from './release.ts';
import { type Served, servedPolicies } from './served.ts';
import type { Mesh, Reason, Service, Workload, World } from './types.ts';

/** The Service and the port of it that a request asks: v1alpha1 policies name Services, not pods. */
export interface Asked {
  service: Service;
  port: ServicePort;
}

/**
 * Returns the mode in which a workload with a sidecar serves a port of its pods, by the policies its release looks at:
 * 1.4 the v1alpha1 ones alone, 1.6 and later PeerAuthentication alone; 1.5 PeerAuthentication where any applies to the
 * workload, else v1alpha1 (istio/istio@1.5.10 pilot/pkg/security/authn/v1beta1/policy_applier.go).
 */
export function serverMode(mesh: Mesh, served: Served, workload: Workload, port: number, asked: Asked): ModeVerdict {
  const alpha = atLeast(mesh.release, '1.6')
    ? undefined
    : alphaMode(served.authenticationPolicies, asked.service, asked.port);
  if (!atLeast(mesh.release, '1.5')) return alpha ?? noAlphaPolicy();
  const peer = peerMode(served.peerAuthentications, mesh.rootNamespace, workload, port);
  if (alpha === undefined) return peer;
  return peer.applies ? { mode: peer.mode, reasons: [...superseded(alpha), ...peer.reasons] } : alpha;
}

/**
 * Returns the mode that a client's cluster for the Service is built on: namespace and mesh policies, and in 1.4 and 1.5
 * the Service's v1alpha1 policy; workload policies are not looked at.
 * istio/istio pilot/pkg/model/push_context.go, BestEffortInferServiceMTLSMode.
 */
export function serviceMode(mesh: Mesh, served: Served, { service, port }: Asked): ModeVerdict {
  const namespace = service.metadata.namespace ?? 'default';
  if (atLeast(mesh.release, '1.5')) {
    const wide = scopeMode(served.peerAuthentications, mesh.rootNamespace, namespace);
    if (wide !== undefined) return wide;
  }
  if (!atLeast(mesh.release, '1.6')) {
    const alpha = alphaMode(served.authenticationPolicies, service, port);
    if (alpha !== undefined) return alpha;
  }
  return atLeast(mesh.release, '1.5') ? { mode: 'PERMISSIVE', reasons: [] } : noAlphaPolicy();
}

/**
 * Returns the mesh's default in force, and why: the mesh-wide PeerAuthentication, in 1.4 and 1.5 the MeshPolicy
 * `default`; without one it is PERMISSIVE, but DISABLE in 1.4.
 */
export function meshDefault(world: World): { mode: ModeVerdict['mode']; reason: Reason } {
  const { mesh } = world;
  const { peerAuthentications, authenticationPolicies } = servedPolicies(world);
  const peer = atLeast(mesh.release, '1.5')
    ? scopeMode(peerAuthentications, mesh.rootNamespace, mesh.rootNamespace)
    : undefined;
  const found = peer ?? (atLeast(mesh.release, '1.6') ? undefined : alphaMeshMode(authenticationPolicies));
  const { mode, reasons } = found ?? (atLeast(mesh.release, '1.5') ? noMeshPolicy() : noAlphaPolicy());
  const last = reasons.at(-1);
  if (last === undefined) throw new Error('a mode without a reason');
  return { mode, reason: last };
}

function noMeshPolicy(): ModeVerdict {
  const text = 'No mesh-wide policy: mutual TLS is PERMISSIVE, mutual TLS and plain text are taken';
  return { mode: 'PERMISSIVE', reasons: [reason('peer-authentication.none', text)] };
}

function noAlphaPolicy(): ModeVerdict {
  const text = 'No authentication policy at all: mutual TLS is off, plain text alone is taken';
  return { mode: 'DISABLE', reasons: [reason('policy.none', text)] };
}

function superseded(alpha: ModeVerdict): Reason[] {
  return alpha.reasons.map(({ object }) =>
    reason('policy.superseded', `${object} is ignored: a PeerAuthentication applies to the workload`),
  );
}
