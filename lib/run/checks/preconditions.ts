import { type Condition, type Learned, type Run, type Unmet, worldOf } from '../../mesh/index.ts';
import { type DestinationRule, destinationRulesFor, meshDefault, nameOf, type World } from '../../model/index.ts';
import { placed } from '../../scenario/index.ts';
import type { VerdictReason } from '../../verdict/index.ts';

/** Returns the conditions that the mesh does not meet; none if it is suitable. */
export function unmetOf(
  run: Pick<Run, 'istio' | 'topology' | 'namespaces' | 'topologies'>,
  learned: Pick<Learned, 'foreign'>,
): Unmet[] {
  const world = worldOf(run, learned, { applied: [], autoMtls: run.istio.mesh.autoMtls });
  const all = [autoMtlsOn(run), defaultIsPermissive(world), noRuleMatches(world, run)];
  return all.filter((condition) => !condition.met);
}

/**
 * Returns a condition that is not met as a reason.
 * @param otherRun whose the objects in the way are, if they are another run's
 */
export function unmetReason({ code, why, remedy, objects = [] }: Unmet, otherRun?: string): VerdictReason {
  const names = [...new Set(objects.map(nameOf))];
  return { code, said: why, remedy, objects: names, ...(otherRun !== undefined && { otherRun }) };
}

/** Returns whether automatic mutual TLS is on. */
export function autoMtlsOn({ istio: { mesh, configMap } }: Pick<Run, 'istio'>): Condition {
  const where = nameOf(configMap);
  if (mesh.autoMtls) return { met: true, why: `${where} has it on` };
  return {
    met: false,
    code: 'auto-mtls-off',
    why: `it has automatic mutual TLS switched off (enableAutoMtls in ${where})`,
    remedy: 'switch it on, since every step of the task builds on it',
  };
}

/** Returns whether the mesh's default is PERMISSIVE. */
export function defaultIsPermissive(world: World): Condition {
  const { mode, reason } = meshDefault(world);
  if (mode === 'PERMISSIVE') return { met: true, why: reason.text };
  const objects = world.policies.filter((object) => nameOf(object) === reason.object);
  const remedy =
    reason.object === undefined ? 'make a policy for the whole mesh that says so' : `remove ${reason.object}`;
  return {
    met: false,
    code: 'not-permissive',
    why: `${reason.text}; the task starts from PERMISSIVE`,
    remedy: `${remedy}, or use another cluster`,
    objects,
  };
}

/** Returns whether no DestinationRule decides how a client connects to a host of the run. */
export function noRuleMatches(
  { mesh, services, policies }: World,
  { topologies, namespaces }: Pick<Run, 'topologies' | 'namespaces'>,
): Condition {
  const rules = policies.filter((object) => object.kind === 'DestinationRule') as DestinationRule[];
  const clients = new Set(
    topologies.flatMap((topology) => [...topology.clients.keys()]).map((path) => placed(path, namespaces).namespace),
  );
  const matching = [...clients].flatMap((client) =>
    services.flatMap((service) => destinationRulesFor(rules, client, service, mesh)),
  );
  if (matching.length === 0) {
    const hosts = services.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
    return { met: true, why: `none matches ${new Intl.ListFormat('en', { type: 'disjunction' }).format(hosts)}` };
  }
  const names = [...new Set(matching.map((rule) => nameOf(rule)))].join(', ');
  return {
    met: false,
    code: 'rule-matches',
    why: `${names} matches a host of the run and would decide in its clients' stead`,
    remedy: 'remove it, or use another cluster',
    objects: matching,
  };
}
