import type { KubeObject } from '../model/index.ts';

interface Settings {
  connectionPool?: unknown;
  outlierDetection?: unknown;
}

interface Policy extends Settings {
  portLevelSettings?: (Settings & { port?: unknown })[];
}

interface Rule extends KubeObject {
  spec: { trafficPolicy?: Policy; subsets?: { trafficPolicy?: Policy }[] };
}

/** Istio's default: settings of a port take the place of those of all, so they stay, and may not be empty. */
const usual = { loadBalancer: { simple: 'LEAST_REQUEST' } };

/**
 * Returns an object without the limits of a DestinationRule: a run sends more requests at once than a user's clients, to
 * a single pod, and a refusal by a limit says nothing of mutual TLS.
 */
export function withoutLimits(object: KubeObject): KubeObject {
  if (!isLimited(object)) return object;
  const { trafficPolicy, subsets, ...others } = (object as Rule).spec;
  return {
    ...object,
    spec: {
      ...others,
      ...policyWithout(trafficPolicy),
      ...(subsets && {
        subsets: subsets.map(({ trafficPolicy: policy, ...subset }) => ({ ...subset, ...policyWithout(policy) })),
      }),
    },
  } as KubeObject;
}

/** Returns whether an object has limits that a run leaves out. */
export function isLimited(object: KubeObject): boolean {
  if (object.kind !== 'DestinationRule') return false;
  const { trafficPolicy, subsets = [] } = (object as Rule).spec;
  const policies = [trafficPolicy, ...subsets.map((subset) => subset.trafficPolicy)];
  return policies
    .flatMap((policy) => [policy ?? {}, ...(policy?.portLevelSettings ?? [])])
    .some(({ connectionPool, outlierDetection }) => connectionPool !== undefined || outlierDetection !== undefined);
}

/** An API server refuses an empty policy, which says as much as none. */
function policyWithout(policy: Policy | undefined): { trafficPolicy?: object } {
  if (policy === undefined) return {};
  const { connectionPool: _, outlierDetection: __, portLevelSettings, ...others } = policy;
  const trafficPolicy = {
    ...others,
    ...(portLevelSettings && { portLevelSettings: portLevelSettings.map(portWithout) }),
  };
  return Object.keys(trafficPolicy).length === 0 ? {} : { trafficPolicy };
}

function portWithout({
  port,
  connectionPool: _,
  outlierDetection: __,
  ...others
}: Settings & { port?: unknown }): object {
  return { port, ...(Object.keys(others).length === 0 ? usual : others) };
}
