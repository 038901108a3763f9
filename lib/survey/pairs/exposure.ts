import { type KubeObject, nameOf, type Service } from '../../model/index.ts';
import { namespaceOf, objectsOf, type Snapshot } from '../snapshot.ts';

/** networking.k8s.io Ingress: only the fields for where it leads. */
interface Ingress extends KubeObject {
  spec?: {
    ingressClassName?: string;
    defaultBackend?: Backend;
    rules?: { http?: { paths?: { backend?: Backend }[] } }[];
  };
}

interface Backend {
  service?: { name: string; port?: { name?: string; number?: number } };
}

type DeclaredPort = NonNullable<Service['spec']['ports']>[number];

/** Types of Services that are made for clients outside of the mesh. */
const types = new Set(['LoadBalancer', 'NodePort']);

/** The class of Ingresses that gateways of the mesh serve, with a certificate of the mesh. */
const OWN_CLASS = 'istio';

/**
 * Returns what says how clients outside of the mesh come to a port of a Service, as half a sentence; undefined if they
 * are not meant to. What serves an Ingress speaks plain text to it, as it is taken to have no sidecar.
 */
export function exposureIn(snapshot: Snapshot): (service: Service, port: DeclaredPort) => string | undefined {
  const led = objectsOf<Ingress>(snapshot, 'Ingress')
    .filter((ingress) => classOf(ingress) !== OWN_CLASS)
    .flatMap((ingress) =>
      backendsOf(ingress).flatMap(({ service }) =>
        service === undefined ? [] : [{ ...service, namespace: namespaceOf(ingress), by: nameOf(ingress) }],
      ),
    );
  const byService = Map.groupBy(led, ({ namespace, name }) => `Service ${namespace}/${name}`);
  return (service, { name, port }) => {
    const { type = '' } = service.spec;
    if (types.has(type)) return `a ${type}`;
    const found = (byService.get(nameOf(service)) ?? []).find((one) =>
      one.port?.name === undefined ? one.port?.number === port : one.port.name === name,
    );
    return found && `behind ${found.by}`;
  };
}

function classOf({ metadata, spec }: Ingress): string | undefined {
  return spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
}

function backendsOf({ spec = {} }: Ingress): Backend[] {
  const paths = (spec.rules ?? []).flatMap(({ http }) => http?.paths ?? []);
  return [spec.defaultBackend, ...paths.map(({ backend }) => backend)].flatMap((backend) => backend ?? []);
}
