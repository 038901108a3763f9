import type { KubeConfig } from '@kubernetes/client-node';

/** A method of client-node's KubeConfig that its types do not declare. */
interface Dispatching {
  createDispatcher(cluster: unknown, options: unknown): unknown;
}

/**
 * Makes all requests of a kubeconfig share connections. By default, client-node creates a dispatcher for each request,
 * and with it a TLS connection, which takes five times as long as the request. Other credentials use other connections.
 */
export function shareConnections(config: KubeConfig): void {
  const dispatching = config as unknown as Dispatching;
  const create = dispatching.createDispatcher.bind(config);
  const made = new Map<string, unknown>();
  dispatching.createDispatcher = (cluster, options) => {
    const key = JSON.stringify(options);
    if (!made.has(key)) made.set(key, create(cluster, options));
    return made.get(key);
  };
}
