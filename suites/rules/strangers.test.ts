import { identitiesOf, receptionOf, receptionOfImpostor } from '../../lib/model/strangers.ts';
import type { KubeObject, Service, World } from '../../lib/model/types.ts';
import { endpointsOf, serviceNamed } from '../../lib/model/world/endpoints.ts';
import { isWithin, parseRelease, type Release } from '../../lib/model/world/release.ts';
import { topologyOf } from '../../lib/model/world/topology.ts';
import { newestRelease } from '../../lib/platform/istio/releases.ts';
import { workloadObjects } from '../../lib/scenario/manifests.ts';
import { topology } from '../../lib/scenario/topology.ts';
import { peer, policy } from '../objects.ts';
import { full, httpbin } from './objects.ts';
import { nameWitnesses, type StrangerWitness, strangerWitnesses } from './strangers.ts';

const { minor: newest } = parseRelease(newestRelease().minor);
const releases = Array.from({ length: newest - 3 }, (_, at): Release => ({ major: 1, minor: at + 4 }));

function worldOf(release: Release, policies: KubeObject[], aliases: string[] = []): World {
  const mesh = {
    trustDomainAliases: aliases,
    release,
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    autoMtls: true,
  };
  return { mesh, ...topologyOf(workloadObjects([topology('rules')], {}), release), policies };
}

/** Returns a policy for the namespace, as the release has it. */
function policyIn(mode: NonNullable<StrangerWitness['mode']>, { minor }: Release): KubeObject {
  if (minor > 4) return peer(`${full}/default`, mode);
  const peers = { STRICT: [{ mtls: {} }], PERMISSIVE: [{ mtls: { mode: 'PERMISSIVE' as const } }], DISABLE: [] };
  return policy(`${full}/default`, { peers: peers[mode] });
}

const [namespace = '', name = ''] = httpbin.full.split('/');
const serviceIn = (world: World) => serviceNamed(world.services, { namespace, name }) as Service;
const port = { port: 8000 };

const asked = strangerWitnesses.flatMap((witness) =>
  releases
    .filter((release) => isWithin(release, witness))
    .map((release) => ({ ...witness, minor: release.minor, release })),
);

test.each(asked)('1.$minor: $mode $stranger $impostor is $comesTo', (witness) => {
  const { mode, stranger, impostor, comesTo, by, release, aliases } = witness;
  const world = worldOf(release, mode === undefined ? [] : [policyIn(mode, release)], aliases);
  const service = serviceIn(world);
  const [endpoint] = endpointsOf(world, service, port);
  const reception =
    stranger === undefined || endpoint === undefined
      ? receptionOfImpostor(impostor as NonNullable<typeof impostor>)
      : receptionOf(world, { endpoint, service, port }, stranger);
  expect(reception.comesTo).toBe(comesTo);
  expect(reception.reasons.map(({ rule }) => rule)).toContain(by);
});

test('each decides on some release', () => {
  expect(strangerWitnesses.filter((witness) => !releases.some((release) => isWithin(release, witness)))).toEqual([]);
});

test.each(
  nameWitnesses.flatMap((witness) =>
    releases
      .filter((release) => isWithin(release, witness))
      .map((release) => ({ ...witness, release, minor: release.minor })),
  ),
)('1.$minor: with aliases $aliases, a client accepts the accounts of all endpoints in $domains', (witness) => {
  const { release, aliases, domains, by } = witness;
  const world = worldOf(release, [], aliases);
  const { names, reason } = identitiesOf(world, serviceIn(world), port);
  expect(names).toEqual(domains.map((domain) => `spiffe://${domain}/ns/${full}/sa/httpbin`));
  expect(reason.rule).toBe(by);
});

test('a server without a sidecar takes plain text alone', () => {
  const world = worldOf({ major: 1, minor: newest }, []);
  const service = world.services.find(({ metadata }) => metadata.namespace === 'rules-legacy') as Service;
  const [endpoint] = endpointsOf(world, service, port);
  const receptions = (['plain', 'member'] as const).map((stranger) =>
    receptionOf(world, { endpoint: endpoint as never, service, port }, stranger),
  );
  expect(receptions.map(({ comesTo }) => comesTo)).toEqual(['let in', 'refused']);
  expect(receptions[0]?.reasons[0]?.rule).toBe('sidecar.none');
});
