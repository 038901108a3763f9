import type { Reason } from '../expected.ts';
import { reason, workloadName } from '../reason.ts';
import { holds } from '../rules/rules.ts';
import type { Mesh, Redirection, Service, Workload, World } from '../types.ts';
import type { Endpoint } from '../world/endpoints.ts';
import { hasSidecar } from '../world/labels.ts';
import { pastServer } from '../world/redirection.ts';
import type { Release } from '../world/release.ts';
import { type ServedPolicies, servedPolicies } from '../world/served.ts';
import { alphaMeshMode, alphaMode, type ServicePort } from './authentication-policy.ts';
import { type ModeVerdict, peerMode, type ServerMode, scopeMode } from './peer-authentication.ts';

/** The Service and port that a request is sent to. They matter because v1alpha1 policies name Services, not pods. */
export interface AskedPort {
  service: Service;
  port: ServicePort;
}

/** A port of a workload's pods. */
export type PodPort = Pick<Endpoint, 'workload' | 'port'> & Partial<Pick<Endpoint, 'declared'>>;

/**
 * Returns the mode in which a workload with a sidecar serves a port of its pods. 1.4 uses only v1alpha1 policies; 1.6
 * and later use only PeerAuthentications. 1.5 uses PeerAuthentications if any applies to the workload, otherwise
 * v1alpha1 policies (istio/istio@1.5.10 pilot/pkg/security/authn/v1beta1/policy_applier.go).
 */
export function serverMode(
  mesh: Mesh,
  served: ServedPolicies,
  { workload, port, declared }: PodPort,
  asked: AskedPort,
): ModeVerdict {
  const alpha = heedsAlpha(mesh.release)
    ? alphaMode(served.authenticationPolicies, asked.service, asked.port)
    : undefined;
  if (!heedsPeers(mesh.release)) return alpha ?? noAlphaPolicy();
  const peer = peerMode(served.peerAuthentications, mesh, workload, port, declared);
  if (alpha === undefined) return peer;
  return peer.applies ? { mode: peer.mode, reasons: [...superseded(alpha), ...peer.reasons] } : alpha;
}

/**
 * Returns the mode in which connections to an endpoint are taken, and why; undefined if no sidecar takes them. That is no
 * matter to clients: they know no more than the mode of the workload.
 */
export function acceptedMode(
  mesh: Mesh,
  served: ServedPolicies,
  endpoint: PodPort,
  asked: AskedPort,
): { mode: ServerMode | undefined; reasons: Reason[] } {
  const { workload, port } = endpoint;
  if (!hasSidecar(workload)) return { mode: undefined, reasons: [withoutSidecar(workload)] };
  const past = pastServer(workload, port);
  if (past !== undefined) return { mode: undefined, reasons: [portPast(endpoint, past)] };
  return serverMode(mesh, served, endpoint, asked);
}

function withoutSidecar(workload: Workload): Reason {
  const name = workloadName(workload);
  return workload.hostNetwork
    ? reason('sidecar.host-network', `${name} is on the host network and has no sidecar: it accepts only plain text`)
    : reason('sidecar.none', `${name} has no sidecar: no policy acts on it, and it accepts only plain text`);
}

function portPast({ workload, port }: PodPort, past: keyof Redirection | 'own'): Reason {
  const name = workloadName(workload);
  if (past === 'own') {
    return reason('sidecar.own-port', `Port ${port} of ${name} is its sidecar's own, and takes plain text alone`);
  }
  const text = `${past} of ${name} leads connections to port ${port} past its sidecar: no policy acts on them, and plain text alone is taken`;
  return reason('sidecar.port-past', text);
}

/**
 * Returns the mode that a client's cluster for the Service is based on: that of namespace and mesh policies and, in 1.4
 * and 1.5, of the Service's v1alpha1 policy. Workload policies are ignored.
 * istio/istio pilot/pkg/model/push_context.go, BestEffortInferServiceMTLSMode.
 */
export function serviceMode(mesh: Mesh, served: ServedPolicies, { service, port }: AskedPort): ModeVerdict {
  const namespace = service.metadata.namespace ?? 'default';
  if (heedsPeers(mesh.release)) {
    const wide = scopeMode(served.peerAuthentications, mesh, namespace);
    if (wide !== undefined) return wide;
  }
  if (heedsAlpha(mesh.release)) {
    const alpha = alphaMode(served.authenticationPolicies, service, port);
    if (alpha !== undefined) return alpha;
  }
  return heedsPeers(mesh.release) ? { mode: 'PERMISSIVE', reasons: [] } : noAlphaPolicy();
}

/**
 * Returns the mesh's default mode, and why. It comes from the mesh-wide PeerAuthentication or, in 1.4 and 1.5, from the
 * MeshPolicy `default`. Without one it is PERMISSIVE, but DISABLE in 1.4.
 */
export function meshDefault(world: World): { mode: ModeVerdict['mode']; reason: Reason } {
  const { mesh } = world;
  const { peerAuthentications, authenticationPolicies } = servedPolicies(world);
  const peer = heedsPeers(mesh.release) ? scopeMode(peerAuthentications, mesh, mesh.rootNamespace) : undefined;
  const found = peer ?? (heedsAlpha(mesh.release) ? alphaMeshMode(authenticationPolicies) : undefined);
  const { mode, reasons } = found ?? (heedsPeers(mesh.release) ? noMeshPolicy() : noAlphaPolicy());
  const last = reasons.at(-1);
  if (last === undefined) throw new Error('a mode without a reason');
  return { mode, reason: last };
}

function heedsPeers(release: Release): boolean {
  return holds('peer-authentication.none', release);
}

function heedsAlpha(release: Release): boolean {
  return holds('policy.mesh', release);
}

function noMeshPolicy(): ModeVerdict {
  const text = 'No mesh-wide policy: mutual TLS is PERMISSIVE, mutual TLS and plain text are accepted';
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
