import { powerOf } from '../../kinds/index.ts';
import { hasSidecar, type KubeObject, nameOf, selects, type Workload, workloadName } from '../../model/index.ts';
import { doesAsIstios } from '../../verdict/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { namespaceOf } from '../snapshot.ts';

/** An object that acts on sidecars in a way that the model does not know. */
interface Acting {
  object: KubeObject;
  can: string;
  labels: Record<string, string>;
  /** On which side of a request it can act. */
  sides: readonly Side[];
}

export type Side = 'client' | 'server';

interface Spec {
  selector?: { matchLabels?: Record<string, string> };
  workloadSelector?: { labels?: Record<string, string> };
  targetRef?: object;
  targetRefs?: object[];
  configPatches?: { match?: { context?: string } }[];
}

/** Kinds that the model takes, or that act on something else than what goes over the wire. */
const known = new Set(['Sidecar', 'AuthorizationPolicy', 'ProxyConfig']);

/**
 * Returns what says which objects act on the sidecar of a workload, one sentence each: EnvoyFilters and extensions, and
 * policies of which it is not known whether the control plane sees them.
 */
export function actingIn({
  policies,
  perhapsForeign,
  plane,
}: SurveyedMesh): (workload: Workload, side: Side) => string[] {
  const all = [
    ...policies.filter(({ kind }) => !known.has(kind)).flatMap(actingOf),
    ...perhapsForeign.flatMap(perhapsActing),
  ];
  const byNamespace = Map.groupBy(all, ({ object }) => namespaceOf(object));
  const { rootNamespace } = plane.mesh;
  return (workload, side) => {
    if (!hasSidecar(workload)) return [];
    const near = byNamespace.get(workload.namespace) ?? [];
    const everywhere = workload.namespace === rootNamespace ? [] : (byNamespace.get(rootNamespace) ?? []);
    // Clients on which the same acts are alike: named one by one, no two of them were.
    const whom = side === 'client' ? 'the client' : workloadName(workload);
    return [...near, ...everywhere]
      .filter(({ sides, labels }) => sides.includes(side) && selects(labels, workload.labels))
      .map(({ object, can }) => `${nameOf(object)} acts on ${whom}: ${can}`);
  };
}

function actingOf(object: KubeObject): Acting[] {
  const power = powerOf(object);
  if (power?.reach !== 'selected' && power?.reach !== 'selected-servers') return [];
  const spec = specOf(object);
  // One with targets is for gateways and waypoints.
  if (spec.targetRef !== undefined || (spec.targetRefs ?? []).length > 0 || doesAsIstios(object)) return [];
  return [{ object, can: power.can, labels: labelsOf(spec), sides: sidesOf(spec) }];
}

/** A patch of an EnvoyFilter says on which side it acts; others act on both. */
function sidesOf({ configPatches = [] }: Spec): Side[] {
  if (configPatches.length === 0) return ['client', 'server'];
  const contexts = new Set(configPatches.map(({ match }) => match?.context ?? 'ANY'));
  const sides: Side[] = [];
  if (contexts.has('ANY') || contexts.has('SIDECAR_OUTBOUND')) sides.push('client');
  if (contexts.has('ANY') || contexts.has('SIDECAR_INBOUND')) sides.push('server');
  return sides;
}

function perhapsActing(object: KubeObject): Acting[] {
  const revision = object.metadata.labels?.['istio.io/rev'];
  const can = `its label names revision ${revision}, and which control plane sees it is not known`;
  return [{ object, can, labels: labelsOf(specOf(object)), sides: ['client', 'server'] }];
}

function labelsOf({ selector, workloadSelector }: Spec): Record<string, string> {
  return selector?.matchLabels ?? workloadSelector?.labels ?? {};
}

function specOf(object: KubeObject): Spec {
  return (object as KubeObject & { spec?: Spec }).spec ?? {};
}
