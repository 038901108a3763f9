import { backing, type KubeObject, nameOf, type Question, type Service, servicesAsked } from '../model/index.ts';
import { podsOf, type Serving } from '../verdict/index.ts';
import type { Run } from './run.ts';

/** Returns a topology with the addresses that the API server gave its Services, which others may have taken, too. */
export function withAddresses(topology: Run['topology'], made: KubeObject[]): Run['topology'] {
  const stored = new Map(made.map((object) => [nameOf(object), object as Service]));
  const services = topology.services.map((service): Service => {
    const clusterIP = stored.get(nameOf(service))?.spec.clusterIP;
    return clusterIP === undefined ? service : { ...service, spec: { ...service.spec, clusterIP } };
  });
  return { ...topology, services };
}

/** A Service as it is stored: with an address of each IP version that the cluster has. */
type StoredService = (KubeObject & { spec?: { clusterIP?: string; clusterIPs?: string[] } }) | undefined;

/**
 * Returns the addresses that a client may ask for a Service: its own, or those of its endpoints if it has none; undefined
 * if they are not known.
 */
export function addressesOf(
  { topology, made }: Pick<Run, 'topology' | 'made'>,
  server: Question['server'],
  serving: Serving,
): ReadonlySet<string> | undefined {
  const service = servicesAsked(topology, server).at(-1);
  if (service === undefined) return undefined;
  const { clusterIP, clusterIPs } =
    (made.find((object) => nameOf(object) === nameOf(service)) as StoredService)?.spec ?? {};
  if (clusterIP === undefined) return undefined;
  if (clusterIP !== 'None') return new Set(clusterIPs ?? [clusterIP]);
  const pods = backing(service, topology.workloads).flatMap((workload) => podsOf(workload, serving, made));
  return new Set(pods.flatMap(({ status }) => (status?.podIPs ?? []).map(({ ip }) => ip)));
}
