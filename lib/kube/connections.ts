import type { KubeConfig } from '@kubernetes/client-node';

/** What client-node does by itself, and does not declare. */
interface Dispatching {
  createDispatcher(cluster: unknown, options: unknown): unknown;
}

/**
 * Lets the requests of a kubeconfig share connections: client-node makes a dispatcher for each request, and with it a TLS
 * connection, which costs five times as much as the request. Other credentials get connections of their own.
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
