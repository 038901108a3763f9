import { destinationRulesFor } from '../model/destination-rules.ts';
import { nameOf } from '../model/name.ts';
import { meshDefault } from '../model/server-mode.ts';
import type { DestinationRule, World } from '../model/types.ts';
import { type Run, worldOf } from './run.ts';
import { placed } from './traffic.ts';

/** A condition that a mesh must meet before the task can begin: a sentence which, if it is not met, says what to do. */
export interface Condition {
  met: boolean;
  why: string;
}

/** Returns a sentence with a remedy for each condition that the mesh does not meet; none if it is suitable. */
export function unmetOf(run: Pick<Run, 'istio' | 'topology' | 'foreign' | 'namespaces' | 'topologies'>): string[] {
  const world = worldOf(run, [], run.istio.mesh.autoMtls);
  return [autoMtlsOn(run), defaultIsPermissive(world), noRuleMatches(world, run)].flatMap(({ met, why }) =>
    met ? [] : [why],
  );
}

/** Returns whether automatic mutual TLS is on. */
export function autoMtlsOn({ istio: { mesh, configMap } }: Pick<Run, 'istio'>): Condition {
  const where = nameOf(configMap);
  if (mesh.autoMtls) return { met: true, why: `${where} has it on` };
  return {
    met: false,
    why: `it has automatic mutual TLS switched off (enableAutoMtls in ${where}): switch it on, since every step of the task builds on it`,
  };
}

/** Returns whether the mesh's default is PERMISSIVE. */
export function defaultIsPermissive(world: World): Condition {
  const { mode, reason } = meshDefault(world);
  if (mode === 'PERMISSIVE') return { met: true, why: reason.text };
  const remedy =
    reason.object === undefined ? 'make a policy for the whole mesh that says so' : `remove ${reason.object}`;
  return { met: false, why: `${reason.text}; the task starts from PERMISSIVE: ${remedy}, or use another cluster` };
}

/** Returns whether no DestinationRule decides how a client connects to a host of the run. */
export function noRuleMatches(
  { mesh, services, policies }: World,
  { topologies, namespaces }: Pick<Run, 'topologies' | 'namespaces'>,
): Condition {
  const rules = policies.filter((object) => object.kind === 'DestinationRule') as DestinationRule[];
  const clients = new Set(
    topologies.flatMap((one) => [...one.clients.keys()]).map((path) => placed(path, namespaces).namespace),
  );
  const matching = [...clients].flatMap((client) =>
    services.flatMap((service) => destinationRulesFor(rules, client, service, mesh).map((rule) => nameOf(rule))),
  );
  if (matching.length === 0) {
    const hosts = services.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
    return { met: true, why: `none matches ${new Intl.ListFormat('en', { type: 'disjunction' }).format(hosts)}` };
  }
  const names = [...new Set(matching)].join(', ');
  return {
    met: false,
    why: `${names} matches a host of the run and would decide in its clients' stead: remove it, or use another cluster`,
  };
}
