import {
  type AppliedSidecar,
  type AuthorizationPolicy,
  canRefuse,
  type DestinationRule,
  hasSidecar,
  type KubeObject,
  nameOf,
  readsIdentity,
  selects,
  sidecarFor,
  type Workload,
  workloadName,
} from '../../model/index.ts';
import type { SurveyedMesh } from '../mesh/mesh.ts';
import type { MeshWorkload } from '../mesh/workload.ts';
import type { actingIn } from './acting.ts';
import type { PolicyIndex } from './policy-index.ts';

/** Workloads of one namespace and account whose requests come to the same everywhere. */
export interface Client {
  namespace: string;
  account: string;
  sidecar: boolean;
  /** Their names in the namespace. */
  workloads: string[];
  /** Set for the pod without a sidecar that is of no namespace of the mesh. */
  outsider?: true;
  sort: Sort;
}

/** What a client is called by: its account, or one of its workloads. */
export type Named = Pick<Client, 'namespace' | 'account' | 'outsider' | 'workloads'>;

/** Clients that no policy can tell apart: whatever their accounts, where no AuthorizationPolicy asks for these. */
export interface Sort {
  /** One of them, which stands for all in the reasons. */
  workload: Workload;
  role: MeshWorkload['role'];
  network: string | undefined;
  /** The Sidecar that applies to them; undefined if none does. */
  applied: AppliedSidecar | undefined;
  /** Why nothing that they send can be judged, one sentence each. */
  doubts: readonly string[];
  /** Rules of their namespace for selected workloads that select them, by name. */
  selectedBy: readonly string[];
}

/** A pod without a sidecar in a namespace of its own: nobody's, and so everybody's in its place. */
export const outsider: Workload = {
  name: '(pod)',
  namespace: 'outsider',
  labels: {},
  serviceAccount: 'outsider',
  sidecar: false,
  hostNetwork: false,
  ports: [],
  containers: [],
  replicas: 1,
};

/**
 * Returns the clients of a mesh: its workloads, grouped by what any policy can tell apart, and the outsider.
 * @param isAsked which of them are wanted
 */
export function clientsOf(
  mesh: SurveyedMesh,
  index: PolicyIndex,
  acting: ReturnType<typeof actingIn>,
  isAsked: (client: Named) => boolean,
): Client[] {
  const { release } = mesh.plane.mesh;
  const isAskedWho = mesh.policies
    .filter(isAuthorization)
    .some((policy) => canRefuse(policy, release) && readsIdentity(policy));
  const sorts = new Map<string, Sort>();
  const clients = new Map<string, Client>();
  const add = (sort: Sort, own: Pick<Client, 'outsider'> = {}): void => {
    const { namespace, serviceAccount: account, name } = sort.workload;
    if (!isAsked({ namespace, account, workloads: [name], ...own })) return;
    const sidecar = hasSidecar(sort.workload);
    const sortKey = keyOf(sort, isAskedWho);
    const shared = sorts.get(sortKey) ?? sort;
    sorts.set(sortKey, shared);
    const key = JSON.stringify([namespace, account, sortKey]);
    const found = clients.get(key) ?? { namespace, account, sidecar, workloads: [], ...own, sort: shared };
    found.workloads.push(name);
    clients.set(key, found);
  };
  for (const one of mesh.workloads.filter(({ role }) => role !== 'waypoint')) add(sortOf(mesh, index, acting, one));
  add(bare(outsider, []), { outsider: true });
  return [...clients.values()].sort((a, b) => compare(nameOfClient(a), nameOfClient(b)));
}

/** Returns a client's name, such as `shop/cart`; the account, as that is who it is to a server. */
export function nameOfClient({ namespace, account, outsider: isOutsider }: Omit<Named, 'workloads'>): string {
  return isOutsider ? 'outsider' : `${namespace}/${account}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortOf(
  mesh: SurveyedMesh,
  index: PolicyIndex,
  acting: ReturnType<typeof actingIn>,
  { workload, role, network, revision, annotations, ambient }: MeshWorkload,
): Sort {
  const name = workloadName(workload);
  const inAmbient = ambient ? [`${name} is in the ambient mesh, of which the model knows nothing`] : [];
  if (!hasSidecar(workload)) return bare(workload, inAmbient);
  const { namespace } = workload;
  const { rootNamespace, release } = mesh.plane.mesh;
  const scopes = [...new Set([namespace, rootNamespace])].flatMap((one) => index.within('Sidecar', one));
  const applied = sidecarFor({ mesh: { rootNamespace, release }, policies: [...scopes] }, workload);
  const rules = index.within('DestinationRule', namespace) as readonly DestinationRule[];
  return {
    workload,
    role,
    network,
    applied,
    doubts: [
      ...inAmbient,
      ...notIntercepting(name, annotations),
      ...foreignTo(mesh, name, revision),
      ...(mesh.undiscovered.has(namespace)
        ? [`the mesh's discoverySelectors leave out namespace ${namespace} of ${name}`]
        : []),
      ...acting(workload, 'client'),
    ],
    selectedBy: rules
      .filter(({ spec }) => spec.workloadSelector !== undefined)
      .filter(({ spec }) => selects(spec.workloadSelector?.matchLabels, workload.labels))
      .map(nameOf),
  };
}

/** What has no sidecar sends the same wherever it is, and whoever it is. */
function bare(workload: Workload, doubts: string[]): Sort {
  return { workload, role: 'application', network: undefined, applied: undefined, doubts, selectedBy: [] };
}

/** Returns whether a sidecar intercepts nothing, so that applications speak to it or past it as they like. */
export function notIntercepting(name: string, annotations: Readonly<Record<string, string>>): string[] {
  if (annotations['sidecar.istio.io/interceptionMode'] !== 'NONE') return [];
  return [`the sidecar of ${name} intercepts nothing, by an annotation of its pods`];
}

/** Returns why a sidecar may go by another control plane than the one that was read. */
export function foreignTo(
  { plane }: Pick<SurveyedMesh, 'plane'>,
  name: string,
  revision: string | undefined,
): string[] {
  if (plane.planes < 2 || revision === plane.revision) return [];
  return [
    `${name} is of revision ${revision ?? 'unknown'}, and what was read is the control plane of ${plane.revision}`,
  ];
}

function isAuthorization(object: KubeObject): object is AuthorizationPolicy {
  return object.kind === 'AuthorizationPolicy';
}

/** @param isAskedWho whether some AuthorizationPolicy tells accounts apart */
function keyOf({ workload, role, network, applied, doubts, selectedBy }: Sort, isAskedWho: boolean): string {
  if (!hasSidecar(workload)) return JSON.stringify(doubts);
  const { namespace, labels, injectedBy, redirection, serviceAccount } = workload;
  const announced = labels['security.istio.io/tlsMode'];
  const scope = applied && nameOf(applied.sidecar);
  const who = isAskedWho ? serviceAccount : '';
  return JSON.stringify([namespace, who, role, network, scope, redirection, doubts, selectedBy, injectedBy, announced]);
}
