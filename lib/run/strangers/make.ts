import type { Run } from '../../mesh/run.ts';
import { podsIn } from '../../mesh/serving.ts';
import { identityOf } from '../../model/clients/attempt.ts';
import type { Impostor, KubeObject, Stranger } from '../../model/types.ts';
import { hasSidecar } from '../../model/world/labels.ts';
import { messageOf } from '../../platform/errors.ts';
import { create, read } from '../../platform/kube/objects.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import type { Pod } from '../../verdict/record/looked.ts';
import {
  type Authority,
  authorityIn,
  type Certified,
  issued,
  makeKey,
  otherAuthority,
  selfSigned,
} from './certificates.ts';
import { envoyConfig } from './envoy.ts';
import { answeringPorts, askingPorts, CONTROL_PORT, needsAuthority, OUTSIDER, type Strangers } from './kinds.ts';
import { nodeDeployment, outsiderDeployment, strangersServices } from './objects.ts';

/** Where istiod keeps the key of its authority; the second one was put there by whoever installed the mesh. */
const AUTHORITY_SECRETS = ['istio-ca-secret', 'cacerts'];

/** An identity of no mesh, for runs whose clients have none. */
const NOBODY = { namespace: 'nobody', serviceAccount: 'nobody' };

/**
 * Creates the pods of strangers and impostors, in their namespace, which must exist. They take Envoy from the image of
 * the run's own sidecars, and so wait for the first of its pods. What could not be made is no error: the checks say so.
 * @param isOver whether no more pods will come
 */
export async function makeStrangers(run: Run, strangers: Strangers, isOver: () => boolean): Promise<void> {
  const { namespace } = strangers;
  const make = async (object: KubeObject): Promise<void> => {
    run.made.push(await create(run.kube, object, run.id));
  };
  const node = make(nodeDeployment(namespace)).catch((error: unknown) => {
    strangers.nodeProblem = messageOf(error);
  });
  try {
    const [image, config] = await Promise.all([
      imageOfSidecars(run, isOver),
      configOf(run, strangers),
      ...strangersServices(namespace).map(make),
    ]);
    if (image === undefined) strangers.problem = 'no pod of the run has a sidecar whose Envoy they could use';
    else await make(outsiderDeployment(namespace, image, config));
  } catch (error) {
    strangers.problem = messageOf(error);
  }
  await node;
}

/** Returns the image of the first sidecar that there is; undefined if there will be none. */
async function imageOfSidecars(run: Run, isOver: () => boolean): Promise<string | undefined> {
  const { kube, namespaces, limits, signal } = run;
  let image: string | undefined;
  await waitFor(
    async () => {
      const { pods } = await podsIn(kube, Object.values(namespaces));
      image = pods.flatMap(proxyImages)[0];
      return image !== undefined || isOver();
    },
    { what: 'a pod with a sidecar', limitMs: limits.readyMs, signal },
  ).catch(unlessLate);
  return image;
}

function proxyImages({ spec }: Pod): string[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])] as { name: string; image?: string }[];
  return containers.flatMap(({ name, image }) => (name === 'istio-proxy' && image !== undefined ? [image] : []));
}

async function configOf(run: Run, strangers: Strangers): Promise<string> {
  const { mesh } = run.istio;
  const [key, authority] = await Promise.all([makeKey(), authorityOf(run)]);
  if (typeof authority === 'string') strangers.withoutAuthority = authority;
  const client = run.topology.workloads.find(
    (workload) =>
      hasSidecar(workload) && run.topologies.some(({ clients }) => clients.has(pathInTopology(run, workload))),
  );
  const identity = identityOf(client ?? NOBODY, mesh);
  strangers.identity = identity;
  const expected = identityOf({ namespace: strangers.namespace, serviceAccount: OUTSIDER }, mesh);
  const other = otherAuthority(key);
  const fromMesh = (name: string): Certified | undefined =>
    typeof authority === 'string' ? undefined : issued(key, authority, name);
  const asStrangers: Record<keyof typeof askingPorts, Certified | undefined> = {
    'no-certificate': undefined,
    'self-signed': selfSigned(key, identity),
    'other-authority': issued(key, other, identity),
    'other-trust-domain': fromMesh(identityOf(client ?? NOBODY, { trustDomain: `not-${mesh.trustDomain}` })),
    member: fromMesh(identity),
  };
  const asImpostors: Record<Impostor, Certified | undefined> = {
    'self-signed': selfSigned(key, expected),
    'other-authority': issued(key, other, expected),
    'other-identity': fromMesh(identity),
    named: fromMesh(expected),
  };
  const isThere = (name: Stranger | Impostor): boolean =>
    strangers.withoutAuthority === undefined || !needsAuthority.has(name);
  return envoyConfig(
    entriesOf(asStrangers)
      .filter(([name]) => isThere(name))
      .map(([name, certificate]) => ({ port: askingPorts[name], ...(certificate && { certificate }) })),
    [
      { port: CONTROL_PORT, certificate: selfSigned(key, expected) },
      ...entriesOf(asImpostors).flatMap(([name, certificate]) =>
        certificate === undefined ? [] : [{ port: answeringPorts[name], certificate }],
      ),
    ],
  );
}

/** Returns the authority of a mesh that this project made, or why it is not read. */
async function authorityOf({ cluster, kube, istio }: Run): Promise<Authority | string> {
  if (!cluster.owned) return "the key of the mesh's authority is read only on clusters that this project made";
  const { namespace } = istio.istiod;
  for (const name of AUTHORITY_SECRETS) {
    const secret = await read(kube, { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name } });
    const { data } = (secret ?? {}) as { data?: Record<string, string> };
    if (data !== undefined) return authorityIn(data);
  }
  return `${namespace} has no Secret ${AUTHORITY_SECRETS.join(' or ')}, in which the key of the mesh's authority would be`;
}

/** Returns the path that a workload of the run has in its topology. */
function pathInTopology({ namespaces }: Run, { namespace, name }: { namespace: string; name: string }): string {
  const [own = namespace] = Object.entries(namespaces).find(([, placed]) => placed === namespace) ?? [];
  return `${own}/${name}`;
}

function entriesOf<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
