import { BlockList, isIP } from 'node:net';
import { aliasTarget, serviceNamed, workloadNamed } from '../model/endpoints.ts';
import { isSeenFrom } from '../model/exports.ts';
import { hostMatches, hostnameOf } from '../model/hosts.ts';
import { hasSidecar } from '../model/labels.ts';
import { nameOf } from '../model/name.ts';
import { predict } from '../model/predict.ts';
import type { Expectation, KubeObject, Question, Service, World } from '../model/types.ts';

/** networking.istio.io ServiceEntry: only the fields that tell to whom it gives what host and addresses. */
interface ServiceEntry extends KubeObject {
  kind: 'ServiceEntry';
  spec?: { hosts?: string[]; addresses?: string[]; exportTo?: string[] };
}

/**
 * Returns the model's prediction for a question. It is not certain if a ServiceEntry that the client sees has the
 * Service's host, or one of its addresses: the model does not know ServiceEntries.
 */
export function expectationOf(world: World, question: Question): Expectation {
  const expectation = predict(world, question);
  const doubts = [...(expectation.notJudged ?? []), ...entriesAt(world, question)];
  return doubts.length === 0 ? expectation : { ...expectation, notJudged: doubts };
}

function entriesAt(world: World, { client, server }: Question): string[] {
  const asker = workloadNamed(world.workloads, client);
  const named = serviceNamed(world.services, server);
  if (asker === undefined || named === undefined || !hasSidecar(asker)) return [];
  const services = [named, aliasTarget(world, named)];
  return world.policies
    .filter((object): object is ServiceEntry => object.kind === 'ServiceEntry')
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

function hasAddressOf({ spec }: ServiceEntry, { spec: { clusterIP = '' } }: Service): boolean {
  if (isIP(clusterIP) === 0) return false;
  const addresses = new BlockList();
  for (const text of spec?.addresses ?? []) {
    const [address = '', prefix] = text.split('/');
    const family = familyOf(address);
    if (family === undefined) continue;
    if (prefix === undefined) addresses.addAddress(address, family);
    else addresses.addSubnet(address, Number(prefix), family);
  }
  return addresses.check(clusterIP, familyOf(clusterIP));
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  return ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(address)];
}
