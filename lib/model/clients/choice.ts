import type { Reason } from '../expected.ts';
import { serviceMode } from '../policies/server-mode.ts';
import { reason, workloadName } from '../reason.ts';
import { holds, type RuleId } from '../rules/rules.ts';
import type { DestinationRule, Subset } from '../types.ts';
import { type Endpoint, isHeadless, knownLabels, knownWorkload } from '../world/endpoints.ts';
import { hasSidecar, selects } from '../world/labels.ts';
import { nameOf } from '../world/name.ts';
import { identityOf } from './attempt.ts';
import { autoChoice } from './auto-choice.ts';
import type { Call, Choice, Retries } from './call.ts';
import { type FoundRule, foundOtherwise, ruleFor, targetOf } from './destination-rules.ts';
import { sourceOf } from './merge-rules.ts';
import { oldSubset } from './subset-tls.ts';
import { type PolicyInForce, policyInForce } from './traffic-policy.ts';

/**
 * Returns what the client's side puts on the wire to each endpoint. Without a sidecar this is plain text. Otherwise the
 * effective DestinationRule decides or, if it has no TLS settings, auto mTLS.
 * istio/istio pilot/pkg/networking/core/cluster_tls.go, buildUpstreamTLSSettings.
 */
export function choose(call: Call): Choice {
  if (!hasSidecar(call.client)) return withoutSidecar(call);
  const accounts = accountsOf(call);
  return { ...bySettings(call), ...(accounts.length > 0 && { accounts }) };
}

/**
 * Returns the identities that a client's sidecar accepts where somebody wrote who is at an address; empty if nobody did,
 * or nobody named an account.
 * istio/istio pilot/pkg/model/push_context.go, addServiceAccounts.
 */
function accountsOf({ mesh, service, endpoints }: Call): string[] {
  if (endpoints.every(({ knownAs }) => knownAs === undefined)) return [];
  const known = endpoints.map(knownWorkload).filter(({ serviceAccount }) => serviceAccount !== '');
  return [...known.map((one) => identityOf(one, mesh)), ...(service.spec.host?.subjectAltNames ?? [])];
}

function bySettings(call: Call): Choice {
  const { served, client, mesh } = call;
  const target = targetOf(call.service);
  const found = ruleFor(served.destinationRules, client, target, mesh);
  const otherwise = foundOtherwise(served.destinationRules, client, target, mesh);
  const subset = found?.rule.spec.subsets?.find(({ name }) => name === call.subset);
  if (call.subset !== undefined && subset === undefined) return unknownSubset(call, found, otherwise);
  const policy = found === undefined ? undefined : policyOf(found.rule, call, subset);
  const retries = retriesOf(call, policy);
  const reached = retries === 'other-host' ? (subset?.labels ?? {}) : {};
  const endpoints = call.endpoints.filter((endpoint) => selects(reached, knownLabels(endpoint)));
  const lookUp = [
    ...otherwise,
    ...(found === undefined ? [] : [...lookUpReasons(found), ...subsetReasons(found, policy, call)]),
  ];
  const empty = call.endpoints.length > 0 && endpoints.length === 0 ? [emptySubset(call)] : [];
  if (found === undefined || policy?.tls === undefined) {
    const { wires, reasons } = autoChoice(call, endpoints, { rule: found?.rule, policy, subset });
    const silent = found === undefined ? [] : [noTls(call, found, policy)];
    return { wires, retries, reasons: [...lookUp, ...silent, ...reasons, ...empty] };
  }
  const { mode, subjectAltNames = [] } = policy.tls;
  const unused = unusedCredential(call, found, policy);
  const wire = mode === 'ISTIO_MUTUAL' ? 'mtls' : mode === 'DISABLE' || unused.length > 0 ? 'plain' : 'tls';
  return {
    wires: endpoints.map((endpoint) => ({ endpoint, wire })),
    retries,
    ...(mode === 'ISTIO_MUTUAL' && subjectAltNames.length > 0 ? { subjectAltNames } : {}),
    reasons: [...lookUp, setsTls(call, found, policy, mode), ...unused, ...empty],
  };
}

/** Returns the choice for a Service that the client's sidecar does not know: plain text, without a second try. */
export function passedThrough(endpoints: Endpoint[], reasons: Reason[]): Choice {
  return { wires: endpoints.map((endpoint) => ({ endpoint, wire: 'plain' })), retries: 'none', reasons };
}

function withoutSidecar({ client, endpoints }: Call): Choice {
  const text = `${workloadName(client)} has no sidecar: it speaks plain text, whatever the policies`;
  return {
    wires: endpoints.map((endpoint) => ({ endpoint, wire: 'plain' })),
    retries: 'none',
    reasons: [reason('client.no-sidecar', text)],
  };
}

function unknownSubset({ service, subset }: Call, found: FoundRule | undefined, otherwise: Reason[]): Choice {
  const who = found === undefined ? 'No DestinationRule defines' : `${nameOf(found.rule)} does not define`;
  const text = `${who} subset ${subset} of ${nameOf(service)}: no endpoint can serve the request`;
  const unknown = reason('destination-rule.unknown-subset', text, found?.rule);
  return { wires: [], retries: 'none', reasons: [...otherwise, unknown] };
}

function emptySubset({ service, subset }: Call): Reason {
  const text = `No endpoint of ${nameOf(service)} has the labels of subset ${subset}: no endpoint can serve the request`;
  return reason('destination-rule.empty-subset', text);
}

function retriesOf({ service, external }: Call, policy: PolicyInForce | undefined): Retries {
  if (external) return 'drawn-again';
  if (isHeadless(service)) return 'same-host';
  return policy?.passThrough ? 'drawn-again' : 'other-host';
}

