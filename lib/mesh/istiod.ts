import { typeOf } from '../kinds/index.ts';
import { type Deployment, nameOf, type Service } from '../model/index.ts';
import { selectorText } from '../platform/istio/index.ts';
import { list, look } from '../platform/kube/index.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';
import type { EndpointSlice } from '../verdict/index.ts';
import type { Condition, Unmet } from './condition.ts';
import type { Run } from './run.ts';

/**
 * Returns whether istiod can give pods their sidecars: it has a READY pod, and the Service of its injection webhook has
 * an endpoint. Otherwise a run would wait for its pods in vain. A new istiod has a moment until it has an endpoint.
 */
export async function awaitIstiod(run: Pick<Run, 'kube' | 'istio' | 'limits' | 'signal'>): Promise<Condition> {
  let condition = unmet('istiod was not looked at', 'run again') as Condition;
  const look = async (): Promise<boolean> => {
    condition = await istiodServes(run);
    return condition.met;
  };
  await waitFor(look, { what: 'istiod', limitMs: run.limits.servingMs, signal: run.signal }).catch(unlessLate);
  return condition;
}

async function istiodServes({ kube, istio }: Pick<Run, 'kube' | 'istio'>): Promise<Condition> {
  const { namespace, labels } = istio.istiod;
  const [deployments, services, slices] = await Promise.all([
    list<Deployment>(kube, typeOf('Deployment'), { namespace }),
    look<Service>(kube, 'Service', [namespace]),
    look<EndpointSlice>(kube, 'EndpointSlice', [namespace]),
  ]);
  const istiod = deployments.find(({ spec }) => selectorText(spec.selector.matchLabels) === labels);
  if (istiod === undefined) return unmet(`istiod is gone from ${namespace}`, 'install Istio again');
  const { replicas = 1 } = istiod.spec;
  const { readyReplicas = 0 } = istiod.status ?? {};
  if (replicas === 0) {
    const remedy = `kubectl -n ${namespace} scale deployment ${istiod.metadata.name} --replicas=1`;
    return unmet(`${nameOf(istiod)} is scaled to 0`, remedy);
  }
  if (readyReplicas === 0) {
    const remedy = `run again when one is; kubectl -n ${namespace} describe pods -l ${labels} says why not`;
    return unmet(`${nameOf(istiod)} has 0 of ${replicas} pods READY`, remedy);
  }
  const service = webhookService(istio, services);
  if (service !== undefined && !hasReadyEndpoint(service, slices)) {
    const remedy = `its selector must match istiod's pods (${labels}), and its port theirs`;
    return unmet(`${nameOf(service)}, which the injection webhook calls, has no endpoint that is ready`, remedy);
  }
  return { met: true, why: `${nameOf(istiod)} has ${readyReplicas} of ${replicas} pods READY` };
}

function unmet(what: string, remedy: string): Unmet {
  return { met: false, code: 'no-injection', why: `${what}, so no pod can get a sidecar`, remedy };
}

/** Returns the Service that the injection webhook calls, as Istio's charts name it; undefined if it has another name. */
function webhookService({ injectionLabel }: Run['istio'], services: Service[]): Service | undefined {
  // Up to Istio 1.4, injection is a program of its own.
  const names = [`istiod-${injectionLabel.value}`, 'istiod', 'istio-sidecar-injector'];
  return names.flatMap((name) => services.filter(({ metadata }) => metadata.name === name))[0];
}

function hasReadyEndpoint(service: Service, slices: EndpointSlice[]): boolean {
  const ofWebhook = slices.filter(
    ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name,
  );
  return ofWebhook.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}
