import type { DestinationRule, Service } from '../types.ts';

/** The domain of the cluster's DNS. Istio takes its own from the mesh configuration; this harness knows no other. */
const clusterDomain = 'cluster.local';

/** Returns the name by which Istio knows a Service: `httpbin.full.svc.cluster.local`, or the host of a ServiceEntry. */
export function hostnameOf({ metadata, spec }: Service): string {
  if (spec.host !== undefined) return metadata.name;
  return `${metadata.name}.${metadata.namespace ?? 'default'}.svc.${clusterDomain}`;
}

/**
 * Returns the host that a rule in `namespace` means. Only a name without a dot is a short name; `httpbin.full` stays as
 * it is and matches no Service.
 * istio/istio pilot/pkg/model/config.go, ResolveShortnameToFQDN.
 */
export function resolveHost(host: string, namespace: string): string {
  return host === '*' || host.includes('.') ? host : `${host}.${namespace}.svc.${clusterDomain}`;
}

/** Returns whether a resolved host, exact or with a leading wildcard, matches a hostname. */
export function hostMatches(host: string, hostname: string): boolean {
  return host.startsWith('*') ? hostname.endsWith(host.slice(1)) : host === hostname;
}

/** Returns whether a host that an object of a namespace names is that of a Service, or a wildcard for it. */
export function isHostOf(host: string, namespace: string | undefined, service: Service): boolean {
  return hostMatches(resolveHost(host, namespace ?? 'default'), hostnameOf(service));
}

/** Returns whether a DestinationRule's host matches the Service, regardless of the rule's namespace and exportTo. */
export function matchesService(rule: DestinationRule, service: Service): boolean {
  return hostMatches(hostOf(rule), hostnameOf(service));
}

/** Returns the resolved host of a DestinationRule. */
export function hostOf(rule: DestinationRule): string {
  return resolveHost(rule.spec.host, rule.metadata.namespace ?? 'default');
}

/**
 * Returns the host that matches the hostname best: an exact one, or else the longest wildcard.
 * istio/istio pilot/pkg/model/config.go, MostSpecificHostMatch.
 */
export function mostSpecific(hosts: string[], hostname: string): string | undefined {
  if (hosts.includes(hostname)) return hostname;
  return hosts
    .filter((host) => hostMatches(host, hostname))
    .reduce<string | undefined>(
      (best, host) => (best === undefined || host.length > best.length ? host : best),
      undefined,
    );
}
