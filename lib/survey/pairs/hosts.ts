import { hostnameOf, hostsIn, nameOf, type Service, type ServiceEntry } from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { namespaceOf } from '../snapshot.ts';

/** What is not asked, and why. */
export interface NotAsked {
  servers: string;
  why: string;
}

/** Returns the hosts of a mesh's ServiceEntries that are asked like Services, and those that cannot be. */
export function hostsOf({ policies, services }: Pick<SurveyedMesh, 'policies' | 'services'>): {
  hosts: Service[];
  notAsked: NotAsked[];
} {
  const known = byName(services);
  const notAsked: NotAsked[] = [];
  const entries = policies.filter((object): object is ServiceEntry => object.kind === 'ServiceEntry');
  const hosts = entries.flatMap((entry) =>
    hostsIn(entry).filter((host) => {
      const why = unaskable(host, known);
      if (why !== undefined) notAsked.push({ servers: `${host.metadata.name} of ${nameOf(entry)}`, why });
      return why === undefined;
    }),
  );
  return { hosts, notAsked };
}

function unaskable({ metadata, spec }: Service, known: ReadonlyMap<string, Service>): string | undefined {
  const { name, namespace } = metadata;
  if (name.includes('*')) return 'which names of it clients ask is not known';
  // DNS leads a short name to the Service of the client's namespace.
  const service = known.get(name.includes('.') ? name : `${name}.${namespace}`);
  if (service !== undefined) return `it is a name of ${nameOf(service)}`;
  return (spec.ports ?? []).length === 0 ? 'it has no port' : undefined;
}

/** Returns the Services by all of their names but the shortest. */
function byName(services: readonly Service[]): ReadonlyMap<string, Service> {
  return new Map(
    services.flatMap((service) => {
      const short = `${service.metadata.name}.${namespaceOf(service)}`;
      return [short, `${short}.svc`, hostnameOf(service)].map((name) => [name, service] as const);
    }),
  );
}
