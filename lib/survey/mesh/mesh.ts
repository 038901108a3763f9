import { meshKinds } from '../../kinds/index.ts';
import {
  atLeast,
  holds,
  ignoredNamespaces,
  isSelectedBy,
  type KubeObject,
  type Mesh,
  nameOf,
  type Service,
  versionsOn,
  type Workload,
  type WrittenEndpoint,
} from '../../model/index.ts';
import { namespaceOf, objectsOf, type Snapshot } from '../snapshot.ts';
import { type ControlPlane, controlPlaneOf } from './control-plane.ts';
import { distinct, workloadsFromPods } from './from-pods.ts';
import { workloadsFromTemplates } from './from-templates.ts';
import type { MeshWorkload } from './workload.ts';
import { writtenEndpoints } from './written.ts';

/** Somebody's mesh, as the model's rules see it. */
export interface SurveyedMesh {
  snapshot: Snapshot;
  plane: ControlPlane;
  workloads: readonly MeshWorkload[];
  /** The Services that are asked. */
  services: readonly Service[];
  /** Endpoints that no Service selects. */
  writtenEndpoints: readonly WrittenEndpoint[];
  /** The objects that configure the mesh. */
  policies: readonly KubeObject[];
  /** Those of which it is not known whether its control plane sees them, since their label names a revision. */
  perhapsForeign: readonly KubeObject[];
  /** Namespaces that the control plane does not look at. */
  undiscovered: ReadonlySet<string>;
  /** What was assumed or left out, one sentence each. */
  notes: readonly string[];
}

/**
 * Returns the mesh that a snapshot shows.
 * @param istio the release that the user named
 * @param as the release whose rules it is to have instead
 * @throws UsageError if the release is not known, or the mesh configuration cannot be read
 */
export function meshFrom(snapshot: Snapshot, istio?: string, as?: string): SurveyedMesh {
  const plane = controlPlaneOf(snapshot, { istio, as });
  const running = snapshot.source === 'cluster' ? workloadsFromPods(snapshot) : [];
  const all = distinct([...running, ...workloadsFromTemplates(snapshot, plane.mesh.release)]);
  const workloads = all.filter(({ workload }) => !isSystems(workload, plane.mesh));
  const revision = plane.revision ?? onlyRevision(workloads);
  const { own, foreign, perhaps } = byRevision(policiesIn(snapshot, plane.mesh), revision);
  const services = objectsOf<Service>(snapshot, 'Service').map(withDefaults);
  const asked = services.filter((service) => !isOfSystem(service, plane.mesh));
  const undiscovered = undiscoveredIn(snapshot, plane);
  return {
    snapshot,
    plane: { ...plane, mesh: { ...plane.mesh, undiscovered }, revision },
    workloads,
    services: asked,
    writtenEndpoints: writtenEndpoints(
      snapshot,
      all.map(({ workload }) => workload),
    ),
    policies: own.filter((object) => isDiscovered(object, undiscovered, plane.mesh.release)),
    perhapsForeign: perhaps,
    undiscovered,
    notes: [
      ...plane.assumed,
      ...aliasNotes(plane.mesh),
      ...namespaceNotes(
        snapshot,
        workloads.map(({ workload }) => workload.namespace),
      ),
      ...leftOutNotes(snapshot, {
        services: services.length - asked.length,
        workloads: all.length - workloads.length,
        foreign,
      }),
    ],
  };
}

function onlyRevision(workloads: readonly MeshWorkload[]): string | undefined {
  const [only, ...others] = new Set(workloads.flatMap(({ revision }) => revision ?? []));
  return others.length === 0 ? only : undefined;
}

/** A control plane leaves out objects with another revision's label. */
function byRevision(policies: KubeObject[], revision: string | undefined) {
  const {
    own = [],
    foreign = [],
    perhaps = [],
  } = Object.groupBy(policies, ({ metadata }) => {
    const label = metadata.labels?.['istio.io/rev'];
    if (label === undefined || label === revision) return 'own';
    return revision === undefined ? 'perhaps' : 'foreign';
  });
  return { own, foreign, perhaps };
}

/**
 * Returns the objects that configure the mesh. A cluster shows them in a version of its CRDs, which may be newer than
 * its istiod: what counts there is that istiod reads them in some version.
 */
