import { destinationRulesFor } from '../model/destination-rules.ts';
import { nameOf } from '../model/name.ts';
import { meshDefault } from '../model/server-mode.ts';
import type { DestinationRule, World } from '../model/types.ts';
import type { VerdictReason } from '../verdict/reasons.ts';
import { type Run, worldOf } from './run.ts';
import { placed } from './traffic.ts';

/** Whether a mesh meets a condition of the task: what was found, or what is in the way. */
export type Condition = { met: string } | { unmet: VerdictReason };

/** Returns a reason for each condition that the mesh does not meet; none if it is suitable. */
export function unmetOf(
  run: Pick<Run, 'istio' | 'topology' | 'foreign' | 'namespaces' | 'topologies'>,
): VerdictReason[] {
  const world = worldOf(run, [], run.istio.mesh.autoMtls);
  return [autoMtlsOn(run), defaultIsPermissive(world), noRuleMatches(world, run)].flatMap((condition) =>
    'unmet' in condition ? [condition.unmet] : [],
  );
}

/** Returns whether automatic mutual TLS is on. */
export function autoMtlsOn({ istio: { mesh, configMap } }: Pick<Run, 'istio'>): Condition {
  const object = nameOf(configMap);
  return mesh.autoMtls ? { met: `${object} has it on` } : { unmet: { code: 'auto-mtls-off', object } };
}

/** Returns whether the mesh's default is PERMISSIVE. */
export function defaultIsPermissive(world: World): Condition {
  const { mode, reason } = meshDefault(world);
  const { text, object } = reason;
  if (mode === 'PERMISSIVE') return { met: text };
  return { unmet: { code: 'not-permissive', said: text, ...(object !== undefined && { object }) } };
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
    return { met: `none matches ${new Intl.ListFormat('en', { type: 'disjunction' }).format(hosts)}` };
  }
  return { unmet: { code: 'rule-matches', objects: [...new Set(matching)] } };
}