function lookUpReasons({ rule, from, place }: FoundRule): Reason[] {
  const where = {
    'client-namespace': "the client's namespace, which is looked at first",
    'service-namespace': "the Service's namespace, and none in the client's matches",
    'root-namespace': "the root namespace, and none in the client's or the Service's matches",
  };
  const found = reason(
    `destination-rule.${place}`,
    `${nameOf(rule)} for host ${rule.spec.host} applies: it is in ${where[place]}`,
    rule,
  );
  const selected =
    rule.spec.workloadSelector === undefined
      ? []
      : [
          reason(
            'destination-rule.workload-selector',
            `${nameOf(rule)} selects the client, and wins over a rule for all`,
            rule,
          ),
        ];
  const merged = from.slice(1).map((other) => mergedInto(rule, other));
  return [found, ...selected, ...merged];
}

function mergedInto(rule: DestinationRule, other: DestinationRule): Reason {
  const topLevel = other.spec.trafficPolicy !== undefined && rule.spec.trafficPolicy === other.spec.trafficPolicy;
  const settings = topLevel ? 'and its settings, as that one has none' : 'whose own settings stand';
  const text = `${nameOf(other)} is for the same host: its subsets are added to ${nameOf(rule)}, ${settings}`;
  return reason('destination-rule.merged', text, other);
}

/** The settings in force and, up to 1.7, the old rule by which a subset has other ones than later. */
interface Settings extends PolicyInForce {
  by?: RuleId;
}

function policyOf(rule: DestinationRule, call: Call, subset: Subset | undefined): Settings {
  const { mesh, served, external, port } = call;
  const { tls, level, ofSubset, ...policy } = policyInForce(rule, port.port, subset, mesh.release);
  const isOutside = external || call.service.spec.host?.isExternal;
  const auto = mesh.autoMtls && !isOutside && serviceMode(mesh, served, call).mode !== 'DISABLE';
  const old = subset && oldSubset(rule, port.port, subset, { release: mesh.release, auto });
  return { ...policy, ...(old ?? { ...(tls && { tls }), level, ofSubset }) };
}

function subsetReasons({ rule }: FoundRule, policy: Settings | undefined, { subset, port }: Call): Reason[] {
  const name = nameOf(rule);
  const leftOut = `Subset ${subset} has no settings of its own, and this release leaves out those of ${name} for port ${port.port}: its top level counts`;
  const text = policy?.by && subsetTexts[policy.by]?.(`subset ${subset}`, name);
  return [
    ...(policy?.portLeftOut ? [reason('destination-rule.subset-without-port', leftOut, rule)] : []),
    ...(policy?.by && text ? [reason(policy.by, text, rule)] : []),
  ];
}

const subsetTexts: Partial<Record<RuleId, (subset: string, rule: string) => string>> = {
  'destination-rule.subset-tls-alone': (subset, rule) =>
    `The settings of ${subset} set no TLS mode: this release leaves that to auto mTLS, and not to the top level of ${rule}`,
  'destination-rule.subset-inherits-nothing': (subset, rule) =>
    `This release leaves ${subset} to auto mTLS, whatever the top level of ${rule} says, since it sets no TLS mode itself`,
  'destination-rule.subset-masked': (subset, rule) =>
    `The top level of ${rule} sets no TLS mode: in this release auto mTLS chooses, whatever ${subset} says`,
  'destination-rule.subset-not-plain': (subset, rule) =>
    `In this release DISABLE of ${subset} does not take back the TLS of the top level of ${rule}`,
  'destination-rule.subset-port-inherits': (subset, rule) =>
    `This release leaves ${subset} the TLS of the top level of ${rule}, although its own settings for the port set none`,
};

function setsTls({ subset }: Call, found: FoundRule, { level, ofSubset }: PolicyInForce, mode: string): Reason {
  const rule = sourceOf(found, ofSubset ? subset : undefined);
  const effect = {
    DISABLE: 'plain text is sent to every endpoint',
    ISTIO_MUTUAL: 'mutual TLS is sent to every endpoint, with a sidecar or without',
  }[mode];
  const text = `${nameOf(rule)} sets ${mode}${level}: ${effect ?? "TLS that is not Istio's is sent to every endpoint"}`;
  return reason('destination-rule.tls', text, rule);
}

/**
 * A Secret is not handed to every client that a rule is for. From 1.14 those that its workloadSelector selects get it.
 * istio/istio pilot/pkg/networking/core/cluster_tls.go, buildUpstreamClusterTLSContext.
 */
function unusedCredential({ mesh, subset }: Call, found: FoundRule, { tls, ofSubset }: PolicyInForce): Reason[] {
  const { mode, credentialName = '' } = tls ?? {};
  const isNamed = (mode === 'SIMPLE' || mode === 'MUTUAL') && credentialName !== '';
  const isGiven = found.rule.spec.workloadSelector !== undefined || credentialName.startsWith('configmap://');
  if (!isNamed || isGiven || !holds('destination-rule.credential-unused', mesh.release)) return [];
  const rule = sourceOf(found, ofSubset ? subset : undefined);
  const text = `${nameOf(rule)} names credential ${credentialName} and has no workloadSelector: sidecars do not get it, and send plain text`;
  return [reason('destination-rule.credential-unused', text, rule)];
}

function noTls({ subset }: Call, found: FoundRule, policy: PolicyInForce | undefined): Reason {
  const rule = sourceOf(found, policy?.ofSubset ? subset : undefined);
  const text = `${nameOf(rule)} sets no TLS mode${policy?.level ?? ''}: auto mTLS is left to choose`;
  return reason('destination-rule.no-tls', text, rule);
}
