import { hostnameOf, hostsIn, nameOf, type Service, type ServiceEntry } from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { namespaceOf } from '../snapshot.ts';
import type { NotAsked } from './servers.ts';

/** The hosts of a mesh's ServiceEntries that are asked like Services, and those that cannot be. */
export function hostsOf({ policies, services }: Pick<SurveyedMesh, 'policies' | 'services'>): {
  hosts: Service[];
  notAsked: NotAsked[];
} {
  const known = new Set(services.map(hostnameOf));
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

function unaskable({ metadata, spec }: Service, known: ReadonlySet<string>): string | undefined {
  if (metadata.name.includes('*')) return 'which names of it clients ask is not known';
  if (known.has(metadata.name)) return 'it is the name of a Service, and asked as such';
  return (spec.ports ?? []).length === 0 ? 'it has no port' : undefined;
}

/**
 * Returns what says which hosts may be names of Services, one sentence each: where DNS leads such a host, it leads to the
 * Service, and only the names that Istio itself has for Services are told from others.
 */
export function namesakes({ services }: Pick<SurveyedMesh, 'services'>): (service: Service) => string[] {
  const names = new Map(
    services.flatMap((one) => {
      const full = `${one.metadata.name}.${namespaceOf(one)}`;
      return [full, `${full}.svc`].map((name) => [name, one] as const);
    }),
  );
  return ({ metadata, spec }) => {
    const { entry } = spec.host ?? {};
    const name = metadata.name.includes('.') ? metadata.name : `${metadata.name}.${metadata.namespace}`;
    const found = entry === undefined ? undefined : names.get(name);
    return found === undefined ? [] : [`${metadata.name} of ${entry} may be another name of ${nameOf(found)}`];
  };
}
