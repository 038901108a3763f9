import { type MeshKind, meshKinds } from '../../kinds/index.ts';
import type { Run } from '../../mesh/index.ts';
import type { KubeObject } from '../../model/index.ts';
import { type Kube, list, servedVersion } from '../../platform/kube/index.ts';
import { podsOf, type Serving } from '../../verdict/index.ts';

/** Kinds that decide about requests between two pods. */
export const diagnosedKinds = meshKinds.filter(({ diagnosed }) => diagnosed);

/** Returns the objects of a kind in a namespace; none if the kind is not served. */
export async function policiesIn(kube: Kube, kind: MeshKind, namespace: string): Promise<KubeObject[]> {
  const apiVersion = servedVersion(kube.served, kind);
  return apiVersion === undefined ? [] : list(kube, { apiVersion, kind: kind.kind }, { namespace });
}

/** Returns the Services and EndpointSlices of some namespaces, and what matters of the run's pods there. */
export function servingIn(run: Pick<Run, 'topology' | 'made'>, serving: Serving, namespaces: string[]): object {
  const isThere = ({ metadata }: KubeObject): boolean => namespaces.includes(metadata.namespace ?? '');
  const pods = run.topology.workloads
    .filter(({ namespace }) => namespaces.includes(namespace))
    .flatMap((workload) => podsOf(workload, serving, run.made))
    .map(({ metadata: { name, namespace, labels }, status }) => {
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      return { name, namespace, labels, ips: status?.podIPs?.map(({ ip }) => ip), ready };
    });
  return {
    services: serving.services.filter(isThere).map(written),
    endpointSlices: serving.slices.filter(isThere).map(written),
    pods,
  };
}

/** Returns an object without what only the API server and kubectl need. */
export function written(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata as KubeObject['metadata'] & { managedFields?: unknown };
  const { 'kubectl.kubernetes.io/last-applied-configuration': __, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, ...(metadata.annotations && { annotations }) } };
}
