import type { Reason } from '../expected.ts';
import type { ModeVerdict } from '../policies/peer-authentication.ts';
import { serverMode, serviceMode } from '../policies/server-mode.ts';
import { reason, workloadName } from '../reason.ts';
import { holds } from '../rules/rules.ts';
import type { DestinationRule, Subset } from '../types.ts';
import { type Endpoint, isAnnounced, isHeadless, knownWorkload } from '../world/endpoints.ts';
import { announcesMutualTls } from '../world/labels.ts';
import { nameOf } from '../world/name.ts';
import type { Call, Wire, WireTo } from './call.ts';
import { markOnEndpoint, type PolicyInForce } from './traffic-policy.ts';

interface AutoChoice {
  wires: WireTo[];
  reasons: Reason[];
}

/** What the effective DestinationRule says, if it has no TLS settings. */
interface Ruling {
  rule: DestinationRule | undefined;
  policy: PolicyInForce | undefined;
  subset: Subset | undefined;
}

/**
 * Returns what auto mTLS puts on the wire if no DestinationRule sets TLS. It sends only plain text if it is off, if the
 * Service is outside the mesh, or if the namespace's or mesh's policy is DISABLE. Otherwise it sends mutual TLS to each
 * endpoint whose pod announces it and whose own policy is not DISABLE.
 * istio/istio pilot/pkg/networking/core/cluster_tls.go; pilot/pkg/xds/endpoints/mtls_checker.go.
 */
export function autoChoice(call: Call, endpoints: Endpoint[], ruling: Ruling): AutoChoice {
  const { mesh, served, service } = call;
  const { policy } = ruling;
  const all = (wire: Wire, ...reasons: Reason[]) => ({
    wires: endpoints.map((endpoint) => ({ endpoint, wire })),
    reasons,
  });
  if (call.external) return all('plain');
  if (service.spec.host?.isExternal) {
    const text = `${nameOf(service)} is MESH_EXTERNAL: auto mTLS does not choose for it, and plain text is sent`;
    return all('plain', reason('auto-mtls.mesh-external', text));
  }
  if (!mesh.autoMtls) {
    const text = 'Auto mTLS is off and no DestinationRule sets a TLS mode: plain text is sent';
    return all('plain', reason('auto-mtls.off', text));
  }
  const passThrough = isHeadless(service) || policy?.passThrough === true;
  const early = (passThrough ? leftInPlain(call) : undefined) ?? oneWithout(call, policy);
  if (early !== undefined) return all('plain', early);
  const { mode, reasons } = serviceMode(mesh, served, call);
  if (mode === 'DISABLE') return all('plain', ...reasons, disabledScope(call));
  if (passThrough) return all('mtls', passThroughMutual(call, policy));
  const marks = endpoints.map((endpoint) => ({ endpoint, ...markOf(call, endpoint, ruling) }));
  return {
    wires: marks.map(({ endpoint, wire }) => ({ endpoint, wire })),
    reasons: marks.flatMap((mark) => mark.reasons),
  };
}

function disabledScope({ service }: Call): Reason {
  const text = `Mutual TLS is off for ${nameOf(service)} as clients see it: plain text is sent to every endpoint, whatever a workload's own policy says`;
  return reason('auto-mtls.disabled-scope', text);
}

/**
 * Returns whether istiod looks at the endpoints of a passed-through Service: headless from 1.7, PASSTHROUGH from 1.10.
 */
function looksAtEndpoints({ mesh, service }: Call, policy: PolicyInForce | undefined): boolean {
  if (isHeadless(service)) return holds('auto-mtls.pass-through-mixed', mesh.release);
  return policy?.looksAtAllEndpoints === true && !holds('auto-mtls.balanced-unseen', mesh.release);
}

function leftInPlain({ mesh, service }: Call): Reason | undefined {
  const plain = (['auto-mtls.pass-through-left-out', 'auto-mtls.pass-through-plain'] as const).find((rule) =>
    holds(rule, mesh.release),
  );
  const text = `${nameOf(service)} is passed through, and this release leaves such Services in plain text`;
  return plain && reason(plain, text);
}

/**
 * Returns the reason for plain text if istiod looks at the endpoints and finds one without a sidecar, or none at all.
 * It looks even if a port's own load balancer keeps the cluster from being passed through.
 */
function oneWithout(call: Call, policy: PolicyInForce | undefined): Reason | undefined {
  const service = nameOf(call.service);
  if (!looksAtEndpoints(call, policy)) return undefined;
  const without = call.endpoints.find((endpoint) => !isAnnounced(endpoint));
  if (without === undefined && call.endpoints.length > 0) return undefined;
  const why = without === undefined ? 'it has no endpoint' : `${workloadName(without.workload)} has no sidecar`;
  return reason('auto-mtls.pass-through-mixed', `${service} is passed through and ${why}: plain text is sent to all`);
}

