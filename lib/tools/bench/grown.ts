import type { KubeObject } from '../../model/index.ts';
import { type Topology, topology, topologyFrom } from '../../scenario/index.ts';

/**
 * Returns a topology with the given numbers of clients and servers, which are copies of the task's sleep and httpbin.
 * Every second one has a sidecar.
 */
export function grown(clients: number, servers: number): Topology {
  const { objects } = topology('auto-mtls');
  const all = [...copies(objects, 'sleep', clients), ...copies(objects, 'httpbin', servers)];
  const namespaces = objects.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== 'partial');
  return topologyFrom(`${clients} clients and ${servers} servers`, [...namespaces, ...all]);
}

/** Returns copies of all objects with a name. Each copy has its own name and label `app`. */
function copies(objects: KubeObject[], name: string, count: number): KubeObject[] {
  return Array.from({ length: count }, (_, nth) => {
    const namespace = nth % 2 === 0 ? 'full' : 'legacy';
    const own = objects.filter(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    return own.map((object) => renamed(object, name, `${name}-${nth}`));
  }).flat();
}

/**
 * Returns an object with another workload name, by replacing every field whose whole value is the old name. A command's
 * words are in a list, which is left as it is.
 */
function renamed(object: KubeObject, name: string, to: string): KubeObject {
  const text = JSON.stringify(object, (key, value) => (value === name && !/^\d+$/.test(key) ? to : value));
  return JSON.parse(text) as KubeObject;
}
