import type { KubeObject } from '../model/types.ts';
import { type Topology, topology, topologyFrom } from '../run/topology.ts';

/**
 * Returns a topology of so many clients and servers, made of the task's own sleep and httpbin; every second one has a
 * sidecar.
 */
export function grown(clients: number, servers: number): Topology {
  const { objects } = topology('auto-mtls');
  const all = [...copies(objects, 'sleep', clients), ...copies(objects, 'httpbin', servers)];
  const namespaces = objects.filter(({ kind, metadata }) => kind === 'Namespace' && metadata.name !== 'partial');
  return topologyFrom(`${clients} clients and ${servers} servers`, [...namespaces, ...all]);
}

/** Returns copies of all objects of one name, each with its own name and its own label `app`. */
function copies(objects: KubeObject[], name: string, count: number): KubeObject[] {
  return Array.from({ length: count }, (_, nth) => {
    const namespace = nth % 2 === 0 ? 'full' : 'legacy';
    const own = objects.filter(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    return own.map((object) => renamed(object, name, `${name}-${nth}`));
  }).flat();
}

/** A field that names the workload has its name as its whole value; a command's words are in a list. */
function renamed(object: KubeObject, name: string, to: string): KubeObject {
  const text = JSON.stringify(object, (key, value) => (value === name && !/^\d+$/.test(key) ? to : value));
  return JSON.parse(text) as KubeObject;
}
