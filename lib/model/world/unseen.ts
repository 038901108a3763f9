import { targetOf } from '../clients/destination-rules.ts';
import type { Reason } from '../expected.ts';
import { hiddenBy, sidecarFor } from '../policies/sidecar-scope.ts';
import { reason, workloadName } from '../reason.ts';
import type { Service, Workload, World } from '../types.ts';
import { defaultExport, isExportedTo } from './exports.ts';
import { hasSidecar } from './labels.ts';
import { nameOf } from './name.ts';

const exportAnnotation = 'networking.istio.io/exportTo';

/** Why a client's sidecar does not know a Service: in words, such as `Sidecar a/x hides Service b/y from a/z`. */
export interface HiddenService {
  words: string;
  reasons: Reason[];
}

/**
 * Returns why the sidecar of a client does not know a Service; undefined if it does, or if the client has none. It then
 * passes requests on to the Service's own address, in plain text, and no DestinationRule counts.
 * istio/istio pilot/pkg/model/push_context.go, initServiceRegistry; pilot/pkg/model/sidecar.go.
 */
export function unseenBy(world: World, client: Workload, service: Service): HiddenService | undefined {
  if (!hasSidecar(client)) return undefined;
  const what = nameOf(service);
  const passes = "the client's sidecar passes requests on in plain text";
  const { namespace: home } = targetOf(service);
  // Which ServiceEntries istiod sees at all is another matter.
  if (world.mesh.undiscovered?.has(home) && service.spec.host === undefined) {
    const words = `The mesh's discoverySelectors leave out namespace ${home} of ${what}`;
    return { words, reasons: [reason('scope.undiscovered', `${words}: ${passes}`, service)] };
  }
  if (!isExported(world, client, service)) {
    const how = ownExport(service) === undefined ? "by the mesh configuration's default" : 'by its annotation';
    const words = `${what} is ${how} not exported to namespace ${client.namespace}`;
    return { words, reasons: [reason('scope.not-exported', `${words}: ${passes}`, service)] };
  }
  const applied = sidecarFor(world, client);
  if (applied === undefined) return undefined;
  const { sidecar, by } = applied;
  const hidden = hiddenBy(sidecar, targetOf(service), client.namespace, world.mesh.release);
  if (hidden === undefined) return undefined;
  const name = nameOf(sidecar);
  const words = `${name} hides ${what} from ${workloadName(client)}`;
  const details = {
    'scope.excluded': `A host of ${name} with ~ leaves ${what} out`,
    'scope.namespace-hosts-alone': `${name} has a host for namespace ${service.metadata.namespace}, so in this release those for all namespaces do not count for ${what}`,
  };
  const { because } = hidden;
  const detail = because === undefined ? [] : [reason(because, details[because], sidecar)];
  return { words, reasons: [reason(by, `${words}: ${passes}`, sidecar), ...detail] };
}

function isExported({ mesh }: World, { namespace }: Workload, service: Service): boolean {
  const exportTo = ownExport(service) ?? defaultExport(mesh, 'service') ?? ['*'];
  return isExportedTo(exportTo, targetOf(service).namespace, namespace);
}

/** Returns whether the mesh's default decides to whom a Service is exported, in a way that releases differ in. */
export function isExportUnclear({ mesh }: Pick<World, 'mesh'>, service: Service): boolean {
  return ownExport(service) === undefined && defaultExport(mesh, 'service') === undefined;
}

/** Returns the namespaces to which a Service exports itself by its annotation; undefined if it has none. */
function ownExport({ metadata, spec }: Service): string[] | undefined {
  if (spec.host !== undefined) return spec.host.exportTo.length > 0 ? spec.host.exportTo : undefined;
  const text = metadata.annotations?.[exportAnnotation];
  return text ? text.split(',').map((name) => name.trim()) : undefined;
}
