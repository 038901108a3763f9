import { nameOf } from '../model/name.ts';
import type { KubeObject, Service } from '../model/types.ts';
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
