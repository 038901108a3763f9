import { peerMode } from './policies/peer-authentication.ts';
import type { Workload, World } from './types.ts';
import { atLeast } from './world/release.ts';
import { servedPolicies } from './world/served.ts';

/** A readiness probe of the kubelet, which has no sidecar and so speaks plain text. */
export interface KubeletProbe {
  workload: Workload;
  /** What it is called in its container. */
  kind: 'http' | 'tcp' | 'grpc';
  /** The pod's port that it asks. */
  port: number;
  /** Whether the pod has the annotation sidecar.istio.io/rewriteAppHTTPProbers=true. */
  rewritten: boolean;
}

/**
 * The releases from which the injector changes a probe of each kind, so that the kubelet asks the sidecar's agent, which
 * asks the application itself. istio/istio pkg/kube/inject/app_probe.go; #36706 for gRPC.
 */
const rewrites: Record<KubeletProbe['kind'], string> = { http: '1.4', tcp: '1.12', grpc: '1.13' };

/**
 * Returns whether a probe of a running application succeeds, and why. A probe that the agent answers does, whatever the
 * policies. Any other goes to the sidecar in plain text: STRICT refuses HTTP and gRPC, but a probe of a TCP port only
 * makes a connection, which the sidecar accepts before it sees what comes.
 * istio/istio tests/integration/security/mtls_healthcheck_test.go.
 */
export function kubeletProbeResult(world: World, probe: KubeletProbe): { succeeds: boolean; why: string } {
  const { workload, kind, port, rewritten } = probe;
  if (!workload.sidecar) return { succeeds: true, why: 'no sidecar is in its way' };
  if (rewritten && atLeast(world.mesh.release, rewrites[kind])) {
    return { succeeds: true, why: "the sidecar's agent answers it" };
  }
  if (kind === 'tcp') return { succeeds: true, why: 'the sidecar accepts every connection' };
  const { mode } = peerMode(servedPolicies(world).peerAuthentications, world.mesh, workload, port);
  return { succeeds: mode !== 'STRICT', why: `the sidecar gets it in plain text, and is ${mode}` };
}
