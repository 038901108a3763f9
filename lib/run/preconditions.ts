import { destinationRulesFor } from '../model/destination-rules.ts';
import { nameOf } from '../model/name.ts';
import { meshDefault } from '../model/server-mode.ts';
import type { DestinationRule, World } from '../model/types.ts';
import { clients, servers } from './pairs.ts';
import { type Run, worldOf } from './run.ts';

/** What of a mesh must be so before the task can begin: a sentence and, where it is not so, what to do. */
export interface Condition {
  met: boolean;
  why: string;
}

/** Returns what a mesh does not have that the task begins with, each with its remedy; none where it is fit. */
export function unmetOf(run: Pick<Run, 'istio' | 'topology' | 'foreign' | 'namespaces'>): string[] {
  const world = worldOf(run, [], run.istio.mesh.autoMtls);
  return [autoMtlsOn(run), defaultIsPermissive(world), noRuleMatches(world, run.namespaces)].flatMap(({ met, why }) =>
    met ? [] : [why],
  );
}

/** Automatic mutual TLS is on. */
export function autoMtlsOn({ istio: { mesh, configMap } }: Pick<Run, 'istio'>): Condition {
  const where = nameOf(configMap);
  if (mesh.autoMtls) return { met: true, why: `${where} has it on` };
  return {
    met: false,
    why: `it has automatic mutual TLS switched off (enableAutoMtls in ${where}): switch it on, since every step of the task builds on it`,
  };
}

/** The mesh's default is PERMISSIVE. */
export function defaultIsPermissive(world: World): Condition {
  const { mode, reason } = meshDefault(world);
  if (mode === 'PERMISSIVE') return { met: true, why: reason.text };
  const remedy =
    reason.object === undefined ? 'make a policy for the whole mesh that says so' : `remove ${reason.object}`;
  return { met: false, why: `${reason.text}; the task starts from PERMISSIVE: ${remedy}, or use another cluster` };
}

/** No DestinationRule decides how a client speaks to an example host. */
export function noRuleMatches({ mesh, services, policies }: World, namespaces: Run['namespaces']): Condition {
  const rules = policies.filter((object) => object.kind === 'DestinationRule') as DestinationRule[];
  const matching = clients.flatMap((client) =>
    servers.flatMap((server) => {
      const service = services.find(({ metadata }) => metadata.namespace === namespaces[server]);
      if (service === undefined) return [];
      return destinationRulesFor(rules, namespaces[client], service, mesh).map((rule) => nameOf(rule));
    }),
  );
  if (matching.length === 0) {
    return { met: true, why: 'none matches httpbin.full, httpbin.partial or httpbin.legacy' };
  }
  const names = [...new Set(matching)].join(', ');
  return {
    met: false,
    why: `${names} matches an example host and would decide in its clients' stead: remove it, or use another cluster`,
  };
}
