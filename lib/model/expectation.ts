import type { Expectation } from './expected.ts';
import { predict, predictUnlessRefused, type Unless } from './predict.ts';
import type { Question, Service, World } from './types.ts';
import { isAmong } from './world/addresses.ts';
import { endpointsOf, servicesAsked, workloadNamed } from './world/endpoints.ts';
import { isSeenFrom } from './world/exports.ts';
import { hostMatches, hostnameOf } from './world/hosts.ts';
import { hasSidecar } from './world/labels.ts';
import { nameOf } from './world/name.ts';
import { passing } from './world/redirection.ts';
import type { ServiceEntry } from './world/service-entries.ts';

/**
 * Returns the model's prediction for a question. It is not certain if a ServiceEntry that the client sees has the
 * Service's host, or one of its addresses: the rules do not know what then becomes of the two.
 */
export function expectationOf(world: World, question: Question): Expectation {
  return withEntries(predict(world, question), world, question);
}

/** Like `expectationOf`, but leaves open what AuthorizationPolicies refuse for what is asked, such as the path. */
export function expectationUnlessRefused(world: World, question: Question): Unless {
  const { expectation, mayRefuse } = predictUnlessRefused(world, question);
  return { expectation: withEntries(expectation, world, question), mayRefuse };
}

function withEntries(expectation: Expectation, world: World, question: Question): Expectation {
  const doubts = [...(expectation.notJudged ?? []), ...entriesAt(world, question)];
  return doubts.length === 0 ? expectation : { ...expectation, notJudged: doubts };
}

function entriesAt(world: World, { client, server }: Question): string[] {
  const asker = workloadNamed(world.workloads, client);
  const services = servicesAsked(world, server);
  const target = services.at(-1);
  if (asker === undefined || target === undefined || !hasSidecar(asker)) return [];
  if (passing(asker, target, server.port, endpointsOf(world, target, server)).past !== undefined) return [];
  return world.policies
    .filter((object): object is ServiceEntry => object.kind === 'ServiceEntry')
    .filter((entry) => nameOf(entry) !== target.spec.host?.entry)
    .filter((entry) => isSeenFrom(entry, client.namespace, world.mesh, 'service'))
    .flatMap((entry) => {
      const service = services.find((one) => hasHostOf(entry, one) || hasAddressOf(entry, one));
      if (service === undefined) return [];
      const what = hasHostOf(entry, service) ? 'host' : 'address';
      return [`${nameOf(entry)} has the ${what} of ${nameOf(service)}`];
    });
}

function hasHostOf({ spec }: ServiceEntry, service: Service): boolean {
  return (spec?.hosts ?? []).some((host) => hostMatches(host, hostnameOf(service)));
}

function hasAddressOf({ spec }: ServiceEntry, service: Service): boolean {
  return isAmong(service.spec.clusterIP ?? '', spec?.addresses ?? []);
}
