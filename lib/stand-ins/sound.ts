import { appliedKinds } from '../kinds/index.ts';
import {
  hostMatches,
  hostnameOf,
  isExternalName,
  type KubeObject,
  nameOf,
  resolveHost,
  type Service,
} from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { assertStepObject } from '../scenario/index.ts';
import { namespaceOf, objectsOf, placeWords, type Snapshot } from '../survey/index.ts';
import { policiesIn, systemNamespaces, workloadsIn } from './own-mesh.ts';
import { isByController, near } from './stand-ins.ts';

/**
 * Makes sure that manifests are such as an API server and a mesh take them.
 * @throws UsageError with file and line of an object that Istio's schema refuses, of a Service without pods, or of a
 * rule or route for a host that no Service has
 */
export function assertSoundManifests(manifests: Snapshot): void {
  for (const object of policiesIn(manifests)) assertStepObject(object, placeOf(manifests, object));
  assertServed(manifests);
  assertHosts(manifests, manifests);
}

/**
 * Makes sure that manifests can be laid over others in a step.
 * @throws UsageError as assertSoundManifests, and if one is of a kind that a step does not apply
 */
export function assertSoundStep(then: Snapshot, manifests: Snapshot): void {
  const objects = [...then.objects.values()].flat();
  const other = objects.find(({ kind }) => !appliedKinds.some((known) => known.kind === kind));
  if (other !== undefined) {
    throw new UsageError(
      `${placeOf(then, other)}: --then takes what configures the mesh (${appliedKinds.map(({ kind }) => kind).join(', ')}), not ${nameOf(other)}: put that into -f.`,
    );
  }
  if (objects.length === 0) {
    throw new UsageError(`${then.label} has nothing that configures the mesh: name another file with --then.`);
  }
  for (const object of objects) assertStepObject(object, placeOf(then, object));
  assertHosts(then, manifests);
}

function placeOf({ places, label }: Snapshot, object: KubeObject): string {
  const place = places.get(object);
  return place === undefined ? label : placeWords(place);
}

function assertServed(manifests: Snapshot): void {
  const workloads = workloadsIn(manifests);
  const services = objectsOf<Service>(manifests, 'Service').filter(
    (service) => !systemNamespaces.has(namespaceOf(service)) && !isExternalName(service) && !isByController(service),
  );
  for (const service of services) {
    const { selector = {} } = service.spec;
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    if (labels.length === 0 || workloads.some((workload) => near(workload, [service]).length > 0)) continue;
    throw new UsageError(
      `${placeOf(manifests, service)}: ${nameOf(service)} has no pods: no workload of namespace ${namespaceOf(service)} has the labels ${labels.join(', ')}. Add the workload, or correct the selector.`,
    );
  }
}

interface Hosted extends KubeObject {
  spec?: { host?: string; hosts?: string[]; http?: Route[]; tcp?: Route[]; tls?: Route[] };
}

interface Route {
  route?: { destination?: { host?: string } }[];
}

/** @throws UsageError if a DestinationRule, or a route of a VirtualService, is for a host that no Service has */
function assertHosts(checked: Snapshot, manifests: Snapshot): void {
  const services = objectsOf<Service>(manifests, 'Service').map((service) => hostnameOf(service));
  const entries = [...new Set([checked, manifests])]
    .flatMap((one) => objectsOf<Hosted>(one, 'ServiceEntry'))
    .flatMap(({ spec }) => spec?.hosts ?? []);
  const isThere = (host: string): boolean =>
    services.some((name) => hostMatches(host, name)) ||
    entries.some((name) => hostMatches(host, name) || hostMatches(name, host));
  for (const kind of ['DestinationRule', 'VirtualService']) {
    for (const object of objectsOf<Hosted>(checked, kind)) {
      const wrong = hostsOf(object).find((host) => !isThere(resolveHost(host, namespaceOf(object))));
      if (wrong === undefined) continue;
      throw new UsageError(
        `${placeOf(checked, object)}: ${nameOf(object)} is for host ${wrong}, which no Service has (${resolveHost(wrong, namespaceOf(object))}). Correct the name, or add the Service.`,
      );
    }
  }
}

function hostsOf({ spec = {} }: Hosted): string[] {
  const routes = [...(spec.http ?? []), ...(spec.tcp ?? []), ...(spec.tls ?? [])];
  const led = routes.flatMap(({ route = [] }) => route.flatMap(({ destination }) => destination?.host ?? []));
  return [...(spec.host === undefined ? [] : [spec.host]), ...led];
}
