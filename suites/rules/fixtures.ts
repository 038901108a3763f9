import type { Expectation } from '../../lib/model/expected.ts';
import { predict } from '../../lib/model/predict.ts';
import type { KubeObject } from '../../lib/model/types.ts';
import type { Release } from '../../lib/model/world/release.ts';
import { hostsIn, type ServiceEntry } from '../../lib/model/world/service-entries.ts';
import { topologyOf } from '../../lib/model/world/topology.ts';
import { withAges, workloadObjects } from '../../lib/scenario/manifests.ts';
import { topology } from '../../lib/scenario/topology.ts';
import { clientWitnesses } from './client.ts';
import { entriesWitnesses } from './entries.ts';
import { injectionWitnesses } from './injection.ts';
import { marksWitnesses } from './marks.ts';
import { full } from './objects.ts';
import { oldWitnesses } from './old.ts';
import { oldClientWitnesses } from './old-client.ts';
import { pastWitnesses } from './past.ts';
import { meshScopeWitnesses, scopeWitnesses } from './scope.ts';
import { meshWitnesses, serverWitnesses } from './server.ts';
import { servicesWitnesses, subsetsWitnesses } from './services.ts';
import type { Witness } from './witness.ts';

/** All witnesses, including those for the model only. */
export const witnesses: Witness[] = [
  ...serverWitnesses,
  ...meshWitnesses,
  ...clientWitnesses,
  ...marksWitnesses,
  ...servicesWitnesses,
  ...scopeWitnesses,
  ...meshScopeWitnesses,
  ...subsetsWitnesses,
  ...oldWitnesses,
  ...oldClientWitnesses,
  ...pastWitnesses,
  ...injectionWitnesses,
  ...entriesWitnesses,
];

const worlds = new Map<string, ReturnType<typeof topologyOf>>();

function withMore(
  { workloads, services }: ReturnType<typeof topologyOf>,
  { deployed = [], injection }: Witness,
  release: Release,
): ReturnType<typeof topologyOf> {
  const metadata = { name: full, labels: { 'istio-injection': 'enabled' } };
  const more = topologyOf([{ apiVersion: 'v1', kind: 'Namespace', metadata }, ...deployed], release, injection);
  return { workloads: [...workloads, ...more.workloads], services: [...services, ...more.services] };
}

const isServiceEntry = (object: KubeObject): object is ServiceEntry => object.kind === 'ServiceEntry';

/** Returns the model's expectation for a witness on a release. */
export function askModel(witness: Witness, release: Release): Expectation {
  const { objects, deployed, ages, addresses = {}, from, to, port = 8000, subset, protocol = 'http' } = witness;
  const key = `${release.major}.${release.minor}`;
  const usualPods = worlds.get(key) ?? topologyOf(workloadObjects([topology('rules')], {}), release);
  worlds.set(key, usualPods);
  const there = deployed === undefined ? usualPods : withMore(usualPods, witness, release);
  const placed = (path: string) => {
    const [namespace = '', name = ''] = path.split('/');
    return { namespace, name };
  };
  const usual = { rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: witness.autoMtls ?? true };
  return predict(
    {
      mesh: { release, ...usual, ...witness.mesh },
      services: [...there.services, ...objects.filter(isServiceEntry).flatMap(hostsIn)],
      workloads: there.workloads.map((one) => {
        const address = addresses[`${one.namespace}/${one.name}`];
        return address === undefined ? one : { ...one, addresses: [address] };
      }),
      policies: withAges(objects, ages),
      writtenEndpoints: witness.writtenEndpoints ?? [],
    },
    { protocol, client: placed(from), server: { ...placed(to), port, ...(subset !== undefined && { subset }) } },
  );
}