function policiesIn(snapshot: Snapshot, { release }: Mesh): KubeObject[] {
  return meshKinds.flatMap((kind) => {
    const objects = objectsOf(snapshot, kind.kind);
    const [newest] = versionsOn(release, kind);
    if (snapshot.source === 'files' || newest === undefined) return objects;
    const apiVersion = `${kind.group}/${newest}`;
    return objects.map((object) => (object.apiVersion === apiVersion ? object : { ...object, apiVersion }));
  });
}

function withDefaults(service: Service): Service {
  return { ...service, metadata: { ...service.metadata, namespace: namespaceOf(service) } };
}

/** Returns whether a Service is Kubernetes' own, or istiod's: sidecars speak to these by other rules. */
function isOfSystem(service: Service, { rootNamespace }: Mesh): boolean {
  const { name, namespace = '' } = service.metadata;
  const isApiServer = namespace === 'default' && name === 'kubernetes';
  return (
    ignoredNamespaces.includes(namespace) ||
    isApiServer ||
    (namespace === rootNamespace && isIstiod(service.spec.selector))
  );
}

/** Returns whether a workload is Kubernetes' own, or istiod. As a client it is no other than the outsider. */
function isSystems({ namespace, labels, sidecar }: Workload, { rootNamespace }: Mesh): boolean {
  return !sidecar && (ignoredNamespaces.includes(namespace) || (namespace === rootNamespace && isIstiod(labels)));
}

function isIstiod(labels: Record<string, string> = {}): boolean {
  return ['istiod', 'pilot'].includes(labels['app'] ?? '');
}

function undiscoveredIn(snapshot: Snapshot, { discoverySelectors, mesh }: ControlPlane): ReadonlySet<string> {
  if (discoverySelectors.length === 0) return new Set();
  const unselected = objectsOf(snapshot, 'Namespace').filter(({ metadata }) => {
    const labels = { 'kubernetes.io/metadata.name': metadata.name, ...metadata.labels };
    return (
      metadata.name !== mesh.rootNamespace && !discoverySelectors.some((selector) => isSelectedBy(selector, labels))
    );
  });
  return new Set(unselected.map(({ metadata }) => metadata.name));
}

/** From 1.22 discoverySelectors leave out Istio's own kinds, too. */
function isDiscovered({ metadata }: KubeObject, undiscovered: ReadonlySet<string>, release: Mesh['release']): boolean {
  return !atLeast(release, '1.22') || !undiscovered.has(metadata.namespace ?? '');
}

/** Whoever has a certificate of the mesh's authority for one of these is let in. */
function aliasNotes({ trustDomain, trustDomainAliases: aliases = [], release }: Mesh): string[] {
  if (aliases.length === 0 || !holds('stranger.alias-trust-domain', release)) return [];
  const names = new Intl.ListFormat('en').format(aliases);
  return [`sidecars let in certificates of trust domain ${trustDomain} and, by trustDomainAliases, of ${names}`];
}

/** Returns what to know of manifests without a namespace's labels: it is not known who gets a sidecar in it. */
export function namespaceNotes(snapshot: Snapshot, namespaces: readonly string[]): string[] {
  if (snapshot.source === 'cluster') return [];
  const known = new Set(objectsOf(snapshot, 'Namespace').map(({ metadata }) => metadata.name));
  const unknown = [...new Set(namespaces)].filter((one) => !known.has(one));
  if (unknown.length === 0) return [];
  const names = new Intl.ListFormat('en').format(unknown.sort());
  return [
    `no Namespace object for ${names}: taken as without the injection label, so pods there have no sidecar unless they ask for one; --inject ${unknown.join(' ')} takes it as there`,
  ];
}

function leftOutNotes(
  { leftOut }: Snapshot,
  { services, workloads, foreign }: { services: number; workloads: number; foreign: KubeObject[] },
): string[] {
  const others = [...leftOut].map(([kind, count]) => `${count} ${kind}`);
  const own = [...(services > 0 ? [`${services} Services`] : []), ...(workloads > 0 ? [`${workloads} workloads`] : [])];
  return [
    ...(others.length > 0 ? [`not looked at, as no mesh looks at them: ${others.join(', ')}`] : []),
    ...(own.length > 0 ? [`left out: ${own.join(' and ')} of Kubernetes and of istiod themselves`] : []),
    ...(foreign.length > 0 ? [`left out, as they are of another revision: ${foreign.map(nameOf).join(', ')}`] : []),
  ];
}