function passThroughMutual(call: Call, policy: PolicyInForce | undefined): Reason {
  const service = nameOf(call.service);
  if (looksAtEndpoints(call, policy)) {
    const text = `${service} is passed through and every endpoint has a sidecar: mutual TLS is sent to all, whatever a workload's own policy says`;
    return reason('auto-mtls.pass-through-all-sidecars', text);
  }
  const early = !isHeadless(call.service) && policy?.looksAtAllEndpoints === true;
  const text = `${service} is passed through and its endpoints are not looked at: mutual TLS is sent to all`;
  return reason(early ? 'auto-mtls.balanced-unseen' : 'auto-mtls.pass-through-unseen', text);
}

/**
 * Returns what is put on the wire to one endpoint. A rule's mode beside the effective settings replaces the workload's
 * own policy. But no mode adds a label: ISTIO_MUTUAL only keeps that of a pod which announces mutual TLS.
 * istio/istio pilot/pkg/xds/endpoints/endpoint_builder.go, buildEnvoyLbEndpoint; before 1.20
 * pilot/pkg/xds/endpoint_builder.go.
 */
function markOf(call: Call, endpoint: Endpoint, { rule, subset }: Ruling): { wire: Wire; reasons: Reason[] } {
  const { mesh, port } = call;
  const workload = knownWorkload(endpoint);
  const name = workloadName(endpoint.workload);
  const marked = rule && markOnEndpoint(rule, port.port, subset, workload.labels, mesh.release);
  if (endpoint.unknown === true) {
    const text = `Plain text is sent to ${name}: istiod knows nothing of its address but that it is written into an EndpointSlice, since no pod in the namespace of ${nameOf(call.service)} has it`;
    return { wire: 'plain', reasons: [reason('auto-mtls.address-alone', text)] };
  }
  const isWritten = endpoint.knownAs !== undefined;
  if (!announcesMutualTls(workload)) {
    const despite =
      rule !== undefined && marked?.mode === 'ISTIO_MUTUAL'
        ? `, and mode ISTIO_MUTUAL, which ${nameOf(rule)} names beside the effective settings, does not change that`
        : '';
    const what = isWritten ? 'what is written beside its address does' : 'its pods do';
    const text = `Auto mTLS sends plain text to ${name}: ${what} not announce mutual TLS${despite}`;
    return { wire: 'plain', reasons: [reason('auto-mtls.endpoint-without-sidecar', text)] };
  }
  if (rule !== undefined && marked !== undefined) {
    const wire = marked.mode === 'ISTIO_MUTUAL' ? 'mtls' : 'plain';
    const sent = wire === 'mtls' ? 'mutual TLS' : 'plain text';
    const text = `${nameOf(rule)} names mode ${marked.mode} beside the effective settings, and it marks the endpoints: ${sent} is sent to ${name}`;
    return { wire, reasons: [reason(marked.rule, text, rule)] };
  }
  if (holds('auto-mtls.endpoint-disabled', mesh.release)) {
    const { mode, reasons } = ownMode(call, endpoint);
    if (mode === 'DISABLE') {
      const text = `Auto mTLS sends plain text to ${name}: its own policy is DISABLE`;
      return { wire: 'plain', reasons: [...reasons, reason('auto-mtls.endpoint-disabled', text)] };
    }
  }
  const why = isWritten ? 'what is written beside its address announces it' : 'its pods have a sidecar';
  const text = `Auto mTLS sends mutual TLS to ${name}: ${why}`;
  return { wire: 'mtls', reasons: [...inNoNamespace(call, endpoint), reason('auto-mtls.endpoint-with-sidecar', text)] };
}

/** Returns the mode of an endpoint's own policy, as istiod sees it when it configures clients. */
function ownMode({ mesh, served, ...asked }: Call, endpoint: Endpoint): ModeVerdict {
  const workload = knownWorkload(endpoint);
  const isNowhere = endpoint.listed && holds('auto-mtls.endpoint-in-no-namespace', mesh.release);
  const seen = isNowhere ? { ...workload, namespace: '' } : workload;
  return serverMode(mesh, served, { ...endpoint, workload: seen }, asked);
}

/** Returns why mutual TLS is sent although a policy for the endpoint is DISABLE. */
function inNoNamespace(call: Call, endpoint: Endpoint): Reason[] {
  const { mesh, served } = call;
  if (!endpoint.listed || !holds('auto-mtls.endpoint-in-no-namespace', mesh.release)) return [];
  const { mode } = serverMode(mesh, served, { ...endpoint, workload: knownWorkload(endpoint) }, call);
  if (mode !== 'DISABLE' || !holds('auto-mtls.endpoint-disabled', mesh.release)) return [];
  const text = `To this release, an endpoint that ${call.service.spec.host?.entry} lists is in no namespace: a policy for it that is DISABLE does not count`;
  return [reason('auto-mtls.endpoint-in-no-namespace', text)];
}
