import {
  type AppliedSidecar,
  hiddenBy,
  hostMatches,
  hostnameOf,
  type KubeObject,
  type Service,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import { namespaceOf } from '../snapshot.ts';

/** Which Services the Sidecars of a mesh hide. */
export interface Hiding {
  /** Returns whether a Sidecar hides a Service from the clients of a namespace. */
  hides(sidecar: AppliedSidecar['sidecar'], service: Service, client: string): boolean;
  /** Returns a text that is the same for Services that every Sidecar hides or shows alike. */
  keyOf(service: Service): string;
}

/**
 * Returns which Services the Sidecars of a mesh hide. Most of their hosts are those of whole namespaces, so most
 * Services of a namespace are alike to them, and are looked at once.
 */
export function hidingIn({ policies, plane }: Pick<SurveyedMesh, 'policies' | 'plane'>): Hiding {
  const named = namedHosts(policies);
  const keys = new Map<Service, string>();
  const keyOf = (service: Service): string => {
    const known = keys.get(service);
    if (known !== undefined) return known;
    const key = [namespaceOf(service), ...named(hostnameOf(service))].join(' ');
    keys.set(service, key);
    return key;
  };
  const found = new Map<AppliedSidecar['sidecar'], Map<string, boolean>>();
  return {
    keyOf,
    hides: (sidecar, service, client) => {
      const own = found.get(sidecar) ?? new Map<string, boolean>();
      found.set(sidecar, own);
      const key = `${client} ${keyOf(service)}`;
      const known = own.get(key);
      if (known !== undefined) return known;
      const asked = { hostname: hostnameOf(service), namespace: namespaceOf(service) };
      const is = hiddenBy(sidecar, asked, client, plane.mesh.release) !== undefined;
      own.set(key, is);
      return is;
    },
  };
}

interface Limiting extends KubeObject {
  spec?: { egress?: { hosts?: string[] }[] };
}

/** Returns how to find which hosts that are not those of whole namespaces match a hostname. */
function namedHosts(policies: readonly KubeObject[]): (hostname: string) => string[] {
  const hosts = policies
    .filter(({ kind }) => kind === 'Sidecar')
    .flatMap(({ spec }: Limiting) => (spec?.egress ?? []).flatMap((listener) => listener.hosts ?? []))
    .map((host) => host.slice(host.indexOf('/') + 1));
  const exact = new Set(hosts);
  const wildcards = [...exact].filter((host) => host !== '*' && host.startsWith('*'));
  return (hostname) => [
    ...(exact.has(hostname) ? [hostname] : []),
    ...wildcards.filter((host) => hostMatches(host, hostname)),
  ];
}
