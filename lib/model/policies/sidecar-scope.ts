import { holds, type RuleId } from '../rules/rules.ts';
import type { KubeObject, MeshRoot, Workload, World } from '../types.ts';
import { byAge, byAgeAndJoinedName } from '../world/age.ts';
import { hostMatches } from '../world/hosts.ts';
import { selects } from '../world/labels.ts';
import type { Release } from '../world/release.ts';

/** networking.istio.io Sidecar: only the fields that affect mutual TLS. */
export interface Sidecar extends KubeObject {
  kind: 'Sidecar';
  spec?: {
    workloadSelector?: { labels?: Record<string, string> };
    egress?: { port?: object; hosts?: string[] }[];
    ingress?: object[];
    outboundTrafficPolicy?: { mode?: string; egressProxy?: object };
  };
}

/** The Sidecar that applies to a workload, and the rule by which it does. */
export interface AppliedSidecar {
  sidecar: Sidecar;
  by: 'scope.workload' | 'scope.namespace' | 'scope.root';
}

/**
 * Returns the Sidecar that applies to a workload; undefined if none does. In the workload's namespace, one that selects
 * it comes before one for all. Without any, that of the root namespace for all applies. Of several the oldest counts.
 * None is for gateways.
 * istio/istio pilot/pkg/model/push_context.go, initSidecarScopes and getSidecarScope.
 */
export function sidecarFor(
  { mesh, policies }: { mesh: MeshRoot; policies: World['policies'] },
  { namespace, labels, gateway }: Pick<Workload, 'namespace' | 'labels' | 'gateway'>,
): AppliedSidecar | undefined {
  if (gateway) return undefined;
  const order = holds('destination-rule.joined-name', mesh.release) ? byAgeAndJoinedName : byAge;
  const sidecars = policies.filter((object): object is Sidecar => object.kind === 'Sidecar').toSorted(order);
  const inNamespace = (name: string) => sidecars.filter(({ metadata }) => (metadata.namespace ?? 'default') === name);
  const forAll = (name: string) => inNamespace(name).find(({ spec }) => spec?.workloadSelector === undefined);
  const selecting = inNamespace(namespace).find(
    ({ spec }) => spec?.workloadSelector !== undefined && selects(spec.workloadSelector.labels, labels),
  );
  const found = [
    { sidecar: selecting, by: 'scope.workload' as const },
    { sidecar: forAll(namespace), by: 'scope.namespace' as const },
    { sidecar: forAll(mesh.rootNamespace), by: 'scope.root' as const },
  ];
  return found.find((one): one is AppliedSidecar => one.sidecar !== undefined);
}

/** Why a Sidecar hides a Service although one of its hosts names it; `undefined` if no host does. */
type Hidden = { because: Extract<RuleId, 'scope.excluded' | 'scope.namespace-hosts-alone'> | undefined };

/**
 * Returns whether a Sidecar hides a Service from the clients of a namespace, and why; undefined if it does not.
 * A host is `namespace/name`: `.` is the client's namespace, `*` any, and `~` before it excludes. Without egress, all
 * Services are seen.
 * istio/istio pilot/pkg/model/sidecar.go, selectServices.
 */
export function hiddenBy(
  { spec }: Sidecar,
  service: { hostname: string; namespace: string },
  clientNamespace: string,
  release: Release,
): Hidden | undefined {
  const listeners = spec?.egress ?? [];
  if (listeners.length === 0) return undefined;
  const seen = listeners.map(({ hosts = [] }) => {
    const entries = hosts.map((host) => entryOf(host, clientNamespace));
    const named = entries.filter(
      ({ namespace, host }) => ['*', service.namespace].includes(namespace) && hostMatches(host, service.hostname),
    );
    const imported = named.filter(({ excludes }) => !excludes);
    if (imported.length === 0) return { because: undefined };
    if (named.length > imported.length && holds('scope.excluded', release)) {
      return { because: 'scope.excluded' as const };
    }
    const isForNamespace = entries.some(({ namespace, excludes }) => !excludes && namespace === service.namespace);
    const isByWildcard = imported.every(({ namespace }) => namespace === '*');
    return isForNamespace && isByWildcard && holds('scope.namespace-hosts-alone', release)
      ? { because: 'scope.namespace-hosts-alone' as const }
      : undefined;
  });
  if (seen.some((hidden) => hidden === undefined)) return undefined;
  return seen.find((hidden) => hidden?.because !== undefined) ?? { because: undefined };
}

interface EgressHost {
  namespace: string;
  host: string;
  excludes: boolean;
}

function entryOf(text: string, clientNamespace: string): EgressHost {
  const [, excluding = '', namespace = '', host = ''] = /^(~?)([^/]*)\/(.*)$/.exec(text) ?? [];
  const excludes = excluding !== '';
  return { namespace: namespace === '.' ? clientNamespace : namespace || '*', host, excludes };
}
