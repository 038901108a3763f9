import { type PreparedRun, podsIn, type Run, type Strangers } from '../../mesh/index.ts';
import {
  hasSidecar,
  type Impostor,
  identityOf,
  type KubeObject,
  otherTrustDomain,
  type Stranger,
} from '../../model/index.ts';
import { messageOf } from '../../platform/errors.ts';
import { create, read } from '../../platform/kube/index.ts';
import { unlessLate, waitFor } from '../../platform/wait.ts';
import type { Pod } from '../../verdict/index.ts';
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
import { answeringPorts, askingPorts, CONTROL_PORT, needsAuthority, OUTSIDER } from './kinds.ts';
import { nodeDeployment, outsiderDeployment, strangersServices } from './objects.ts';

/** Where istiod keeps the key of its authority; the second one was put there by whoever installed the mesh. */
const AUTHORITY_SECRETS = ['istio-ca-secret', 'cacerts'];

/** An identity of no mesh, for runs whose clients have none. */
const NOBODY = { namespace: 'nobody', serviceAccount: 'nobody' };

/**
 * Creates the pods of strangers and impostors, in their namespace, which must exist. They take Envoy from the image of
 * the run's own sidecars, and so wait for the first of its pods. What could not be made is no error: the checks say so.
 * @param namespace its name in the run
 * @param isOver whether no more pods will come
 * @returns what became of them, and the objects that were created, as stored
 */
export async function makeStrangers(
  run: PreparedRun,
  namespace: string,
  isOver: () => boolean,
): Promise<{ strangers: Strangers; made: KubeObject[] }> {
  const made: KubeObject[] = [];
  const make = async (object: KubeObject): Promise<void> => {
    made.push(await create(run.kube, object, run.id));
  };
  const [outsider, nodeProblem] = await Promise.all([
    makeOutsider(run, namespace, isOver, make),
    make(nodeDeployment(namespace)).then(() => undefined, messageOf),
  ]);
  return { strangers: { namespace, ...outsider, ...(nodeProblem !== undefined && { nodeProblem }) }, made };
}

/** Creates the outsider with its Services. Returns what could not be made of it, and why. */
async function makeOutsider(
  run: PreparedRun,
  namespace: string,
  isOver: () => boolean,
  make: (object: KubeObject) => Promise<void>,
): Promise<Pick<Strangers, 'withoutAuthority' | 'problem'>> {
  try {
    const [image, { config, ...without }] = await Promise.all([
      imageOfSidecars(run, isOver),
      configOf(run, namespace),
      ...strangersServices(namespace).map(make),
    ]);
    if (image === undefined) return { problem: 'no pod of the run has a sidecar whose Envoy they could use' };
    await make(outsiderDeployment(namespace, image, config));
    return without;
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

/** Returns the image of the first sidecar that there is; undefined if there will be none. */
async function imageOfSidecars(run: PreparedRun, isOver: () => boolean): Promise<string | undefined> {
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

/** Returns the configuration of their Envoy, and why it has no certificates of the mesh's authority, if it has none. */
async function configOf(
  run: PreparedRun,
  namespace: string,
): Promise<{ config: string } & Pick<Strangers, 'withoutAuthority'>> {
  const { mesh } = run.istio;
  const [key, authority] = await Promise.all([makeKey(), authorityOf(run)]);
  const client = run.topology.workloads.find(
    (workload) =>
      hasSidecar(workload) && run.topologies.some(({ clients }) => clients.has(pathInTopology(run, workload))),
  );
  const identity = identityOf(client ?? NOBODY, mesh);
  const expected = identityOf({ namespace, serviceAccount: OUTSIDER }, mesh);
  const other = otherAuthority(key);
  const fromMesh = (name: string): Certified | undefined =>
    typeof authority === 'string' ? undefined : issued(key, authority, name);
  const asStrangers: Record<keyof typeof askingPorts, Certified | undefined> = {
    'no-certificate': undefined,
    'self-signed': selfSigned(key, identity),
    'other-authority': issued(key, other, identity),
    'other-trust-domain': fromMesh(identityOf(client ?? NOBODY, { trustDomain: otherTrustDomain(mesh) })),
    member: fromMesh(identity),
  };
  const asImpostors: Record<Impostor, Certified | undefined> = {
    'self-signed': selfSigned(key, expected),
    'other-authority': issued(key, other, expected),
    'other-identity': fromMesh(identity),
    named: fromMesh(expected),
  };
  const isThere = (name: Stranger | Impostor): boolean => typeof authority !== 'string' || !needsAuthority.has(name);
  const config = envoyConfig(
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
  return { config, ...(typeof authority === 'string' && { withoutAuthority: authority }) };
}

/** Returns the authority of a mesh that this project made, or why it is not read. */
async function authorityOf({
  cluster,
  kube,
  istio,
}: Pick<Run, 'cluster' | 'kube' | 'istio'>): Promise<Authority | string> {
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
function pathInTopology(
  { namespaces }: Pick<Run, 'namespaces'>,
  { namespace, name }: { namespace: string; name: string },
): string {
  const [inTopology = namespace] = Object.entries(namespaces).find(([, placed]) => placed === namespace) ?? [];
  return `${inTopology}/${name}`;
}

function entriesOf<Key extends string, Value>(record: Record<Key, Value>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
