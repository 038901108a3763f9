import type { DestinationRule, Service } from './types.ts';

/** The domain of the cluster's DNS. Istio takes its own from the mesh; this harness knows no other. */
const clusterDomain = 'cluster.local';

/** Returns the name by which Istio knows a Service: `httpbin.full.svc.cluster.local`. */
export function hostnameOf({ metadata }: Service): string {
  return `${metadata.name}.${metadata.namespace ?? 'default'}.svc.${clusterDomain}`;
}

/**
 * Returns the host that a rule in `namespace` means. Only a name without a dot is a short name; `httpbin.full` is taken
 * as it stands and names no Service. istio/istio pilot/pkg/model/config.go, ResolveShortnameToFQDN.
 */
export function resolveHost(host: string, namespace: string): string {
  return host === '*' || host.includes('.') ? host : `${host}.${namespace}.svc.${clusterDomain}`;
}

/** Whether a resolved host, exact or with a leading wildcard, matches a hostname. */
export function hostMatches(host: string, hostname: string): boolean {
  return host.startsWith('*') ? hostname.endsWith(host.slice(1)) : host === hostname;
}

/** Whether a DestinationRule's host matches the Service, wherever the rule is and whoever may see it. */
export function matchesService(rule: DestinationRule, service: Service): boolean {
  return hostMatches(hostOf(rule), hostnameOf(service));
}

/** Returns the resolved host of a DestinationRule. */
export function hostOf(rule: DestinationRule): string {
  return resolveHost(rule.spec.host, rule.metadata.namespace ?? 'default');
}

/**
 * Returns the one of the hosts that matches the hostname best: exact before wildcard, the longest wildcard first.
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
