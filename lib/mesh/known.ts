import {
  backing,
  hasSidecar,
  hostnameOf,
  isExternalName,
  isHeadless,
  type Service,
  unseenBy,
  type Workload,
  type World,
  workloadNamed,
} from '../model/index.ts';
import { InconclusiveError } from '../platform/errors.ts';
import { unlessLate, waitFor } from '../platform/wait.ts';
import { newMark, outboundIn, outboundScript, type ProbeClient } from '../probe/index.ts';
import { placed } from '../scenario/index.ts';
import { isEnding, type OutboundReading, podsOf, type Serving } from '../verdict/index.ts';
import { type Learned, type Run, worldOf } from './run.ts';

/** The addresses of the pods behind each cluster of a client's sidecar, by the cluster's name. */
type PodsByCluster = ReadonlyMap<string, readonly string[]>;

/**
 * Waits until the clients' sidecars know every endpoint of the run's Services. istiod tells them shortly after the API
 * server has them; until then all requests to a Service go to the endpoints that are known, as if there were no others. If
 * some are missing for long, the steps show what comes of it.
 * @param serving the pods behind the Services
 */
export async function awaitKnown(run: Run, learned: Pick<Learned, 'foreign'>, serving: Serving): Promise<void> {
  const world = worldOf(run, learned, { applied: [], autoMtls: run.mesh.autoMtls });
  const paths = run.topologies.flatMap(({ clients }) => [...clients.keys()]);
  const asked = paths.flatMap((path) => {
    const client = run.probeClients.get(path);
    const workload = workloadNamed(world.workloads, placed(path, run.namespaces));
    if (client === undefined || workload === undefined || !hasSidecar(workload)) return [];
    return [{ client, wanted: wantedBy(world, workload, { made: run.made, serving }) }];
  });
  const look = async (): Promise<boolean> => {
    const lacking = await Promise.all(asked.map(({ client, wanted }) => isLacking(run, client, wanted)));
    return !lacking.includes(true);
  };
  const { servingMs: limitMs } = run.limits;
  await waitFor(look, { what: "the clients' sidecars to know all endpoints", limitMs, signal: run.signal }).catch(
    unlessLate,
  );
}

/** Returns what a client's sidecar must know; a headless Service has no endpoints there, and an ExternalName no pods. */
function wantedBy(
  world: World,
  client: Workload,
  { made, serving }: { made: Run['made']; serving: Serving },
): PodsByCluster {
  const known = world.services.filter(
    (service) => !isHeadless(service) && !isExternalName(service) && unseenBy(world, client, service) === undefined,
  );
  const addressesOf = (service: Service): string[] =>
    backing(service, world.workloads)
      .flatMap((workload) => podsOf(workload, serving, made))
      .filter((pod) => !isEnding(pod))
      .flatMap(({ status }) => status?.podIPs?.[0]?.ip ?? []);
  return new Map(
    known.flatMap((service) => {
      const addresses = addressesOf(service);
      return (service.spec.ports ?? []).map(
        ({ port }) => [`outbound|${port}||${hostnameOf(service)}`, addresses] as const,
      );
    }),
  );
}

async function isLacking(
  { limits }: Pick<Run, 'limits'>,
  client: ProbeClient,
  wanted: PodsByCluster,
): Promise<boolean> {
  const mark = newMark();
  const script = outboundScript([...wanted.keys()], { mark, seconds: limits.requestMs / 1000 });
  try {
    const { stdout } = await client.run(script, limits.batchMs);
    return lackingIn(outboundIn(stdout, mark).reading, wanted).length > 0;
  } catch (error) {
    // The steps say what is wrong with the client.
    if (!(error instanceof InconclusiveError)) throw error;
    return false;
  }
}

/** Returns the clusters of which a sidecar does not know all addresses; none if it does not tell. */
export function lackingIn(reading: OutboundReading, wanted: PodsByCluster): string[] {
  if ('code' in reading) return [];
  return [...wanted].flatMap(([cluster, addresses]) => {
    const known = reading.clusters[cluster]?.endpoints ?? {};
    return addresses.every((address) => address in known) ? [] : [cluster];
  });
}
