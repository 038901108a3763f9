import { everyRunLists, type Kind, kinds, kubernetesKinds, meshKinds, type Verb } from '../kinds/index.ts';
import { isServed, type Kube, type Right } from '../platform/kube/index.ts';

/**
 * Rights to see what else can act on the workloads. A run works without them, but then one of its steps is
 * inconclusive.
 */
export const rightsToOthers: Right[] = meshKinds
  .filter((kind) => kind.power !== undefined && !everyRunLists(kind))
  .flatMap((kind) => rightsTo(kind, ['list']));

/**
 * Rights to see what comes and goes within a step. A run works without them: it compares what there is before and after
 * a step, and says so.
 */
export const rightsToWatch: Right[] = [
  ...meshKinds.flatMap((kind) => rightsTo(kind, ['watch'])),
  ...kubernetesKinds.flatMap((kind) => rightsTo(kind, kind.rights?.unlessDenied)),
];

/**
 * The right to learn whether a refused request reached a server all the same, and, in istiod's words, that a sidecar
 * rejects its configuration. It is less than the right to exec.
 */
export const rightToLogs: Right = { verb: 'get', resource: kinds.Pod.resource, subresource: 'log' };

const toApply: readonly Verb[] = ['create', 'get', 'patch', 'delete'];

/**
 * Returns the rights that the user of a run needs. manifests/rights.yaml grants these and `rightsToOthers`.
 * @param doing whether a suite of the run changes the mesh configuration, and which kinds its suites apply as objects
 */
export function rightsFor(
  { served }: Pick<Kube, 'served'>,
  { meshWide, kinds: applied = new Set() }: { meshWide: boolean; kinds?: ReadonlySet<string> | undefined },
): Right[] {
  const isApplied = (kind: (typeof meshKinds)[number]): boolean =>
    kind.applied === 'by every run' || (kind.applied === 'by some suites' && applied.has(kind.kind));
  return [
    ...meshKinds
      .filter((kind) => isServed(served, kind))
      .flatMap((kind) => [
        ...rightsTo(kind, isApplied(kind) ? toApply : []),
        ...rightsTo(kind, everyRunLists(kind) ? ['list'] : []),
      ]),
    ...kubernetesKinds.flatMap((kind) => [
      ...rightsTo(kind, kind.rights?.always),
      ...rightsTo(kind, meshWide ? kind.rights?.meshWide : []),
    ]),
    // A WebSocket is opened with GET. Newer API servers also require `create` for it.
    ...['get', 'create'].map((verb) => ({ verb, resource: kinds.Pod.resource, subresource: 'exec' })),
    rightToLogs,
  ];
}

function rightsTo({ group, resource }: Kind, verbs: readonly Verb[] = []): Right[] {
  return verbs.map((verb) => ({ verb, ...(group !== '' && { group }), resource }));
}
