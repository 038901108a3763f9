import { hostMatches, hostnameOf, resolveHost, type Service } from '../../../model/index.ts';

/**
 * Returns the Services that the hosts of an object in `namespace` may name. Prefers to return too many: short forms
 * with a dot count, although Istio does not resolve `httpbin.full` to a Service.
 */
export function servicesNamed(hosts: string[], namespace: string, services: Service[]): Service[] {
  const resolved = hosts.map((host) => resolveHost(host, namespace));
  return services.filter((service) => {
    const { name, namespace: home } = service.metadata;
    const names = [hostnameOf(service), `${name}.${home}.svc`, `${name}.${home}`];
    return resolved.some((host) => names.some((known) => hostMatches(host, known)));
  });
}

/** Returns a Service's host in messages, such as `httpbin.full`. */
export function hostOf({ metadata }: Service): string {
  return `${metadata.name}.${metadata.namespace}`;
}
