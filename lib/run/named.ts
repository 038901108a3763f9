import { hostMatches, hostnameOf, resolveHost } from '../model/hosts.ts';
import type { Service } from '../model/types.ts';

/**
 * Returns the Services that one of the hosts, as an object in `namespace` has them, may name. Rather one too many: the
 * short forms with a dot count, though Istio takes `httpbin.full` for no Service.
 */
export function servicesNamed(hosts: string[], namespace: string, services: Service[]): Service[] {
  const resolved = hosts.map((host) => resolveHost(host, namespace));
  return services.filter((service) => {
    const { name, namespace: own } = service.metadata;
    const names = [hostnameOf(service), `${name}.${own}.svc`, `${name}.${own}`];
    return resolved.some((host) => names.some((one) => hostMatches(host, one)));
  });
}
